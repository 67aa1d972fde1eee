"""Variants of an agreement with a base model, as arrays."""

import dataclasses
from collections.abc import Mapping, Sequence

import numpy as np
from jaxtyping import Bool, Float, Int64

from twinsplice.evaluation import agreement_scores, calibration_statistics
from twinsplice.genome import dna
from twinsplice.io import target_store as stores
from twinsplice.settings import evaluate as evaluate_settings
from twinsplice.training import batches


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
        scores: The four scores of each variant, before any refinement.
        refined: Whether Δ is the base model's own, because the variant is refined.
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
    scores: agreement_scores.Scores
    refined: Bool[np.ndarray, " variants"]

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
        intervals: Coverage and width of the intervals.
        probability: Calibration of the probability of a large base score, of models
            that give one.
    """

    summary: evaluate_settings.Summary
    cases: Cases
    sha256: str
    metadata: Mapping[str, str]
    level: float | None
    calibrated: bool
    intervals: tuple[calibration_statistics.Held, ...] = ()
    probability: calibration_statistics.Probability | None = None


def of_store(
    store: stores.Store,
    rows: Bool[np.ndarray, " rows"],
    pairs: batches.Pairs,
    predicted: Float[np.ndarray, "variants 2 width"],
    scores: Sequence[agreement_scores.Scores],
    refine_from: float | None = None,
) -> Cases:
    """Return the variants of some rows of a store.

    Args:
        store: The store.
        rows: Mask of the rows.
        pairs: The variants of those rows.
        predicted: The model's Δ.
        scores: Their scores, in parts to be joined.
        refine_from: Upper end of a score from which Δ is the base model's own.
    """
    of_all = agreement_scores.joined(scores)
    refined = np.zeros(len(predicted), dtype=bool)
    if refine_from is not None:
        refined = of_all.highest >= refine_from

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
        predicted=np.where(refined[:, None, None], pairs.delta, predicted),
        target=pairs.delta,
        profile=pairs.profile,
        scores=of_all,
        refined=refined,
    )


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
        scores=agreement_scores.joined([part.scores for part in parts]),
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
