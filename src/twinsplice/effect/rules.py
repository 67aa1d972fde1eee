"""The conventions that turn profiles into a record's numbers.

A `Rules` says, for one allele: is it refused, where does its window lie, which
bases of the gene are seen, how is the alternate profile aligned, and how are the
changes summarised. `TWINSPLICE` is the one documented set that all models share;
`SPLICEAI` and `CISPLICEAI` do what those official programs do, rule for rule.
"""

import dataclasses
from collections.abc import Callable, Sequence

import numpy as np
from jaxtyping import Float

from twinsplice.effect import alignment, contig_ends, deltas, windows
from twinsplice.genome import genes, variants

Profile = Float[np.ndarray, "tracks width"]
LONGEST_ALT = 5_000
"""Bases beyond which an alternate allele is refused."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Rules:
    """One set of conventions; every member is a plain function.

    Attributes:
        name: What the set is called in headers.
        refuse: Given an allele as written and the reach, why it has no score.
        place: Given the allele as written, its normalised form and the reach, its
            window.
        span: Given a gene, the bases that are seen; the rest is N.
        boundless: Given a window and the reach, the bases seen outside genes.
        at_ends: Given a view and how far it needs bases beyond the contig, the view
            that is scored; none where it is refused.
        align: Alternate profile onto reference bases.
        summarise: Profiles on reference bases to one change a kind.
        anywhere: Genes over any changed base count, not only those over POS.
        always_intergenic: Score both strands where there is no gene.
        letters: Bases that an allele may hold.
        verbatim: Take REF as written, so that lower case is a mismatch.
    """

    name: str
    refuse: Callable[[variants.Variant, int], variants.SkipReason | None]
    place: Callable[[variants.Variant, variants.Variant, int], windows.Window]
    span: Callable[[genes.Gene], tuple[int, int]]
    boundless: Callable[[windows.Window, int], tuple[int, int] | None]
    at_ends: Callable[[contig_ends.View, contig_ends.Overhang], contig_ends.View | None]
    align: Callable[[Profile, windows.Window], Profile]
    summarise: Callable[["Case"], tuple[deltas.Change, ...]]
    anywhere: bool
    always_intergenic: bool
    letters: frozenset[str]
    verbatim: bool


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Case:
    """Two profiles on the same bases, to be summarised.

    Attributes:
        ref: Site probabilities of the reference.
        alt: Site probabilities of the alternate.
        kinds: The kinds of change wanted.
        window: Where the profiles lie.
        gene: The gene whose sites are annotated; none outside genes.
        mask: Disregard gains of annotated sites and losses of others.
    """

    ref: Profile
    alt: Profile
    kinds: Sequence[deltas.Kind]
    window: windows.Window
    gene: genes.Gene | None
    mask: bool


def whole_span(gene: genes.Gene) -> tuple[int, int]:
    """See the whole transcript."""
    return gene.span.start, gene.span.end


def masked_largest(case: Case) -> tuple[deltas.Change, ...]:
    """Mask before the largest change is looked for, with every annotated site."""
    changes = []
    for kind in case.kinds:
        allowed = None
        if case.mask:
            marked = deltas.annotated(
                _sites(case.gene, kind.sites), case.window.start, case.window.width
            )
            allowed = ~marked if kind.gain else marked
        changes.append(deltas.largest(case.ref, case.alt, kind, allowed))
    return tuple(changes)


def _sites(gene: genes.Gene | None, sites: frozenset[deltas.Site]) -> list[np.ndarray]:
    if gene is None:
        return []
    found = []
    if deltas.Site.ACCEPTOR in sites:
        found.append(gene.acceptors)
    if deltas.Site.DONOR in sites:
        found.append(gene.donors)
    return found


# TwinSplice's own.


def _refuse_long(variant: variants.Variant, reach: int) -> variants.SkipReason | None:
    if len(variant.ref) > 2 * reach or len(variant.alt) > LONGEST_ALT:
        return variants.SkipReason.TOO_LONG
    return None


def _place_normalised(
    written: variants.Variant, normalised: variants.Variant, reach: int
) -> windows.Window:
    anchored = not (normalised.ref and normalised.alt)
    return windows.around(
        normalised,
        centre=normalised.start - anchored,
        origin=written.start,
        reach=reach,
    )


def _unbounded(window: windows.Window, reach: int) -> None:
    del window, reach


def _never_negative(case: Case) -> tuple[deltas.Change, ...]:
    return tuple(
        dataclasses.replace(change, size=max(change.size, 0.0))
        for change in masked_largest(case)
    )


TWINSPLICE = Rules(
    name="TwinSplice",
    refuse=_refuse_long,
    place=_place_normalised,
    span=whole_span,
    boundless=_unbounded,
    at_ends=contig_ends.unknown,
    align=alignment.onto_reference,
    summarise=_never_negative,
    anywhere=True,
    always_intergenic=False,
    letters=frozenset("ACGT"),
    verbatim=False,
)


# The official SpliceAI program's, version 1.3.1 (OpenSpliceAI's are the same).


def _refuse_spliceai(
    variant: variants.Variant, reach: int
) -> variants.SkipReason | None:
    if len(variant.ref) > 2 * reach or len(variant.alt) > LONGEST_ALT:
        return variants.SkipReason.TOO_LONG
    if len(variant.ref) > 1 and len(variant.alt) > 1:
        return variants.SkipReason.UNSUPPORTED_BY_OFFICIAL
    return None


def _place_spliceai(
    written: variants.Variant, normalised: variants.Variant, reach: int
) -> windows.Window:
    del normalised
    width = 2 * reach + 1
    return windows.Window(
        variant=written,
        origin=written.start,
        start=written.start - reach,
        end=written.start + reach + 1,
        alt_width=width + len(written.alt) - len(written.ref),
    )


def _summarise_spliceai(case: Case) -> tuple[deltas.Change, ...]:
    """Mask afterwards, and by the boundary nearest to POS alone.

    The nearest exon boundary counts for both site classes, transcript ends are
    boundaries too, and a masked change keeps its place.
    """
    changes = tuple(deltas.largest(case.ref, case.alt, kind) for kind in case.kinds)
    if not case.mask or case.gene is None:
        return changes
    gene, origin = case.gene, case.window.origin
    ends = np.array([gene.span.start, gene.span.end - 1])
    boundaries = np.unique(np.concatenate([gene.acceptors, gene.donors, ends]))
    nearest = boundaries[np.abs(boundaries - origin).argmin()] - case.window.start
    return tuple(
        dataclasses.replace(change, size=0.0)
        if (change.column == nearest) == kind.gain
        else change
        for kind, change in zip(case.kinds, changes, strict=True)
    )


SPLICEAI = Rules(
    name="SpliceAI 1.3.1",
    refuse=_refuse_spliceai,
    place=_place_spliceai,
    span=whole_span,
    boundless=_unbounded,
    at_ends=contig_ends.refused,
    align=alignment.spliceai,
    summarise=_summarise_spliceai,
    anywhere=False,
    always_intergenic=False,
    letters=frozenset("ACGTN"),
    verbatim=True,
)


# The official CI-SpliceAI program's, version 1.2.2.

_CISPLICEAI_CONTEXT = 5_000


def _refuse_huge(variant: variants.Variant, reach: int) -> variants.SkipReason | None:
    del reach
    if max(len(variant.ref), len(variant.alt)) > LONGEST_ALT:
        return variants.SkipReason.TOO_LONG
    return None


def _place_cispliceai(
    written: variants.Variant, normalised: variants.Variant, reach: int
) -> windows.Window:
    """Cover the whole REF too, made even: one base more where REF is odd."""
    del normalised
    length = len(written.ref)
    width = 2 * reach + length + length % 2
    return windows.Window(
        variant=written,
        origin=written.start,
        start=written.start - reach,
        end=written.start - reach + width,
        alt_width=width + len(written.alt) - length,
    )


def _span_cispliceai(gene: genes.Gene) -> tuple[int, int]:
    """See the transcript less its last base on the plus strand."""
    return gene.span.start, gene.span.end - 1


def _around_cispliceai(window: windows.Window, reach: int) -> tuple[int, int]:
    """Outside genes, see the context and not a base more to the right."""
    flank = reach + _CISPLICEAI_CONTEXT
    return window.origin - flank - 1, window.origin + flank + 1


def _summarise_cispliceai(case: Case) -> tuple[deltas.Change, ...]:
    """Mask first; what is masked counts as no change, for gain and loss alike."""
    if not case.mask:
        return masked_largest(case)
    masked = case.alt - case.ref
    for site in deltas.Site:
        marked = deltas.annotated(
            _sites(case.gene, frozenset({site})), case.window.start, case.window.width
        )
        masked[site, marked == (masked[site] > 0)] = 0
    changes = []
    for kind in case.kinds:
        change = deltas.largest(np.zeros_like(masked), masked, kind)
        (row,), column = kind.rows, change.column
        changes.append(
            dataclasses.replace(
                change,
                ref=float(case.ref[row, column]),
                alt=float(case.alt[row, column]),
            )
        )
    return tuple(changes)


CISPLICEAI = Rules(
    name="CI-SpliceAI 1.2.2",
    refuse=_refuse_huge,
    place=_place_cispliceai,
    span=_span_cispliceai,
    boundless=_around_cispliceai,
    at_ends=contig_ends.cispliceai,
    align=alignment.cispliceai,
    summarise=_summarise_cispliceai,
    anywhere=False,
    always_intergenic=True,
    letters=frozenset("ACGTN"),
    verbatim=True,
)
