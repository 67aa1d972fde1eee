"""Variants on which a model was compared with its base model: plain arrays."""

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
        raw: As the model gives it.
        size: Calibrated, where the model's card says how; else the same.
        target: The base model's score of that same kind of change.
        low: Lower end of the interval about the size, of models that have one.
        high: Its upper end.
    """

    raw: Float64[np.ndarray, " variants"]
    size: Float64[np.ndarray, " variants"]
    target: Float64[np.ndarray, " variants"]
    low: Float64[np.ndarray, " variants"] | None
    high: Float64[np.ndarray, " variants"] | None


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Cases:
    """Variants, with Δ of a model and of its base model.

    Tracks are acceptor and donor; columns run in the direction of transcription.

    Attributes:
        names: Place, counted from 1, and alleles of each, on the plus strand.
        genes: Gene that each was looked at in.
        on_minus_strand: Whether that lies on the minus strand.
        region: Part of the gene, in words.
        distance: Bases to the nearest annotated site; `regions.NO_SITE` without one.
        start: First replaced column.
        ref_length: Columns replaced; 0 for an insertion, which goes before `start`.
        predicted: The model's Δ.
        target: The base delta.
        profile: The base model's site probabilities in the reference.
        scores: Largest score of each.
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
        """Chromosomes that there are variants of, as they come."""
        return tuple(dict.fromkeys(name.rpartition(":")[0] for name in self.names))


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Evaluation:
    """The agreement of a model with its base model, variant by variant.

    Attributes:
        summary: Figures by group of variants.
        cases: The variants.
        sha256: Checksum of the model's weights.
        metadata: What was evaluated on what, in words, in the order to be read.
        level: Share of base scores that intervals are to hold, of models that have
            them.
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
    """Return each variant's largest score.

    Args:
        delta: The model's Δ.
        quantiles: Its quantiles, of models that have them.
        target: The base delta.
        calibration: How the model is calibrated.
    """
    raw, raw_ends = score_calibration.scores(delta, quantiles)
    target_scores, _ = score_calibration.scores(target, None)
    largest = np.arange(len(raw)), raw.argmax(axis=1)
    interval = calibration.ends(raw, raw_ends)
    low, high = (None, None) if interval is None else (end[largest] for end in interval)
    return Scores(
        raw=raw[largest],
        size=calibration.sizes(raw)[largest],
        target=target_scores[largest],
        low=low,
        high=high,
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
        rows: Which rows.
        pairs: Those rows, as read.
        predicted: The model's Δ.
        scores: Their largest scores, in parts.
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
    """Return the share of base scores that intervals are to hold; none without them."""
    if scores.low is None:
        return None
    if calibration.intervals:
        return calibration.intervals.level
    return round(paired.QUANTILES[-1] - paired.QUANTILES[0], 6)


def joined(parts: Sequence[Cases]) -> Cases:
    """Return the variants of several stores as one."""

    def rows(name: str) -> np.ndarray:
        return np.concatenate([getattr(part, name) for part in parts])

    def words(name: str) -> tuple[str, ...]:
        return tuple(word for part in parts for word in getattr(part, name))

    arrays = {
        field.name: rows(field.name)
        for field in dataclasses.fields(Cases)
        if field.name not in ("names", "genes", "region", "scores")
    }
    return Cases(
        names=words("names"),
        genes=words("genes"),
        region=words("region"),
        scores=_joined([part.scores for part in parts]),
        **arrays,
    )


def describe(pairs: batches.Pairs, row: int, contig: str, position: int) -> str:
    """Return a variant as `20:123 A>G`, anchored by a base where an allele is empty.

    Args:
        pairs: Variants, in the direction of transcription.
        row: Which of them.
        contig: Its chromosome.
        position: First replaced base of the plus strand, counted from 0.
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
    def rows(name: str) -> Float64[np.ndarray, " variants"] | None:
        values = [getattr(part, name) for part in parts]
        if any(value is None for value in values):
            return None
        whole: Float64[np.ndarray, " variants"] = np.concatenate(values)
        return whole

    columns = {field.name: rows(field.name) for field in dataclasses.fields(Scores)}
    return Scores(**columns)  # type: ignore[arg-type]
