"""TwinSplice from Python: load a model, score variants.

    import twinsplice

    model = twinsplice.load_model("twinsplice")
    with twinsplice.Scorer(model, reference="GRCh38.fa", annotation="grch38") as scorer:
        table = scorer.score(["chr7-117559590-A-G", "BRCA1:c.4185+1G>A"])
        scorer.score_vcf("in.vcf.gz", "out.vcf.gz")
    delta = model.delta("ACGT...", "ACTT...")

The command line does all its scoring through this package.
"""

from twinsplice.api.models import Bases, Model, Path, load_model
from twinsplice.api.runs import explain, explanation, run, scan, score_names
from twinsplice.api.scorers import Scorer

__all__ = [
    "Bases",
    "Model",
    "Path",
    "Scorer",
    "explain",
    "explanation",
    "load_model",
    "run",
    "scan",
    "score_names",
]
