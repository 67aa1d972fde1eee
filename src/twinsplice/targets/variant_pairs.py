"""Paired targets: the base model's delta about each variant, and its profile.

Everything is in the direction of transcription. A row of the plan says all about
its variant, so that its queries, its sequence and its alignment follow from it.
"""

import dataclasses
import functools
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
from jaxtyping import Float32, UInt8

from twinsplice.effect import alignment, windows
from twinsplice.engine import planning, profiling
from twinsplice.genome import coordinates, dna, genes, regions, variants
from twinsplice.io import fasta
from twinsplice.io import target_store as stores
from twinsplice.settings import targets as targets_settings

CHUNK = 512
"""Variants in a chunk: neighbours share passes of the base model."""

UNDECIDED = -1
"""What `altered` is of a variant that is neither altered nor not."""

Fetch = Callable[[int, int], UInt8[np.ndarray, " width"]]
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


@dataclasses.dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Source:
    """A gene, or a construct: a stretch that a network reads.

    Attributes:
        name: What it is called.
        contig: Canonical name of its chromosome, which decides its part of a split.
        strand: The strand that is read.
        start: Its first base; positions count along its contig.
        end: The base after its last.
        fetch: Bases of the contig, whatever the source.
        contig_key: Sources with equal keys have the same `fetch`.
    """

    name: str
    contig: str
    strand: coordinates.Strand
    start: int
    end: int
    fetch: Fetch
    contig_key: str

    def seen(self, start: int, end: int) -> UInt8[np.ndarray, " width"]:
        """Return bases, unknown where they are none of the source's."""
        first, last = max(start, self.start), min(end, self.end)
        codes = np.full(end - start, dna.UNKNOWN, dtype=np.uint8)
        if first < last:
            codes[first - start : last - start] = self.fetch(first, last)
        return codes


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a laboratory found of a variant.

    Attributes:
        altered: Whether it alters splicing; none where that is not decided.
        value: The change that was measured, -1 to 1; NaN for none.
    """

    altered: bool | None
    value: float


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One variant in one source.

    Attributes:
        source: Number of its source.
        window: Where it is looked at; its variant is trimmed.
        place: Where in the source it lies.
        finding: What a laboratory found, of all pairs of a store or of none.
    """

    source: int
    window: windows.Window
    place: regions.Place
    finding: Finding | None = None


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Plan:
    """Which pairs are labelled, in the order of rows.

    Attributes:
        arrays: The planned arrays of the store.
        contigs: What `contig` counts.
        sources: What `gene` counts.
    """

    arrays: Mapping[str, np.ndarray]
    contigs: list[str]
    sources: Sequence[Source]

    @property
    def rows(self) -> int:
        """Number of pairs."""
        return len(self.arrays["contig"])


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Labeller:
    """What labels pairs.

    Attributes:
        ensemble: The base model's members, each with rows of its own.
        reach: Bases each side of a variant.
        context: Bases kept beyond that.
    """

    ensemble: profiling.Ensemble
    reach: int
    context: int


def labeller(ensemble: profiling.Ensemble, config: targets_settings.Config) -> Labeller:
    """Return what labels with the members of an ensemble, each told from the others."""
    return Labeller(
        ensemble=apart(ensemble), reach=config.reach, context=config.context
    )


def apart(ensemble: profiling.Ensemble) -> profiling.Ensemble:
    """Return an ensemble each of whose members has rows of its own."""
    rows = tuple(
        tuple(2 * i + row for row in rows) for i, rows in enumerate(ensemble.rows)
    )
    return dataclasses.replace(ensemble, rows=rows, tracks=2 * len(rows))


def of_gene(gene: genes.Gene, contig: str, reference: fasta.Reference) -> Source:
    """Return a gene as a source; `contig` is the reference's name of its contig."""
    return Source(
        name=gene.name,
        contig=coordinates.canonical_contig(contig),
        strand=gene.strand,
        start=gene.span.start,
        end=gene.span.end,
        fetch=functools.partial(reference.codes, contig),
        contig_key=contig,
    )


def plan(pairs: Iterable[Pair], sources: Sequence[Source]) -> Plan:
    """Return the rows of a store, sorted by place so that neighbours share a chunk."""
    contigs = sorted({source.contig for source in sources})
    number = {contig: i for i, contig in enumerate(contigs)}
    found: dict[str, list[int]] = {name: [] for name in PLANNED}
    alts, findings = [], []
    for pair in pairs:
        source = sources[pair.source]
        for name, value in _row(pair, source).items():
            found[name].append(value)
        found["contig"].append(number[source.contig])
        alts.append(_alt(pair, source))
        if pair.finding is not None:
            findings.append(pair.finding)
    arrays = {
        name: np.array(values, dtype=PLANNED[name]) for name, values in found.items()
    }
    arrays["alt"] = np.array(alts, dtype=np.uint8).reshape(-1, targets_settings.LONGEST)
    if findings:
        arrays |= _findings(findings)
    order = np.lexsort((arrays["gene"], arrays["position"], arrays["contig"]))
    return Plan(
        arrays={name: values[order] for name, values in arrays.items()},
        contigs=contigs,
        sources=sources,
    )


def _findings(found: Sequence[Finding]) -> dict[str, np.ndarray]:
    classes = {True: 1, False: 0, None: UNDECIDED}
    return {
        "altered": np.array([classes[each.altered] for each in found], dtype=np.int8),
        "value": np.array([each.value for each in found], dtype=np.float32),
    }


def columns(reach: int, context: int) -> dict[str, stores.Column]:
    """Return the computed arrays of a store of pairs."""
    width = 2 * reach + 1
    wide = width + 2 * (context + targets_settings.LONGEST)
    profile = stores.Column((2, width), "float32")
    return {
        "codes": stores.Column((wide,), "uint8"),
        "delta": profile,
        "delta_variance": profile,
        "profile": profile,
        "profile_variance": profile,
    }


def label(labels: Labeller, rows: Plan, span: slice) -> Mapping[str, np.ndarray]:
    """Return the arrays of a chunk.

    Args:
        labels: What labels.
        rows: The plan.
        span: Rows of the chunk.
    """
    areas: dict[tuple[object, ...], int] = {}
    fetchers: list[planning.Area] = []
    queries, placed = [], []
    for row in range(span.start, span.stop):
        source = rows.sources[int(rows.arrays["gene"][row])]
        window = _window(rows, row, 2 * labels.reach + 1)
        key, area = _area(labels, source, window)
        if key not in areas:
            areas[key] = len(fetchers)
            fetchers.append(area)
        queries.append(planning.query(window, areas[key]))
        placed.append((source, window))
    found = profiling.run(labels.ensemble, fetchers, queries)
    beyond = labels.context + targets_settings.LONGEST
    made: dict[str, list[np.ndarray]] = {name: [] for name in columns(1, 1)}
    for (source, window), profiles in zip(placed, found, strict=True):
        codes = source.seen(window.start - beyond, window.end + beyond)
        made["codes"].append(_read(codes, source.strand))
        for name, values in _compare(profiles, window, source.strand).items():
            made[name].append(values)
    return {name: np.stack(values) for name, values in made.items()}


def _row(pair: Pair, source: Source) -> dict[str, int]:
    window = pair.window
    core = window.variant
    mirrored = source.strand is coordinates.Strand.MINUS
    return {
        "position": core.start,
        "mirrored": int(mirrored),
        "start": window.end - core.end if mirrored else core.start - window.start,
        "ref_length": len(core.ref),
        "alt_length": len(core.alt),
        "gene": pair.source,
        "region": int(pair.place.region),
        "distance": pair.place.distance,
    }


def _alt(pair: Pair, source: Source) -> UInt8[np.ndarray, " longest"]:
    codes = np.full(targets_settings.LONGEST, dna.UNKNOWN, dtype=np.uint8)
    alt = _read(dna.encode(pair.window.variant.alt), source.strand)
    codes[: len(alt)] = alt
    return codes


def _window(rows: Plan, row: int, width: int) -> windows.Window:
    """The window of a row on the plus strand, as the rules placed it."""
    values = {name: int(rows.arrays[name][row]) for name in PLANNED}
    source = rows.sources[values["gene"]]
    position, length = values["position"], values["ref_length"]
    left = values["start"]
    if source.strand is coordinates.Strand.MINUS:
        left = width - left - length
    alt = _read(rows.arrays["alt"][row][: values["alt_length"]], source.strand)
    return windows.Window(
        # Where bases lie is all that counts of REF.
        variant=variants.Variant(
            source.contig, position, "N" * length, dna.decode(alt)
        ),
        origin=position,
        start=position - left,
        end=position - left + width,
        alt_width=width + len(alt) - length,
    )


def _area(
    labels: Labeller, source: Source, window: windows.Window
) -> tuple[tuple[object, ...], planning.Area]:
    """What a network may see; one key for all that cannot be told apart."""
    context = labels.ensemble.context
    # What is replaced lies within the window, so the alternate reads no further.
    first, last = window.start - context, window.end + context
    if source.start <= first and last <= source.end:
        whole = (source.contig_key, source.strand)
        return whole, planning.Area(source.strand, source.fetch)
    bounded = (source.contig_key, source.strand, source.start, source.end)
    return bounded, planning.Area(source.strand, source.seen)


def _compare(
    profiles: profiling.Profiles,
    window: windows.Window,
    strand: coordinates.Strand,
) -> dict[str, Float32[np.ndarray, "2 width"]]:
    """Mean and variance of the members' deltas and profiles, as read."""
    ref, alt = (_members(each) for each in (profiles.ref, profiles.alt))
    each = alignment.onto_reference(profiles.alt, window)
    # Inserted bases fold by maximum, so means are aligned, as `score` does.
    mean = alignment.onto_reference(alt.mean(axis=0), window)
    found = {
        "delta": mean - ref.mean(axis=0),
        "delta_variance": (_members(each) - ref).var(axis=0),
        "profile": ref.mean(axis=0),
        "profile_variance": ref.var(axis=0),
    }
    if strand is coordinates.Strand.MINUS:
        return {name: values[:, ::-1] for name, values in found.items()}
    return found


def _members(
    rows: Float32[np.ndarray, "tracks width"],
) -> Float32[np.ndarray, "members 2 width"]:
    return rows.reshape(-1, 2, rows.shape[1])


def _read(
    codes: UInt8[np.ndarray, " length"], strand: coordinates.Strand
) -> UInt8[np.ndarray, " length"]:
    minus = strand is coordinates.Strand.MINUS
    return dna.reverse_complement(codes) if minus else codes
