"""Second implementations: slow, plain, and written from the rules, not the code.

The rules are those of docs/reference/rules.md. Profiles are lists of rows here,
sequences are strings, masks and alignments are loops over bases. The only thing
shared with the package is what genes and records are, and the plain pass of a
network.
"""

import dataclasses
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import torch
from jaxtyping import Float

from twinsplice.base_models import contract
from twinsplice.effect import alignment, deltas
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
        if not outputs:
            return [[] for _ in model.tracks]
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


def taken(
    alt: Float[np.ndarray, "tracks alt_width"], columns: alignment.Columns
) -> Float[np.ndarray, "tracks width"]:
    """Put a profile onto reference columns by indices, column by column."""
    found = np.zeros((len(alt), len(columns.take)), dtype=alt.dtype)
    for column, source in enumerate(columns.take):
        if source >= 0:
            found[:, column] = alt[:, source]
    if columns.fold is not None:
        for source in range(columns.fold_first, columns.fold_end):
            best = np.maximum(found[:, columns.fold], alt[:, source])
            found[:, columns.fold] = best
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


Expected = Refusal | list[Score | Refusal]
"""What must be said of an allele: one thing of it all, or one of each gene."""


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

    def answer(self, record: vcf.Record) -> list[Expected]:
        """Return what must be said of each allele; of `.` once."""
        if not record.alts:
            return [Refusal(reasons=frozenset({"no_alt_allele"}))]
        return [self._allele(record, alt) for alt in record.alts]

    def _allele(self, record: vcf.Record, alt: str) -> Expected:
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
        score = self._score
        if self.problem.rules == CISPLICEAI:
            score = self._score_cispliceai
        if not allele.over:
            return [score(allele, None, strand) for strand in "+-"]
        return [score(allele, gene, gene.strand.value) for gene in allele.over]

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
        """Only SpliceAI refuses all that lies near a contig's end."""
        if self.problem.rules != SPLICEAI:
            return False
        start, end = allele.window
        return start < self.context or end + self.context > len(allele.sequence)

    def _score(
        self, allele: _Allele, gene: genes.Gene | None, strand: str
    ) -> Score | Refusal:
        first, last = allele.seen_all
        if gene is not None:
            first, last = gene.span.start, gene.span.end

        def letters(start: int, end: int) -> str:
            return "".join(
                allele.sequence[i].upper()
                if max(first, 0) <= i < min(last, len(allele.sequence))
                else "N"
                for i in range(start, end)
            )

        start, end = allele.window
        gone = allele.start + len(allele.ref)
        # SpliceAI's alternate sequence ends where its reference does, so that a
        # deletion longer than the distance leaves even POS without a value.
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

    def _score_cispliceai(
        self, allele: _Allele, gene: genes.Gene | None, strand: str
    ) -> Score | Refusal:
        """Count as that program does: in letters of the text that it fetches."""
        reach, ref, alt = self.problem.reach, allele.ref, allele.alt
        flank = reach + self.context
        # What lies before the contig is put there as N; what lies behind it is
        # never there, but `end` is where the text should have ended.
        padding = max(flank - allele.start, 0)
        start = allele.start - flank + padding
        end = allele.start + flank + len(ref) + len(ref) % 2
        text = "N" * padding + allele.sequence[start:end].upper()
        low, high = allele.seen_all
        if gene is not None:
            low, high = gene.span.start, gene.span.end - 1
        hidden = max(low - start, 0), max(end - high, 0)
        shown = text[hidden[0] : max(len(text) - hidden[1], 0)]
        shown = "N" * hidden[0] + shown + "N" * hidden[1]
        changed = shown[:flank] + alt + shown[flank + len(ref) :]
        width = len(text) - 2 * self.context
        marked = {
            kind: [
                site - start - self.context
                for site in sites(gene, kind)
                if start + self.context <= site < end - self.context
            ]
            for kind in self.kinds
        }
        if (
            len(shown) != len(text)
            or width <= (reach + 1 if len(alt) > len(ref) else 0)
            or len(changed) < 2 * self.context
            or any(column >= width for each in marked.values() for column in each)
        ):
            name = gene.name if gene else strand
            return Refusal(reasons=frozenset({"near_contig_end"}), genes=(name,))
        before = self._profile(shown, strand)
        place = place_cispliceai(reach, len(ref), len(alt))
        after = put(self._profile(changed, strand), width, place)
        return Score(
            gene=gene.name if gene else strand,
            start=allele.window[0],
            sizes=tuple(
                self._sizes_cispliceai(changes(before, after, kind), kind, marked[kind])
                for kind in self.kinds
            ),
            ref=before,
            alt=after,
        )

    def _sizes_cispliceai(
        self, change: list[float], kind: deltas.Kind, marked: Sequence[int]
    ) -> Sizes:
        if self.problem.mask:
            change = masked_cispliceai(change, 0, set(marked), gain=kind.gain)
        return Sizes(change, change)

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
            change = masked(change, start, sites(gene, kind), gain=kind.gain)
        change = [max(value, 0.0) for value in change]
        return Sizes(change, change)


def _name(problem: Problem, contig: str) -> str | None:
    """The genome's own name of a contig, with or without `chr`."""
    for name in problem.contigs:
        if name.removeprefix("chr") == contig.removeprefix("chr"):
            return name
    return None
