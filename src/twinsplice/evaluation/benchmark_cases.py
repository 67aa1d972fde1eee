"""Labelled variants of a benchmark, and every model's scores."""

import dataclasses
import hashlib
import itertools
from collections.abc import Mapping, Sequence

import numpy as np
from jaxtyping import Int64

import twinsplice
from twinsplice.evaluation import benchmark_metrics, benchmark_scores
from twinsplice.genome import coordinates, regions
from twinsplice.io import provenance
from twinsplice.io.labels import labelled
from twinsplice.settings import evaluate as evaluate_settings


@dataclasses.dataclass(frozen=True, kw_only=True)
class Origin:
    """Provenance of figures, besides the settings.

    Attributes:
        twinsplice: Version of this package.
        git: Its commit; None if unknown.
        labels_sha256: Checksum of the table.
        models_sha256: Checksum of each model's weights.
    """

    twinsplice: str
    git: str | None
    labels_sha256: str
    models_sha256: dict[str, str]


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Cases:
    """Labelled variants that every model scores, and their scores.

    Attributes:
        names: Names in the table.
        places: Position, 1-based, and alleles of each variant, on the plus strand;
            empty without coordinates.
        labels: Their laboratory labels.
        distance: Bases to the first or the last base of the tested exon, whichever is
            nearer, 0 if the variant touches it; `regions.NO_SITE` where it is unknown.
        scores: Scores of each model; the one evaluated comes first.
    """

    names: tuple[str, ...]
    places: tuple[str, ...]
    labels: benchmark_metrics.Labels
    distance: Int64[np.ndarray, " variants"]
    scores: Mapping[str, benchmark_metrics.Scores]

    def __len__(self) -> int:
        """Return the number of variants."""
        return len(self.names)


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Evaluation:
    """A comparison of models with laboratory labels, variant by variant.

    Attributes:
        summary: Measures of every model.
        cases: Variants that every model scores.
        source: Provenance.
        rows: All labelled variants, including those without a score.
        answers: Each model's score of each row, or the reason why there is none.
        metadata: Models, labels and chromosomes in words, in the order of display.
        draws: Resampling of the intervals.
    """

    summary: evaluate_settings.Truth
    cases: Cases
    source: Origin
    rows: Sequence[labelled.Labelled]
    answers: Mapping[str, Sequence[benchmark_scores.Answer]]
    metadata: Mapping[str, str]
    draws: benchmark_metrics.Resampling


def origin(config: evaluate_settings.Config, checksums: dict[str, str]) -> Origin:
    """Return the provenance of an evaluation.

    Args:
        config: Settings of the evaluation.
        checksums: Checksum of each model's weights.
    """
    assert config.labels is not None
    return Origin(
        twinsplice=twinsplice.__version__,
        git=provenance.commit(),
        labels_sha256=hashlib.sha256(config.labels.read_bytes()).hexdigest(),
        models_sha256=checksums,
    )


def evaluation(
    config: evaluate_settings.Config,
    summary: evaluate_settings.Truth,
    source: Origin,
    rows: Sequence[labelled.Labelled],
    answers: Mapping[str, Sequence[benchmark_scores.Answer]],
) -> Evaluation:
    """Return an evaluation with its common variants and its metadata.

    Args:
        config: Settings of the evaluation.
        summary: Its measures.
        source: Its provenance.
        rows: All labelled variants, including those without a score.
        answers: Each model's scores, or reasons for having none.
    """
    return Evaluation(
        summary=summary,
        cases=of_rows(rows, answers),
        source=source,
        rows=rows,
        answers=answers,
        metadata=_metadata(config, summary, source),
        draws=benchmark_metrics.Resampling(config.resamples, config.seed),
    )


def of_rows(
    rows: Sequence[labelled.Labelled],
    answers: Mapping[str, Sequence[benchmark_scores.Answer]],
) -> Cases:
    """Return the variants that every model scores.

    Args:
        rows: Labelled variants.
        answers: Each model's scores, or reasons for having none.
    """
    scored_by_all = np.all(
        [benchmark_scores.scored(model_answers) for model_answers in answers.values()],
        axis=0,
    )
    kept = list(itertools.compress(rows, scored_by_all))
    return Cases(
        names=tuple(row.name for row in kept),
        places=tuple(_place(row) for row in kept),
        labels=benchmark_metrics.of(kept),
        distance=np.array([distance(row) for row in kept], dtype=np.int64),
        scores={
            name: benchmark_scores.sizes(model_answers)[:, scored_by_all]
            for name, model_answers in answers.items()
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
        on_minus_strand=False,
        sites=np.array([first, end - 1]),
        donor=np.array([False, True]),
    )
    return regions.place(exon, core.start, core.end).distance


def _place(row: labelled.Labelled) -> str:
    if row.position is None or row.alt is None:
        return ""
    return f"{row.contig}:{row.position + 1} {row.ref}>{row.alt}"


def _metadata(
    config: evaluate_settings.Config,
    summary: evaluate_settings.Truth,
    source: Origin,
) -> dict[str, str]:
    """Return models, labels and chromosomes in words."""
    checksums = source.models_sha256
    others = [name for name in checksums if name != str(config.model)]
    beside = "; ".join(f"{name} (SHA-256 {checksums[name]})" for name in others)
    return {
        "Model": str(config.model),
        "SHA-256": checksums[str(config.model)],
        "Beside it": beside or "none",
        "Labels": summary.about,
        "SHA-256 of labels": source.labels_sha256,
        "Chromosomes": summary.split,
        "Intervals": f"95 %, from {config.resamples:,} draws of whole groups, "
        f"seed {config.seed}",
        "TwinSplice": f"{source.twinsplice}, commit {source.git or '?'}",
    }
