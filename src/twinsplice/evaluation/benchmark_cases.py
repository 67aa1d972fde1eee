"""What a report is told of each labelled variant that models were judged on."""

import dataclasses
import itertools
from collections.abc import Mapping, Sequence

import numpy as np
from jaxtyping import Int64

from twinsplice.evaluation import benchmark_metrics, benchmark_record, benchmark_scores
from twinsplice.genome import coordinates, regions
from twinsplice.io.labels import labelled
from twinsplice.settings import evaluate as evaluate_settings


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Cases:
    """Labelled variants that every model scores, and what each says of them.

    Attributes:
        names: What the table calls each.
        places: Place, counted from 1, and alleles of each, on the plus strand; empty
            without coordinates.
        known: What the laboratory found.
        distance: Bases to the first or the last base of the tested exon, whichever is
            nearer, 0 if the variant touches it; `regions.NO_SITE` where it is unknown.
        scores: Each model's; the one evaluated comes first.
    """

    names: tuple[str, ...]
    places: tuple[str, ...]
    known: benchmark_metrics.Truth
    distance: Int64[np.ndarray, " variants"]
    scores: Mapping[str, benchmark_metrics.Scores]

    def __len__(self) -> int:
        """Return the number of variants."""
        return len(self.names)


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Examined:
    """An evaluation on labelled variants, with all that a report shows of it.

    Attributes:
        summary: Its figures.
        cases: Its variants.
        facts: What was evaluated on what, in words, in the order to be read.
        draws: How intervals are made.
    """

    summary: evaluate_settings.Truth
    cases: Cases
    facts: Mapping[str, str]
    draws: benchmark_metrics.Resampling


def examined(
    config: evaluate_settings.Config,
    summary: evaluate_settings.Truth,
    source: benchmark_record.Origin,
    rows: Sequence[labelled.Labelled],
    found: Mapping[str, Sequence[benchmark_scores.Answer]],
) -> Examined:
    """Return an evaluation.

    Args:
        config: What was done.
        summary: Its figures.
        source: What they came from.
        rows: Labelled variants, those without a score too.
        found: Each model's answers for them.
    """
    return Examined(
        summary=summary,
        cases=of_rows(rows, found),
        facts=_facts(config, summary, source),
        draws=benchmark_metrics.Resampling(config.resamples, config.seed),
    )


def of_rows(
    rows: Sequence[labelled.Labelled],
    found: Mapping[str, Sequence[benchmark_scores.Answer]],
) -> Cases:
    """Return the variants that every model has a score for.

    Args:
        rows: Labelled variants.
        found: Each model's answers for them.
    """
    every = np.all([benchmark_scores.scored(each) for each in found.values()], axis=0)
    kept = list(itertools.compress(rows, every))
    return Cases(
        names=tuple(row.name for row in kept),
        places=tuple(_place(row) for row in kept),
        known=benchmark_metrics.of(kept),
        distance=np.array([distance(row) for row in kept], dtype=np.int64),
        scores={
            name: benchmark_scores.sizes(answers)[:, every]
            for name, answers in found.items()
        },
    )


def distance(row: labelled.Labelled) -> int:
    """Return the bases to the nearer end of the tested exon, as `Cases` has them."""
    if row.exon is None or not (row.ref_seq and row.alt_seq):
        return regions.NO_SITE
    core = benchmark_scores.in_sequence(row)
    first, end = row.exon
    exon = regions.Layout(
        span=coordinates.Interval(row.name, 0, len(row.ref_seq)),
        mirrored=False,
        sites=np.array([first, end - 1]),
        donor=np.array([False, True]),
    )
    return regions.place(exon, core.start, core.end).distance


def _place(row: labelled.Labelled) -> str:
    if row.position is None or row.alt is None:
        return ""
    return f"{row.contig}:{row.position + 1} {row.ref}>{row.alt}"


def _facts(
    config: evaluate_settings.Config,
    summary: evaluate_settings.Truth,
    source: benchmark_record.Origin,
) -> dict[str, str]:
    """Return what was evaluated on what, in words."""
    sums = source.models_sha256
    others = [each for each in sums if each != str(config.model)]
    beside = "; ".join(f"{each} (SHA-256 {sums[each]})" for each in others)
    return {
        "Model": str(config.model),
        "SHA-256": sums[str(config.model)],
        "Beside it": beside or "none",
        "Labels": summary.about,
        "SHA-256 of labels": source.labels_sha256,
        "Chromosomes": summary.split,
        "Intervals": f"95 %, from {config.resamples:,} draws of whole groups, "
        f"seed {config.seed}",
        "TwinSplice": f"{source.twinsplice}, commit {source.git or '?'}",
    }
