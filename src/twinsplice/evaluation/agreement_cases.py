"""Variants of an agreement with a base model, as arrays."""

import dataclasses
from collections.abc import Mapping, Sequence

import numpy as np
from jaxtyping import Bool, Float, Float64, Int64

from twinsplice.genome import dna
from twinsplice.io import target_store as stores
from twinsplice.models import paired
from twinsplice.predictors import score_calibration
from twinsplice.settings import evaluate as evaluate_settings
from twinsplice.training import batches


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Scores:
    """Each variant's largest of the four scores, as `score` reports it.

    Attributes:
        raw: Score before calibration.
        size: Calibrated score; `raw` where the model is not calibrated.
        target: The base model's score of the same kind of change.
        low: Lower end of the interval about the size, of models that have one.
        high: Its upper end.
        covered: Whether the intervals of all four scores contain the base model's, the
            largest score first, of models that have intervals.
    """

    raw: Float64[np.ndarray, " variants"]
    size: Float64[np.ndarray, " variants"]
    target: Float64[np.ndarray, " variants"]
    low: Float64[np.ndarray, " variants"] | None
    high: Float64[np.ndarray, " variants"] | None
    covered: Bool[np.ndarray, "variants kinds"] | None = None


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Cases:
    """Variants, with Δ of a model and of its base model.

    Tracks are acceptor and donor; columns run in the direction of transcription.

    Attributes:
        names: Position, 1-based, and alleles of each variant, on the plus strand.
        genes: Gene in which each variant is scored.
        on_minus_strand: Whether that gene lies on the minus strand.
        region: Region of the gene, in words.
        distance: Bases to the nearest annotated site; `regions.NO_SITE` without one.
        start: First replaced column.
        ref_length: Columns replaced; 0 for an insertion, which goes before `start`.
        predicted: The model's Δ.
        target: The base delta.
        profile: The base model's site probabilities in the reference.
        scores: Largest score of each variant.
    """

    names: tuple[str, ...]
    genes: tuple[str, ...]
    on_minus_strand: Bool[np.ndarray, " variants"]
    region: tuple[str, ...]
    distance: Int64[np.ndarray, " variants"]
    start: Int64[np.ndarray, " variants"]
    ref_length: Int64[np.ndarray, " variants"]
    predicted: Float[np.ndarray, "variants 2 width"]
    target: Float[np.ndarray, "variants 2 width"]
    profile: Float[np.ndarray, "variants 2 width"]
    scores: Scores

    def __len__(self) -> int:
        """Return the number of variants."""
        return len(self.names)

    @property
    def contigs(self) -> tuple[str, ...]:
        """Chromosomes of the variants, in order of first occurrence."""
        return tuple(dict.fromkeys(name.rpartition(":")[0] for name in self.names))


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Evaluation:
    """The agreement of a model with its base model, variant by variant.

    Attributes:
        summary: Measures by group of variants.
        cases: The variants.
        sha256: Checksum of the model's weights.
        metadata: Model, targets and chromosomes in words, in the order of display.
        level: Nominal coverage of the intervals; None without intervals.
        calibrated: Whether sizes are calibrated.
    """

    summary: evaluate_settings.Summary
    cases: Cases
    sha256: str
    metadata: Mapping[str, str]
    level: float | None
    calibrated: bool


def scored(
    delta: Float[np.ndarray, "variants 2 width"],
    quantiles: Float[np.ndarray, "variants 2 width 3"] | None,
    target: Float[np.ndarray, "variants 2 width"],
    calibration: score_calibration.ScoreCalibration,
) -> Scores:
    """Return each variant's largest score, raw and calibrated, and its intervals.

    Args:
        delta: The model's Δ.
        quantiles: Its quantiles, of models that have them.
        target: The base delta.
        calibration: How the model is calibrated.
    """
    raw, quantile_sizes = score_calibration.scores(delta, quantiles)
    target_scores, _ = score_calibration.scores(target, None)
    order = np.argsort(-raw, axis=1, kind="stable")
    largest = np.arange(len(raw)), order[:, 0]
    low = high = covered = None
    if (ends := calibration.ends(raw, quantile_sizes)) is not None:
        low, high = (end[largest] for end in ends)
        inside = (ends[0] <= target_scores) & (target_scores <= ends[1])
        covered = np.take_along_axis(inside, order, axis=1)
    return Scores(
        raw=raw[largest],
        size=calibration.sizes(raw)[largest],
        target=target_scores[largest],
        low=low,
        high=high,
        covered=covered,
    )


def of_store(
    store: stores.Store,
    rows: Bool[np.ndarray, " rows"],
    pairs: batches.Pairs,
    predicted: Float[np.ndarray, "variants 2 width"],
    scores: Sequence[Scores],
) -> Cases:
    """Return the variants of some rows of a store.

    Args:
        store: The store.
        rows: Mask of the rows.
        pairs: The variants of those rows.
        predicted: The model's Δ.
        scores: Their largest scores, in parts to be joined.
    """

    def read(name: str) -> list[int]:
        return [int(value) for value in store.read(name)[rows]]

    contigs, genes = [*store.metadata["contigs"], "?"], [*store.metadata["genes"], "?"]
    places = zip(read("contig"), read("position"), strict=True)
    return Cases(
        names=tuple(
            describe(pairs, row, contigs[contig], position)
            for row, (contig, position) in enumerate(places)
        ),
        genes=tuple(str(genes[number]) for number in read("gene")),
        on_minus_strand=pairs.on_minus_strand == 1,
        region=tuple(
            str(store.metadata["regions"][number]).replace("_", " ")
            for number in read("region")
        ),
        distance=np.array(read("distance"), dtype=np.int64),
        start=pairs.start,
        ref_length=pairs.ref_length,
        predicted=predicted,
        target=pairs.delta,
        profile=pairs.profile,
        scores=_joined(scores),
    )


def interval_level(
    scores: Scores, calibration: score_calibration.ScoreCalibration
) -> float | None:
    """Return the nominal coverage of intervals; None without intervals."""
    if scores.low is None:
        return None
    if calibration.intervals:
        return calibration.intervals.level
    return round(paired.QUANTILES[-1] - paired.QUANTILES[0], 6)


def joined(parts: Sequence[Cases]) -> Cases:
    """Return the variants of several stores as one table."""

    def rows(name: str) -> np.ndarray:
        return np.concatenate([getattr(part, name) for part in parts])

    def strings(name: str) -> tuple[str, ...]:
        return tuple(string for part in parts for string in getattr(part, name))

    arrays = {
        field.name: rows(field.name)
        for field in dataclasses.fields(Cases)
        if field.name not in ("names", "genes", "region", "scores")
    }
    return Cases(
        names=strings("names"),
        genes=strings("genes"),
        region=strings("region"),
        scores=_joined([part.scores for part in parts]),
        **arrays,
    )


def describe(pairs: batches.Pairs, row: int, contig: str, position: int) -> str:
    """Return a variant as `20:123 A>G`, anchored by a base where an allele is empty.

    Args:
        pairs: Variants, in the direction of transcription.
        row: Row of the variant.
        contig: Its chromosome.
        position: First replaced base on the plus strand, 0-based.
    """
    first = pairs.context + pairs.slack + int(pairs.start[row])
    end = first + int(pairs.ref_length[row])
    ref = pairs.codes[row, first:end]
    alt = pairs.alt[row, : int(pairs.alt_length[row])]
    anchor = pairs.codes[row, first - 1 : first]
    if pairs.on_minus_strand[row]:
        anchor = dna.reverse_complement(pairs.codes[row, end : end + 1])
        ref, alt = dna.reverse_complement(ref), dna.reverse_complement(alt)
    if not (len(ref) and len(alt)):
        position -= 1
        ref, alt = np.concatenate([anchor, ref]), np.concatenate([anchor, alt])
    return f"{contig}:{position + 1} {dna.decode(ref)}>{dna.decode(alt)}"


def _joined(parts: Sequence[Scores]) -> Scores:
    def rows(name: str) -> np.ndarray | None:
        values = [getattr(part, name) for part in parts]
        if any(value is None for value in values):
            return None
        return np.concatenate(values)

    columns = {field.name: rows(field.name) for field in dataclasses.fields(Scores)}
    return Scores(**columns)  # type: ignore[arg-type]
