"""Second implementations: slow, plain, and written from the rules, not the code.

The rules are those of docs/reference/rules.md. Profiles are lists of rows here,
sequences are strings, masks and alignments are loops over bases. The only thing
shared with the package is what genes and records are, and the plain pass of a
network.
"""

import dataclasses
import math
from collections.abc import Callable, Sequence

import torch

from twinsplice.base_models import contract
from twinsplice.effect import alignment, deltas
from twinsplice.genome import genes

Rows = list[list[float]]
"""Tracks of a profile, each a list with a number a base."""
Predict = Callable[[str], Rows]
Place = Callable[[int, int, int], Callable[[int], int]]

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


def onto_reference(
    alt: Rows, width: int, *, start: int, ref: int, new: int, backwards: bool = False
) -> Rows:
    """Align by our rule, which is one of the plus strand, in either direction.

    Args:
        alt: The alternate profile, in the direction it is read.
        width: Bases of the reference's.
        start: Columns before the variant, in that direction.
        ref: Bases that are replaced.
        new: Bases they are replaced by.
        backwards: Whether columns run against the plus strand.
    """
    if not backwards:
        return put(alt, width, place_ours(start, ref, new))
    along_plus = [track[::-1] for track in alt]
    found = put(along_plus, width, place_ours(width - start - ref, ref, new))
    return [track[::-1] for track in found]


def read(alt: Rows, width: int, lie: alignment.Alignment, row: int) -> Rows:
    """Put one variant's profile where an alignment says, column by column."""
    head, gap, insert, fold = (
        int(values[row]) for values in (lie.head, lie.gap, lie.insert, lie.fold)
    )
    found = []
    for track in alt:
        moved = []
        for column in range(width):
            if column < head:
                moved.append(track[column])
            elif column < head + gap:
                moved.append(0.0)
            else:
                moved.append(track[column - gap + insert])
        # What is inserted at either end of a window belongs to a base beyond it.
        if 0 <= fold < width:
            moved[fold] = max([moved[fold], *track[head : head + insert]])
        found.append(moved)
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


PLACES = {
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


def exon_of(gene: genes.Gene, start: int, length: int) -> set[tuple[int, bool]]:
    """Return the sites of the exon that a variant concerns, and which are donors.

    Walks along the transcript: an exon ends where an acceptor follows a donor.
    """
    turn = -1 if gene.strand.value == "-" else 1
    walk = sorted(
        [(turn * int(site), False) for site in gene.acceptors]
        + [(turn * int(site), True) for site in gene.donors]
    )
    first, last = start, start + length - 1
    if not length:
        first, last = start - 1, start
    exon: list[set[tuple[int, bool]]] = []
    best, chosen = None, -1
    donor_before = True
    for along, donor in walk:
        if (donor_before and not donor) or not exon:
            exon.append(set())
        donor_before = donor
        site = turn * along
        exon[-1].add((site, donor))
        away = max(first - site, site - last, 0)
        if best is None or away < best:
            best, chosen = away, len(exon) - 1
    return exon[chosen] if exon else set()


def exon_loss(
    sites: set[tuple[int, bool]],
    ref: Rows,
    alt: Rows,
    start: int,
    kinds: Sequence[deltas.Kind],
) -> float:
    """Return the largest loss at sites within a window from `start`; NaN without."""
    losses = []
    for site, donor in sites:
        if not 0 <= site - start < len(ref[0]):
            continue
        own = deltas.Site.DONOR if donor else deltas.Site.ACCEPTOR
        losses.append(0.0)
        losses += [
            changes(ref, alt, kind)[site - start]
            for kind in kinds
            if not kind.gain and own in kind.sites
        ]
    return max(losses, default=math.nan)


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
