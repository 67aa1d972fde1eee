"""Paired targets: the base model's delta around each variant, and its profile.

Everything is in the direction of transcription. A row of the plan describes its
variant completely: query, sequence and alignment follow from it.
"""

import dataclasses
from collections.abc import Mapping, Sequence

import numpy as np
from jaxtyping import Bool, Float, Int64, UInt8
from torch import Tensor

from twinsplice.effect import alignment, windows
from twinsplice.engine import profiling
from twinsplice.genome import alleles, regions, sequence_views
from twinsplice.io import target_store
from twinsplice.models import comparison
from twinsplice.settings import targets as targets_settings
from twinsplice.targets import sequences

CHUNK = 512
"""Variants in a chunk: neighbours share passes of the base model."""

UNDECIDED = -1
"""Value of `altered` for a variant that is not classified."""

PLANNED = {
    "contig": "int32",
    "position": "int64",
    "mirrored": "uint8",
    "start": "int16",
    "ref_length": "int16",
    "alt_length": "int16",
    "gene": "int32",
    "region": "uint8",
    "distance": "int32",
}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """Laboratory measurement of a variant.

    Attributes:
        altered: Whether it alters splicing; None where that is undecided.
        value: The measured change, -1 to 1; NaN where it is missing.
    """

    altered: bool | None
    value: float


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Pairs:
    """Variants in sequences, one row each.

    Attributes:
        source: Index of each variant's sequence.
        windows: The trimmed variants and their windows.
        places: Region and distance from a site of each variant.
        measurements: Laboratory measurements, of all pairs or of none.
    """

    source: Int64[np.ndarray, " pairs"]
    windows: windows.Windows
    places: Sequence[regions.Place]
    measurements: Sequence[Measurement] = ()


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Plan:
    """The pairs to label, in the order of rows.

    Attributes:
        arrays: The planned arrays of the store.
        contigs: Contig names that `contig` indexes.
        sources: Sequences that `gene` indexes.
    """

    arrays: Mapping[str, np.ndarray]
    contigs: list[str]
    sources: Sequence[sequences.SourceSequence]

    @property
    def rows(self) -> int:
        """Number of pairs."""
        return len(self.arrays["contig"])


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class TargetComputer:
    """Ensemble and settings that targets of pairs are computed with.

    Attributes:
        ensemble: The base model's members, each with tracks of its own.
        reach: Bases labelled on each side of a variant.
        context: Bases kept beyond those.
    """

    ensemble: profiling.Ensemble
    reach: int
    context: int


def computer(
    ensemble: profiling.Ensemble, config: targets_settings.Config
) -> TargetComputer:
    """Return a computer of targets that keeps the members' profiles separate."""
    return TargetComputer(
        ensemble=apart(ensemble), reach=config.reach, context=config.context
    )


def apart(ensemble: profiling.Ensemble) -> profiling.Ensemble:
    """Return an ensemble whose members write to separate tracks."""
    rows = tuple(
        tuple(2 * i + row for row in rows) for i, rows in enumerate(ensemble.rows)
    )
    return dataclasses.replace(ensemble, rows=rows, tracks=2 * len(rows))


def plan(pairs: Pairs, sources: Sequence[sequences.SourceSequence]) -> Plan:
    """Return the rows of a store, sorted by position so that neighbours share a chunk.

    Args:
        pairs: The variants.
        sources: Sequences that their `source` indexes.
    """
    contigs = sorted({source.contig for source in sources})
    number = {contig: i for i, contig in enumerate(contigs)}
    of_source = np.array([number[source.contig] for source in sources], dtype=np.int32)
    minus = _minus(sources)[pairs.source]
    placed, change = pairs.windows, pairs.windows.change
    values = {
        "contig": of_source[pairs.source],
        "position": change.start,
        "mirrored": minus,
        "start": np.where(minus, placed.end - change.end, change.start - placed.start),
        "ref_length": change.ref.length,
        "alt_length": change.alt.length,
        "gene": pairs.source,
        "region": np.array([int(place.region) for place in pairs.places]),
        "distance": np.array([place.distance for place in pairs.places]),
    }
    arrays = {name: values[name].astype(dtype) for name, dtype in PLANNED.items()}
    arrays["alt"] = change.alt.as_read(minus, targets_settings.LONGEST)
    if pairs.measurements:
        arrays |= _measured(pairs.measurements)
    order = np.lexsort((arrays["gene"], arrays["position"], arrays["contig"]))
    return Plan(
        arrays={name: column[order] for name, column in arrays.items()},
        contigs=contigs,
        sources=sources,
    )


def _minus(
    sources: Sequence[sequences.SourceSequence],
) -> Bool[np.ndarray, " sources"]:
    return np.array([source.view.minus for source in sources], dtype=bool)


def _measured(measurements: Sequence[Measurement]) -> dict[str, np.ndarray]:
    classes = {True: 1, False: 0, None: UNDECIDED}
    altered = [classes[measured.altered] for measured in measurements]
    return {
        "altered": np.array(altered, dtype=np.int8),
        "value": np.array(
            [measured.value for measured in measurements], dtype=np.float32
        ),
    }


def columns(reach: int, context: int) -> dict[str, target_store.Column]:
    """Return the computed columns of a store of pairs."""
    width = 2 * reach + 1
    wide = width + 2 * (context + targets_settings.LONGEST)
    profile = target_store.Column((2, width), "float32")
    return {
        "codes": target_store.Column((wide,), "uint8"),
        "delta": profile,
        "delta_variance": profile,
        "profile": profile,
        "profile_variance": profile,
    }


def label(
    computer: TargetComputer, rows: Plan, span: slice
) -> Mapping[str, np.ndarray]:
    """Compute the targets of a chunk; return its arrays by column.

    Args:
        computer: Ensemble and settings.
        rows: The plan.
        span: Rows of the chunk.
    """
    placed = _windows(rows, span, 2 * computer.reach + 1)
    source = rows.arrays["gene"][span].astype(np.int64)
    views, view = _views(computer.ensemble.context, rows.sources, source, placed)
    minus = _minus(rows.sources)[source]
    shape = len(source), 2, 2 * computer.reach + 1
    arrays = {
        name: np.zeros(shape, dtype=np.float32)
        for name in columns(1, 1)
        if name != "codes"
    }
    aligned = alignment.onto_reference(placed)
    for batch in profiling.run(computer.ensemble, views, view, placed):
        turned = minus[batch.rows][:, None, None]
        for name, values in _compare(batch, aligned.take(batch.rows)).items():
            along_plus = values.float().cpu().numpy()
            as_read = np.where(turned, along_plus[:, :, ::-1], along_plus)
            arrays[name][batch.rows] = as_read
    margin = computer.context + targets_settings.LONGEST
    first, end = (placed.start - margin).tolist(), (placed.end + margin).tolist()
    codes = [
        _codes(rows.sources[number].view, *interval)
        for number, *interval in zip(source.tolist(), first, end, strict=True)
    ]
    return {"codes": np.stack(codes), **arrays}


def _codes(
    view: sequence_views.SequenceView, start: int, end: int
) -> UInt8[np.ndarray, " width"]:
    """Codes of an interval of the plus strand, in the direction of transcription."""
    return view.as_read(-end, -start) if view.minus else view.as_read(start, end)


def _windows(rows: Plan, span: slice, width: int) -> windows.Windows:
    """Windows of rows on the plus strand, as the rules placed them."""
    stored = {name: rows.arrays[name][span].astype(np.int64) for name in PLANNED}
    minus = stored["mirrored"] == 1
    position, replaced = stored["position"], stored["ref_length"]
    left = np.where(minus, width - stored["start"] - replaced, stored["start"])
    longest = targets_settings.LONGEST
    first = np.arange(len(position), dtype=np.int64) * longest
    length = stored["alt_length"]
    kept = alleles.Alleles(rows.arrays["alt"][span].reshape(-1), first, length)
    along_plus = kept.as_read(minus, longest).reshape(-1)
    return windows.Windows(
        change=windows.Replacements(
            start=position,
            # Of REF only the length matters.
            ref=alleles.unknown(replaced),
            alt=alleles.Alleles(along_plus, first, length),
        ),
        origin=position,
        start=position - left,
        end=position - left + width,
        alt_width=width + length - replaced,
    )


def _views(
    context: int,
    sources: Sequence[sequences.SourceSequence],
    source: Int64[np.ndarray, " rows"],
    placed: windows.Windows,
) -> tuple[tuple[sequence_views.SequenceView, ...], Int64[np.ndarray, " rows"]]:
    """Views of the sequences, deduplicated, and the index of each row's view."""
    # The replaced bases lie in the window, so the alternate reads no further.
    first, last = placed.start - context, placed.end + context
    index_of_view: dict[sequence_views.SequenceView, int] = {}
    numbers = []
    for row, number in enumerate(source.tolist()):
        sequence = sources[number]
        view = sequence.view
        if sequence.start <= first[row] and last[row] <= sequence.end:
            view = dataclasses.replace(view, start=None, end=None)
        numbers.append(index_of_view.setdefault(view, len(index_of_view)))
    return tuple(index_of_view), np.array(numbers, dtype=np.int64)


def _compare(
    batch: profiling.ProfileBatch, row_alignment: alignment.Alignment
) -> dict[str, Float[Tensor, "rows 2 width"]]:
    """Mean and variance of the members' deltas and profiles, along the plus strand."""
    tensors = comparison.alignment_tensors(row_alignment, batch.ref.device)
    ref, alt = _members(batch.ref), _members(batch.alt)
    aligned = comparison.aligned(batch.alt, batch.ref, tensors, batch.alt.shape[1])
    # Inserted bases fold by maximum, so means are aligned, as `score` does.
    mean = comparison.aligned(alt.mean(dim=1), ref.mean(dim=1), tensors, 2)
    return {
        "delta": mean - ref.mean(dim=1),
        "delta_variance": (_members(aligned) - ref).var(dim=1, unbiased=False),
        "profile": ref.mean(dim=1),
        "profile_variance": ref.var(dim=1, unbiased=False),
    }


def _members(
    tracks: Float[Tensor, "rows tracks width"],
) -> Float[Tensor, "rows members 2 width"]:
    return tracks.reshape(tracks.shape[0], -1, 2, tracks.shape[2])
