"""Alleles as written in records: reasons for refusal, and normal forms.

All alleles of a chunk of records are processed together, as arrays; only alleles other
than single substitutions are normalised one by one.
"""

import dataclasses
import itertools
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from jaxtyping import Bool, Int64

from twinsplice.effect import contig_ends, rules, windows
from twinsplice.genome import alleles, variants
from twinsplice.io import fasta
from twinsplice.io.vcf import vcf
from twinsplice.scoring import contigs

Integers = Int64[np.ndarray, " rows"]
Flags = Bool[np.ndarray, " rows"]
_ACGT, _N, _OTHER, _SYMBOLIC = range(4)
_LETTER_CLASS = np.full(256, _OTHER, dtype=np.uint8)
for _letters, _class in (("ACGTacgt", _ACGT), ("Nn", _N), ("<>[].*", _SYMBOLIC)):
    _LETTER_CLASS[np.frombuffer(_letters.encode(), dtype=np.uint8)] = _class
_BASES = 1_000_000
"""Bases of REF that are compared with the reference at once."""
_FETCHED = 64
"""Bases fetched at a time while an allele is left-aligned."""
_NOT_ALLELES = {
    ".": variants.SkipReason.NO_ALT,
    "*": variants.SkipReason.OVERLAPPING_DELETION,
    "<*>": variants.SkipReason.UNSPECIFIED,
    "<NON_REF>": variants.SkipReason.UNSPECIFIED,
    "<X>": variants.SkipReason.UNSPECIFIED,
}
"""What stands in ALT without being an allele (VCF 4.3, sections 1.6.1 and 5.5)."""


@dataclasses.dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class WrittenAlleles:
    """Alternate alleles as written, one row each; a record without one has a row, too.

    Attributes:
        record: Number of the record in its chunk.
        contig: Number of its contig; `contigs.MISSING` for none.
        refs: REF, in the input's own case.
        alts: ALT likewise; `.` where the record has none.
        written: The replacements.
        refused: Number of the reason why its record has no place, see
            `rules.REASONS`; else `rules.SCORED`.
    """

    record: Integers
    contig: Integers
    refs: list[str]
    alts: list[str]
    written: windows.Replacements
    refused: Integers

    def __len__(self) -> int:
        return len(self.record)

    def take(self, rows: Integers) -> "WrittenAlleles":
        """Return some rows."""
        return WrittenAlleles(
            record=self.record[rows],
            contig=self.contig[rows],
            refs=[self.refs[row] for row in rows.tolist()],
            alts=[self.alts[row] for row in rows.tolist()],
            written=self.written.take(rows),
            refused=self.refused[rows],
        )


def read(records: Sequence[vcf.Record], genome: contigs.Contigs) -> WrittenAlleles:
    """Return the alleles of records.

    Args:
        records: The records.
        genome: The contigs of the reference.
    """
    count = [len(record.alts) or 1 for record in records]
    row = np.repeat(np.arange(len(records)), count)
    refs: list[str] = []
    alts: list[str] = []
    for record, repeats in zip(records, count, strict=True):
        refs += [record.ref] * repeats
        alts += record.alts or (".",)
    # No contig is as long as that: a POS beyond any whole number fails on REF.
    position = np.array(
        [min(record.position, contig_ends.NO_BOUND) for record in records],
        dtype=np.int64,
    )
    return WrittenAlleles(
        record=row,
        contig=genome.of_records(records)[row],
        refs=refs,
        alts=alts,
        written=windows.Replacements(
            start=position[row],
            ref=alleles.of_texts(refs),
            alt=alleles.of_texts(alts),
        ),
        refused=np.array([_refusal(record) for record in records], dtype=np.int64)[row],
    )


def _refusal(record: vcf.Record) -> int:
    return rules.SCORED if record.refusal is None else rules.number(record.refusal)


def reasons(
    every: WrittenAlleles,
    genome: contigs.Contigs,
    conventions: rules.Rules,
    reach: int,
) -> Integers:
    """Return the reasons why alleles have no score, by number in `rules.REASONS`.

    Args:
        every: The alleles.
        genome: The contigs of the reference.
        conventions: The rules in force.
        reach: Bases searched each side.

    Returns:
        The first reason of several; `rules.SCORED` if there is none.
    """
    reason = every.refused.copy()

    def mark(flags: Flags, why: variants.SkipReason) -> None:
        reason[flags & (reason == rules.SCORED)] = rules.number(why)

    ref_class, alt_class = (_letters_in(texts) for texts in (every.refs, every.alts))
    allowed = _N if conventions.unknown_letters else _ACGT
    for text in _NOT_ALLELES.keys() & set(every.alts):
        here = np.array([alt == text for alt in every.alts], dtype=bool)
        mark(here, _NOT_ALLELES[text])
    mark(every.contig == contigs.MISSING, variants.SkipReason.CONTIG_MISSING)
    mark(alt_class == _SYMBOLIC, variants.SkipReason.SYMBOLIC)
    mark(np.maximum(ref_class, alt_class) > allowed, variants.SkipReason.NON_ACGT)
    live = np.flatnonzero(reason == rules.SCORED)
    some = every.take(live)
    flags = np.zeros((2, len(reason)), dtype=bool)
    flags[0, live] = _lacking(some, genome)
    flags[1, live] = _different(
        some, genome, ref_class[live] == _N, concrete=conventions.concrete
    )
    if conventions.case_sensitive_ref:
        lower_case = [ref != ref.upper() for ref in some.refs]
        flags[1, live] |= np.array(lower_case, dtype=bool)
    mark(flags[0], variants.SkipReason.NEAR_CONTIG_END)
    mark(flags[1], variants.SkipReason.REF_MISMATCH)
    refused = conventions.refuse(every.written, reach)
    return np.where(reason == rules.SCORED, refused, reason)


def _lacking(some: WrittenAlleles, genome: contigs.Contigs) -> Flags:
    """Whether REF lies within its contig but not within its slices."""
    start, end = some.written.start, some.written.end
    inside = (start >= 0) & (end <= genome.length[some.contig])
    lacking: Flags = inside & ~genome.holds(some.contig, start, end)
    return lacking


def _different(
    some: WrittenAlleles, genome: contigs.Contigs, has_n: Flags, *, concrete: bool
) -> Flags:
    """Whether REF differs from the reference.

    Args:
        some: Alleles that lie within the reference's bases.
        genome: Its contigs.
        has_n: Whether REF holds N.
        concrete: Read the reference as VCF writes it, see `dna.concrete`; official
            programs do not.
    """
    written = some.written
    different = np.zeros(len(some), dtype=bool)
    # The alleles of a record share its REF.
    _, one, of_record = np.unique(some.record, return_index=True, return_inverse=True)
    for number, members in contigs.by_value(some.contig[one]):
        rows = one[members]
        for part in _portions(written.ref.length[rows]):
            row, place = _ragged(written.ref.length[rows[part]])
            of_row = rows[part][row]
            reference_codes = genome.reference.gather(
                *(genome.names[number], written.start[of_row] + place),
                concrete=concrete,
            )
            codes = written.ref.codes[written.ref.first[of_row] + place]
            different[of_row[reference_codes != codes]] = True
    different = different[one][of_record]
    # Codes do not distinguish N from other unknown letters; some programs do.
    for odd in np.flatnonzero(has_n).tolist():
        name, start = genome.names[some.contig[odd]], int(written.start[odd])
        text = genome.reference.sequence(name, start, start + len(some.refs[odd]))
        different[odd] = text != some.refs[odd].upper()
    return different


def normal_forms(some: WrittenAlleles, genome: contigs.Contigs) -> windows.Replacements:
    """Return the normal forms of alleles: trimmed and left-aligned.

    Args:
        some: Alleles whose REF matches the reference.
        genome: The contigs of the reference.
    """
    written = some.written
    ref, alt = written.ref, written.alt
    single = (ref.length == 1) & (alt.length == 1)
    # A single substitution is its own normal form.
    single[single] = ref.codes[ref.first[single]] != alt.codes[alt.first[single]]
    start = written.start.copy()
    forms = []
    for row in np.flatnonzero(~single).tolist():
        contig = genome.names[some.contig[row]]
        form = variants.normalise(
            variants.Variant(
                contig,
                int(start[row]),
                some.refs[row].upper(),
                some.alts[row].upper(),
            ),
            _base_before(genome.reference, contig),
        )
        start[row] = form.start
        forms.append(form)
    return windows.Replacements(
        start=start,
        ref=alleles.choose(~single, ref, alleles.of_texts([f.ref for f in forms])),
        alt=alleles.choose(~single, alt, alleles.of_texts([f.alt for f in forms])),
    )


def _base_before(reference: fasta.Reference, contig: str) -> Callable[[int], str]:
    start = end = 0
    text = ""

    def base(position: int) -> str:
        nonlocal start, end, text
        if not start < position <= end:
            start, end = max(position - _FETCHED, 0), position
            text = reference.concrete(contig, start, end)
        return text[position - 1 - start : position - start] if position else ""

    return base


def _letters_in(texts: Sequence[str]) -> Integers:
    """The highest class of any letter of each text; texts are not empty."""
    if not texts:
        return np.zeros(0, dtype=np.int64)
    length = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    raw = np.frombuffer("".join(texts).encode("ascii", "replace"), dtype=np.uint8)
    highest = np.maximum.reduceat(_LETTER_CLASS[raw], np.cumsum(length) - length)
    return highest.astype(np.int64)


def _portions(length: Integers) -> Iterator[slice]:
    """Yield rows that are next to each other and not many bases together."""
    portion = np.cumsum(length) // _BASES
    edges = np.flatnonzero(np.diff(portion)) + 1
    for first, end in itertools.pairwise((0, *edges.tolist(), len(length))):
        yield slice(first, end)


def _ragged(
    length: Integers,
) -> tuple[Int64[np.ndarray, " elements"], Int64[np.ndarray, " elements"]]:
    """The row of each element, and its index within the row, of rows end to end."""
    row = np.repeat(np.arange(len(length)), length)
    return row, np.arange(len(row)) - (np.cumsum(length) - length)[row]
