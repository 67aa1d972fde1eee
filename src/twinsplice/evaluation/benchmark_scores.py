"""The scores of labelled variants, in the genome or in the construct tested.

A score is the largest |Δ| that `score` would report, unmasked: of all genes that a
variant lies in, or of those on its strand where that is known. In a construct it is
the largest within it, bases beyond its ends being unknown. Whatever has no score has
a reason instead.
"""

import dataclasses
from collections.abc import Callable, Sequence

import numpy as np
from jaxtyping import Bool

from twinsplice.base_models import contract
from twinsplice.commands import score
from twinsplice.effect import deltas, results, rules, windows
from twinsplice.engine import planning, profiling
from twinsplice.genome import coordinates, dna, variants
from twinsplice.io import fasta
from twinsplice.io.labels import labelled
from twinsplice.io.vcf import vcf
from twinsplice.scoring import pipeline
from twinsplice.settings import score as score_settings
from twinsplice.targets import inputs, sequences

NO_COORDINATES = "no_coordinates"
_CHUNK = 1_000
_RULES = rules.TWINSPLICE

Advance = Callable[[int], object]


@dataclasses.dataclass(frozen=True, slots=True)
class Score:
    """How large a variant's largest change is.

    Attributes:
        size: Its |Δ|, 0 to 1.
        signed: The same, below 0 where it is a loss.
    """

    size: float
    signed: float


Answer = Score | str
"""A score, or the reason why there is none."""


def native(
    settings: score_settings.Config,
    rows: Sequence[labelled.Labelled],
    advance: Advance = lambda done: None,
) -> list[Answer]:
    """Return the answers for variants where they lie in the genome.

    Args:
        settings: Model, reference, annotation and distance; the rest as for `score`.
        rows: The variants.
        advance: Called with the number done since the last call.

    Raises:
        TwinSpliceError: The reference, the annotation or the weights cannot be used.
    """
    found: list[Answer] = []
    with fasta.Reference.open(settings.reference) as reference:
        scorer = score.build(settings, reference)
        for first in range(0, len(rows), _CHUNK):
            part = rows[first : first + _CHUNK]
            found += _answered(scorer, part)
            advance(len(part))
    return found


def _answered(
    scorer: pipeline.Scorer, rows: Sequence[labelled.Labelled]
) -> list[Answer]:
    records = [_record(row) for row in rows]
    asked = iter(scorer.answer([each for each in records if each is not None]))
    return [
        NO_COORDINATES if record is None else _of_genes(row, next(asked))
        for row, record in zip(rows, records, strict=True)
    ]


def _record(row: labelled.Labelled) -> vcf.Record | None:
    if row.position is None or row.alt is None:
        return None
    return vcf.Record(0, row.contig, row.position, row.ref, (row.alt,), "")


def _of_genes(row: labelled.Labelled, found: Sequence[results.Answer]) -> Answer:
    scored = [each for each in found if isinstance(each, results.Scored)]
    of_strand = [each for each in scored if row.strand in {None, each.strand}]
    if of_strand:
        return _largest(
            [
                pair
                for each in of_strand
                for pair in zip(each.kinds, each.changes, strict=True)
            ]
        )
    reasons = [each.reason for each in found if isinstance(each, results.Skipped)]
    # What lies in genes of the other strand only is outside genes.
    return (reasons or [variants.SkipReason.OUTSIDE_GENES])[0].value


def _largest(changes: Sequence[tuple[deltas.Kind, deltas.Change]]) -> Score:
    kind, change = max(changes, key=lambda each: each[1].size)
    return Score(change.size, change.size if kind.gain else -change.size)


# Constructs.


def in_constructs(
    model: contract.Predictor,
    ensemble: profiling.Ensemble,
    rows: Sequence[labelled.Labelled],
    distance: int | None = None,
    advance: Advance = lambda done: None,
) -> list[Answer]:
    """Return the answers for pairs of sequences.

    Args:
        model: What is predicted with.
        ensemble: Its networks on their device.
        rows: The pairs, in the direction of transcription.
        distance: Bases searched on each side of the variant; all of the construct if
            not given.
        advance: Called with the number done since the last call.
    """
    found: list[Answer] = []
    for first in range(0, len(rows), _CHUNK):
        part = rows[first : first + _CHUNK]
        asked = [_window(row, distance) for row in part]
        kept = [
            (row.ref_seq, each)
            for row, each in zip(part, asked, strict=True)
            if isinstance(each, windows.Window)
        ]
        scored = iter(_compared(model, ensemble, kept))
        found += [each if isinstance(each, str) else next(scored) for each in asked]
        advance(len(part))
    return found


def _window(row: labelled.Labelled, distance: int | None) -> windows.Window | str:
    """Where a construct is looked at, or why it is not."""
    if not (row.ref_seq and row.alt_seq):
        return inputs.NO_SEQUENCES
    core, length = in_sequence(row), len(row.ref_seq)
    if core.kind is variants.Kind.NONE:
        return variants.SkipReason.NO_ALT.value
    if not dna.is_plain(core.ref + core.alt):
        return variants.SkipReason.NON_ACGT.value
    reach = distance or length
    if reason := _RULES.refuse(core, reach):
        return reason.value
    placed = _RULES.place(core, core, reach)
    start, end = max(placed.start, 0), min(placed.end, length)
    after = max(end - core.end, 0)
    width = core.start - start + len(core.alt) + after
    return dataclasses.replace(placed, start=start, end=end, alt_width=width)


def in_sequence(row: labelled.Labelled) -> variants.Variant:
    """Return the change of a row's own sequence, trimmed and left-most."""
    return inputs.change(row.name, row.ref_seq, row.alt_seq)


def _compared(
    model: contract.Predictor,
    ensemble: profiling.Ensemble,
    asked: Sequence[tuple[str, windows.Window]],
) -> list[Score]:
    if not asked:
        return []
    texts = list(dict.fromkeys(sequence for sequence, _ in asked))
    number = {sequence: i for i, sequence in enumerate(texts)}
    strand = coordinates.Strand.PLUS
    areas = [
        planning.Area(strand, sequences.bounded(dna.encode(each))) for each in texts
    ]
    queries = [planning.query(window, number[sequence]) for sequence, window in asked]
    places = [contract.Place(window=window, strand=strand) for _, window in asked]
    profiles = profiling.run(ensemble, areas, queries)
    compared = model.compare(profiles, places, _RULES.align)
    changes = [
        _RULES.summarise(_case(model, each, place.window))
        for each, place in zip(compared, places, strict=True)
    ]
    return [
        _largest(list(zip(model.kinds, each, strict=True)))
        for each, _ in model.finish(changes, compared)
    ]


def _case(
    model: contract.Predictor, compared: contract.Comparison, window: windows.Window
) -> rules.Case:
    return rules.Case(
        ref=compared.ref,
        alt=compared.alt,
        kinds=model.kinds,
        window=window,
        gene=None,
        mask=False,
    )


def scored(found: Sequence[Answer]) -> Bool[np.ndarray, " rows"]:
    """Return which answers are scores."""
    return np.array([isinstance(each, Score) for each in found])


def sizes(found: Sequence[Answer]) -> np.ndarray:
    """Return sizes and signed sizes, `[2, rows]`; NaN where there is no score."""
    nothing = Score(float("nan"), float("nan"))
    known = [each if isinstance(each, Score) else nothing for each in found]
    return np.array([[each.size, each.signed] for each in known]).reshape(-1, 2).T
