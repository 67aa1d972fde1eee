"""The scores of labelled variants, in the genome or in the construct tested.

A score is the largest |Δ| that `score` would report, unmasked: of all genes that a
variant lies in, or of those on its strand where that is known. In a construct it is
the largest within it, bases beyond its ends being unknown. A variant without a score
has a reason instead.

The exon-inclusion score of a variant is the mean of that and of the largest loss at
the own sites of an exon: the annotated one that it concerns, or the one tested.
"""

import dataclasses
import math
from collections.abc import Sequence

import numpy as np
from jaxtyping import Bool

from twinsplice import progress
from twinsplice.base_models import contract
from twinsplice.effect import queries, results, rules
from twinsplice.genome import coordinates, variants
from twinsplice.io.labels import labelled
from twinsplice.io.vcf import vcf
from twinsplice.scoring import assembly, constructs, pipeline

NO_COORDINATES = "no_coordinates"
INCLUSION = ", exon inclusion"
"""What follows a model's name where its exon-inclusion scores are meant."""
_CHUNK = 1_000


@dataclasses.dataclass(frozen=True, slots=True)
class Score:
    """Score of a variant: its largest change.

    Attributes:
        size: Largest |Δ|, 0 to 1.
        signed: The same, negative for a loss.
        exon_loss: Largest loss at its exon's own sites; NaN where none is in reach.
    """

    size: float
    signed: float
    exon_loss: float = math.nan

    @property
    def inclusion(self) -> "Score":
        """The exon-inclusion score; without a site in reach nothing is lost there."""
        loss = 0.0 if math.isnan(self.exon_loss) else self.exon_loss
        mean = (self.size + loss) / 2
        return Score(mean, math.copysign(mean, self.signed), self.exon_loss)


Answer = Score | str
"""A score, or the reason for having none."""


def native(
    predictor: contract.Predictor,
    options: assembly.Options,
    rows: Sequence[labelled.Labelled],
    advance: progress.Advance = progress.silent,
) -> list[Answer]:
    """Return scores, or reasons for having none, of variants in the genome.

    Args:
        predictor: The model.
        options: Reference, annotation and distance.
        rows: The variants.
        advance: Called with the number done since the last call and the fraction done.

    Raises:
        TwinSpliceError: The reference or the annotation cannot be used.
    """
    answers: list[Answer] = []
    with assembly.opened(predictor, options) as scorer:
        for first in range(0, len(rows), _CHUNK):
            part = rows[first : first + _CHUNK]
            answers += _scored_natively(scorer, part)
            advance(len(part), len(answers) / len(rows))
    return answers


def _scored_natively(
    scorer: pipeline.Scorer, rows: Sequence[labelled.Labelled]
) -> list[Answer]:
    answers: list[Answer] = [NO_COORDINATES] * len(rows)
    placed = [i for i, row in enumerate(rows) if row.position is not None and row.alt]
    records = [
        vcf.Record(0, row.contig, row.position or 0, row.ref, (row.alt or "",), "")
        for row in (rows[i] for i in placed)
    ]
    scores = scorer.score(records)
    for i, rows_of_record in zip(placed, scores.by_record(len(records)), strict=True):
        answers[i] = _of_genes(rows[i], scores, rows_of_record)
    return answers


def _of_genes(
    row: labelled.Labelled, scores: results.Results, indices: Sequence[int]
) -> Answer:
    """Largest change in any gene of the variant's strand, or the reason for none."""
    numbers = [
        int(scores.scored[i])
        for i in indices
        if scores.reason[i] is None
        and row.strand in {None, coordinates.Strand("-" if scores.minus[i] else "+")}
    ]
    if numbers:
        return _largest(scores.predictions, numbers)
    reasons = [reason for i in indices if (reason := scores.reason[i]) is not None]
    # A variant in genes of the other strand only counts as outside genes.
    return (reasons or [variants.SkipReason.OUTSIDE_GENES])[0].value


def _largest(predictions: queries.Predictions, numbers: Sequence[int]) -> Score:
    """The first of the largest changes of some predictions."""
    sizes = predictions.size[list(numbers)]
    size = float(sizes.max())
    kind = predictions.kinds[int(sizes.argmax()) % len(predictions.kinds)]
    loss = math.nan
    if predictions.exon_loss is not None:
        loss = float(np.fmax.reduce(predictions.exon_loss[list(numbers)]))
    return Score(size, size if kind.gain else -size, loss)


def in_constructs(
    predictor: contract.Predictor,
    rows: Sequence[labelled.Labelled],
    distance: int | None = None,
    advance: progress.Advance = progress.silent,
) -> list[Answer]:
    """Return scores, or reasons for having none, of pairs of sequences.

    Args:
        predictor: The model.
        rows: The pairs, in the direction of transcription.
        distance: Bases searched on each side of the variant; all of the construct if
            not given.
        advance: Called with the number done since the last call and the fraction done.
    """
    answers: list[Answer] = []
    for first in range(0, len(rows), _CHUNK):
        part = rows[first : first + _CHUNK]
        answers += _scored_in_constructs(predictor, part, distance)
        advance(len(part), len(answers) / len(rows))
    return answers


def _scored_in_constructs(
    predictor: contract.Predictor,
    rows: Sequence[labelled.Labelled],
    distance: int | None,
) -> list[Answer]:
    reach = [distance or len(row.ref_seq) for row in rows]
    cores = [in_sequence(row) if row.ref_seq and row.alt_seq else None for row in rows]
    reasons = [
        constructs.refusal(row.ref_seq, row.alt_seq, core, bases)
        for row, core, bases in zip(rows, cores, reach, strict=True)
    ]
    scorable = [i for i, reason in enumerate(reasons) if reason is None]
    built = constructs.build(
        [rows[i].ref_seq for i in scorable],
        [core for i in scorable if (core := cores[i]) is not None],
        np.array([reach[i] for i in scorable], dtype=np.int64),
        [rows[i].exon for i in scorable],
    )
    predictions = rules.TWINSPLICE.finish(predictor.predict(built), None)
    scores = iter(
        [_largest(predictions, [number]) for number in range(len(predictions))]
    )
    return [next(scores) if reason is None else reason for reason in reasons]


def in_sequence(row: labelled.Labelled) -> variants.Variant:
    """Return the change of a row's own sequence, trimmed and left-most."""
    return constructs.change(row.name, row.ref_seq, row.alt_seq)


def scored(answers: Sequence[Answer]) -> Bool[np.ndarray, " rows"]:
    """Return the mask of answers that are scores."""
    return np.array([isinstance(answer, Score) for answer in answers])


def inclusions(answers: Sequence[Answer]) -> list[Answer] | None:
    """Return exon-inclusion scores in place of scores; None if no exon is known."""
    scores = [answer for answer in answers if isinstance(answer, Score)]
    if all(math.isnan(score.exon_loss) for score in scores):
        return None
    return [
        answer.inclusion if isinstance(answer, Score) else answer for answer in answers
    ]


def sizes(answers: Sequence[Answer]) -> np.ndarray:
    """Return sizes and signed sizes, `[2, rows]`; NaN where there is no score."""
    missing = Score(float("nan"), float("nan"))
    scores = [answer if isinstance(answer, Score) else missing for answer in answers]
    return np.array([[score.size, score.signed] for score in scores]).reshape(-1, 2).T
