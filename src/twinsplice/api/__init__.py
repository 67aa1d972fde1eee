"""TwinSplice from Python: load a model, score variants.

    import twinsplice

    with twinsplice.open("GRCh38.fa", "grch38") as scorer:
        table = scorer.score(["chr7-117559590-A-G", "BRCA1:c.4185+1G>A"])
        scorer.score_vcf("in.vcf.gz", "out.vcf.gz")
    delta = twinsplice.load_model("twinsplice").delta("ACGT...", "ACTT...")

The command line does all its scoring through this package.
"""

from twinsplice.api.models import Bases, Model, Path, load_model
from twinsplice.api.one_variant_runs import explain, explanation, told
from twinsplice.api.opening import open_scorer
from twinsplice.api.runs import (
    merge,
    merge_scan,
    run,
    scan,
    scan_sharding,
    score_names,
    sharding,
)
from twinsplice.api.scorers import Scorer

__all__ = [
    "Bases",
    "Model",
    "Path",
    "Scorer",
    "explain",
    "explanation",
    "load_model",
    "merge",
    "merge_scan",
    "open_scorer",
    "run",
    "scan",
    "scan_sharding",
    "score_names",
    "sharding",
    "told",
]
