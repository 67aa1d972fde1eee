"""Second implementations: slow, plain, and written from the rules, not the code.

The rules are those of docs/reference/rules.md. Profiles are lists of rows here,
sequences are strings, masks and alignments are loops over bases. The only thing
shared with the package is what genes and records are, and the plain pass of a
network.
"""

import dataclasses
from collections.abc import Callable, Mapping, Sequence

import torch

from twinsplice.base_models import contract
from twinsplice.effect import deltas
from twinsplice.genome import genes
from twinsplice.io import vcf

Rows = list[list[float]]
"""Tracks of a profile, each a list with a number a base."""
Predict = Callable[[str], Rows]

TWINSPLICE, SPLICEAI, CISPLICEAI = "TwinSplice", "SpliceAI 1.3.1", "CI-SpliceAI 1.2.2"
TOLERANCE = 1e-5
_CI_CONTEXT = 5_000
_PAIRS = {"A": "T", "C": "G", "G": "C", "T": "A"}


def reverse_complement(sequence: str) -> str:
    """Return the other strand; what is no base is N."""
    return "".join(_PAIRS.get(letter, "N") for letter in reversed(sequence))


def plain(model: contract.BaseModel) -> Predict:
    """Return a model's mean profile of a sequence, by its networks' plain passes."""
    networks = [member.network() for member in model.members]

    def predict(sequence: str) -> Rows:
        columns = [[float(base == letter) for base in "ACGT"] for letter in sequence]
        x = torch.tensor(columns).T[None]
        outputs = len(sequence) - 2 * model.context
        total = [[0.0] * outputs for _ in model.tracks]
        seen = [0] * len(model.tracks)
        for member, network in zip(model.members, networks, strict=True):
            for row, track in zip(member.rows, network(x)[0].tolist(), strict=True):
                total[row] = [a + b for a, b in zip(total[row], track, strict=True)]
                seen[row] += 1
        return [
            [value / n for value in track] for track, n in zip(total, seen, strict=True)
        ]

    return predict


def normal_form(sequence: str, start: int, ref: str, alt: str) -> tuple[int, str, str]:
    """Trim and shift left one base at a time (Tan et al. 2015, algorithm 1)."""
    ref, alt = ref.upper(), alt.upper()
    if ref == alt:
        return start + len(ref), "", ""
    moved = True
    while moved:
        moved = False
        if ref and alt and ref[-1] == alt[-1]:
            ref, alt, moved = ref[:-1], alt[:-1], True
        if not (ref and alt) and start > 0:
            base = sequence[start - 1].upper()
            if base in _PAIRS and base == (ref or alt)[-1]:
                start, ref, alt, moved = start - 1, base + ref, base + alt, True
    while ref and alt and ref[0] == alt[0]:
        start, ref, alt = start + 1, ref[1:], alt[1:]
    return start, ref, alt


# Alignment: each alternate base has one reference base, several may share one.


def put(alt: Rows, width: int, place: Callable[[int], int]) -> Rows:
    """Put base `j` of a profile on base `place(j)`; the largest wins, else 0."""
    found = [[0.0] * width for _ in alt]
    for row, track in zip(found, alt, strict=True):
        for j, value in enumerate(track):
            if 0 <= place(j) < width:
                row[place(j)] = max(row[place(j)], value)
    return found


def place_ours(middle: int, ref: int, alt: int) -> Callable[[int], int]:
    """Map alternate to reference bases for a trimmed variant at column `middle`.

    Args:
        middle: Columns before the variant.
        ref: Length of its reference allele.
        alt: Length of its alternate allele.
    """

    def place(j: int) -> int:
        if j < middle:
            return j
        if j >= middle + alt:
            return j - alt + ref
        # Base to base as long as there are two, then behind the last of those.
        return min(j, middle + min(ref, alt) - 1)

    return place


def place_spliceai(middle: int, ref: int, alt: int) -> Callable[[int], int]:
    """Map as SpliceAI does: the anchor keeps its base, what follows moves."""

    def place(j: int) -> int:
        if ref > 1 and alt == 1:
            return j if j <= middle else j + ref - 1
        if ref == 1 and alt > 1:
            return min(j, middle) if j < middle + alt else j - alt + 1
        return j

    return place


def place_cispliceai(middle: int, ref: int, alt: int) -> Callable[[int], int]:
    """Map as CI-SpliceAI does: zeros before POS, or a maximum from POS on."""

    def place(j: int) -> int:
        if j < middle:
            return j
        if alt < ref:
            return j + ref - alt
        return max(j - (alt - ref), middle)

    return place


_PLACES = {
    TWINSPLICE: place_ours,
    SPLICEAI: place_spliceai,
    CISPLICEAI: place_cispliceai,
}


# Changes of each kind, base by base, with masks.


@dataclasses.dataclass(frozen=True)
class Sizes:
    """What a kind of change is at each base of a window.

    Attributes:
        rank: By what the largest is looked for.
        size: What is printed if it is found there.
    """

    rank: list[float]
    size: list[float]

    def agree(self, size: float, column: int, tolerance: float = TOLERANCE) -> bool:
        """Say whether a largest change, and where it is, can be right."""
        return (
            self.rank[column] >= max(self.rank) - tolerance
            and abs(self.size[column] - size) <= tolerance
        )


def changes(ref: Rows, alt: Rows, kind: deltas.Kind) -> list[float]:
    """Return the change of one kind at each base: the largest of its rows."""
    sign = 1 if kind.gain else -1
    return [
        max(sign * (alt[row][i] - ref[row][i]) for row in kind.rows)
        for i in range(len(ref[0]))
    ]


def sites(gene: genes.Gene | None, kind: deltas.Kind) -> set[int]:
    """Return a gene's annotated sites that are of a kind's classes."""
    found: set[int] = set()
    if gene is not None and deltas.Site.ACCEPTOR in kind.sites:
        found |= {int(site) for site in gene.acceptors}
    if gene is not None and deltas.Site.DONOR in kind.sites:
        found |= {int(site) for site in gene.donors}
    return found


def masked(
    change: Sequence[float], start: int, annotated: set[int], *, gain: bool
) -> list[float]:
    """Count gains of annotated sites, and losses of other bases, as 0."""
    return [
        0.0 if (start + i in annotated) == gain else value
        for i, value in enumerate(change)
    ]


def nearest_boundary(gene: genes.Gene, position: int) -> int:
    """Return the exon boundary or transcript end nearest to a base, leftmost first."""
    edges = [*gene.acceptors, *gene.donors, gene.span.start, gene.span.end - 1]
    best = None
    for edge in sorted(int(each) for each in edges):
        if best is None or abs(edge - position) < abs(best - position):
            best = edge
    assert best is not None
    return best


def masked_spliceai(
    change: Sequence[float], start: int, boundary: int, *, gain: bool
) -> Sizes:
    """Look first, then mask by one boundary."""
    size = [
        0.0 if (start + i == boundary) == gain else value
        for i, value in enumerate(change)
    ]
    return Sizes(list(change), size)


def masked_cispliceai(
    change: Sequence[float], start: int, annotated: set[int], *, gain: bool
) -> list[float]:
    """Mask signed changes as CI-SpliceAI does, once for gains and losses alike."""
    found = []
    for i, value in enumerate(change):
        rises = (value >= 0) if gain else (value <= 0)
        found.append(0.0 if (start + i in annotated) == rises else value)
    return found


# The whole of it.


@dataclasses.dataclass(frozen=True, kw_only=True)
class Problem:
    """A genome, genes and settings.

    Attributes:
        contigs: Sequences by name.
        genes: The annotation, in its order.
        rules: One of the three names above.
        reach: Bases searched each side.
        mask: Whether to mask.
        intergenic: Whether to score outside genes.
    """

    contigs: Mapping[str, str]
    genes: Sequence[genes.Gene]
    rules: str
    reach: int
    mask: bool
    intergenic: bool


@dataclasses.dataclass(frozen=True, kw_only=True)
class Score:
    """A score that must be given.

    Attributes:
        gene: Name of the gene, or the strand.
        start: First base of the window.
        sizes: For each kind, what each base of the window would give.
        ref: Reference profile.
        alt: Alternate profile on the same bases.
    """

    gene: str
    start: int
    sizes: tuple[Sizes, ...]
    ref: Rows
    alt: Rows


@dataclasses.dataclass(frozen=True, kw_only=True)
class Refusal:
    """A score that must not be given.

    Attributes:
        reasons: Any of these is right: several may hold at once.
        genes: Where not empty, one refusal each.
    """

    reasons: frozenset[str]
    genes: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, kw_only=True)
class _Allele:
    """One allele, as its rules place it."""

    sequence: str
    start: int
    ref: str
    alt: str
    window: tuple[int, int]
    over: tuple[genes.Gene, ...]
    seen_all: tuple[int, int]


@dataclasses.dataclass(frozen=True, eq=False)
class Naive:
    """A scorer that does everything anew for each allele and gene.

    Attributes:
        problem: Genome, genes and settings.
        predict: The model.
        context: Bases it reads each side.
        kinds: The kinds of change wanted.
    """

    problem: Problem
    predict: Predict
    context: int
    kinds: Sequence[deltas.Kind]

    def answer(self, record: vcf.Record) -> list[Refusal | list[Score]]:
        """Return what must be said of each allele; of `.` once."""
        if not record.alts:
            return [Refusal(reasons=frozenset({"no_alt_allele"}))]
        return [self._allele(record, alt) for alt in record.alts]

    def _allele(self, record: vcf.Record, alt: str) -> Refusal | list[Score]:
        refused = self._refused(record, alt)
        if refused:
            return Refusal(reasons=refused)
        name = _name(self.problem, record.contig)
        assert name is not None
        allele = self._placed(self.problem.contigs[name], record, alt)
        names = tuple(gene.name for gene in allele.over)
        declined = (
            self.problem.rules == SPLICEAI and len(record.ref) > 1 and len(alt) > 1
        )
        if not names and (declined or not self._everywhere):
            return Refusal(reasons=frozenset({"outside_genes"}))
        # Near an end whole records are skipped, whatever their alleles are.
        near = self._near_end(allele)
        if near or declined:
            reason = "near_contig_end" if near else "unsupported_by_official_program"
            return Refusal(reasons=frozenset({reason}), genes=names or ("+", "-"))
        if not allele.over:
            return [self._score(allele, None, strand) for strand in "+-"]
        return [self._score(allele, gene, gene.strand.value) for gene in allele.over]

    @property
    def _everywhere(self) -> bool:
        return self.problem.intergenic or self.problem.rules == CISPLICEAI

    def _refused(self, record: vcf.Record, alt: str) -> frozenset[str]:
        """Every reason that holds of an allele whatever the gene."""
        ours = self.problem.rules == TWINSPLICE
        found = set()
        name = _name(self.problem, record.contig)
        if name is None:
            found.add("contig_missing")
        if set(alt) & set("<>[].*"):
            found.add("symbolic_allele")
        elif set((record.ref + alt).upper()) - set("ACGT" if ours else "ACGTN"):
            found.add("non_acgt_allele")
        if name is not None:
            end = record.position + len(record.ref)
            there = self.problem.contigs[name][max(record.position, 0) : end].upper()
            if there != (record.ref.upper() if ours else record.ref):
                found.add("ref_mismatch")
        if self.problem.rules != CISPLICEAI and (
            len(record.ref) > 2 * self.problem.reach
        ):
            found.add("allele_too_long")
        return frozenset(found)

    def _placed(self, sequence: str, record: vcf.Record, alt: str) -> _Allele:
        reach, position = self.problem.reach, record.position
        everything = (0, len(sequence))
        if self.problem.rules == TWINSPLICE:
            start, short_ref, short_alt = normal_form(
                sequence, position, record.ref, alt
            )
            # The anchor counts as changed where bases are only put in or taken out.
            first = start if short_ref and short_alt else start - 1
            touched = range(first, max(start + len(short_ref), first + 1))
            return _Allele(
                sequence=sequence,
                start=start,
                ref=short_ref,
                alt=short_alt,
                window=(first - reach, first + reach + 1),
                over=self._over(record.contig, touched, last=True),
                seen_all=everything,
            )
        window = (position - reach, position + reach + 1)
        ci = self.problem.rules == CISPLICEAI
        if ci:
            odd = len(record.ref) % 2
            window = (position - reach, position + reach + len(record.ref) + odd)
            flank = reach + _CI_CONTEXT
            everything = (position - flank, position + flank + 1)
        return _Allele(
            sequence=sequence,
            start=position,
            ref=record.ref.upper(),
            alt=alt.upper(),
            window=window,
            over=self._over(record.contig, range(position, position + 1), last=not ci),
            seen_all=everything,
        )

    def _over(
        self, contig: str, touched: range, *, last: bool
    ) -> tuple[genes.Gene, ...]:
        """Genes over any of these bases; without their last bases if not `last`."""
        return tuple(
            gene
            for gene in self.problem.genes
            if gene.span.contig.removeprefix("chr") == contig.removeprefix("chr")
            and any(gene.span.start <= i < gene.span.end - (not last) for i in touched)
        )

    def _near_end(self, allele: _Allele) -> bool:
        """Only the official programs refuse what lies near a contig's end."""
        if self.problem.rules == TWINSPLICE:
            return False
        start, end = allele.window
        return start < self.context or end + self.context > len(allele.sequence)

    def _score(self, allele: _Allele, gene: genes.Gene | None, strand: str) -> Score:
        first, last = allele.seen_all
        if gene is not None:
            first, last = gene.span.start, gene.span.end
            last -= self.problem.rules == CISPLICEAI

        def letters(start: int, end: int) -> str:
            return "".join(
                allele.sequence[i].upper()
                if max(first, 0) <= i < min(last, len(allele.sequence))
                else "N"
                for i in range(start, end)
            )

        start, end = allele.window
        gone = allele.start + len(allele.ref)
        # The official programs' alternate sequence ends where their reference does,
        # so that a deletion longer than the distance leaves even POS without a value.
        whole = self.problem.rules == TWINSPLICE
        far = (max(end, gone) if whole else end) + self.context
        ref = self._profile(letters(start - self.context, end + self.context), strand)
        changed = (
            letters(start - self.context, allele.start)
            + allele.alt
            + letters(gone, far)
        )
        middle = allele.start - start
        place = _PLACES[self.problem.rules](middle, len(allele.ref), len(allele.alt))
        alt = put(self._profile(changed, strand), end - start, place)
        return Score(
            gene=gene.name if gene else strand,
            start=start,
            sizes=tuple(
                self._sizes(changes(ref, alt, kind), kind, gene, allele)
                for kind in self.kinds
            ),
            ref=ref,
            alt=alt,
        )

    def _profile(self, sequence: str, strand: str) -> Rows:
        if strand == "+":
            return self.predict(sequence)
        return [row[::-1] for row in self.predict(reverse_complement(sequence))]

    def _sizes(
        self,
        change: list[float],
        kind: deltas.Kind,
        gene: genes.Gene | None,
        allele: _Allele,
    ) -> Sizes:
        start = allele.window[0]
        if self.problem.rules == SPLICEAI:
            if not self.problem.mask or gene is None:
                return Sizes(change, change)
            boundary = nearest_boundary(gene, allele.start)
            return masked_spliceai(change, start, boundary, gain=kind.gain)
        if self.problem.mask:
            mask = masked if self.problem.rules == TWINSPLICE else masked_cispliceai
            change = mask(change, start, sites(gene, kind), gain=kind.gain)
        if self.problem.rules == TWINSPLICE:
            change = [max(value, 0.0) for value in change]
        return Sizes(change, change)


def _name(problem: Problem, contig: str) -> str | None:
    """The genome's own name of a contig, with or without `chr`."""
    for name in problem.contigs:
        if name.removeprefix("chr") == contig.removeprefix("chr"):
            return name
    return None
