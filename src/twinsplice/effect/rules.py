"""The conventions that turn profiles into a record's numbers.

A `Rules` says, for a batch of alleles: which are refused, where their windows lie,
which bases of genes are seen, how alternate profiles are aligned, and how changes at
annotated sites are masked. `TWINSPLICE` is the one documented set that all models
share; `SPLICEAI` and `CISPLICEAI` do what those official programs do, rule for rule.
"""

import dataclasses
from collections.abc import Callable

import numpy as np
from jaxtyping import Int64

from twinsplice.effect import alignment, contig_ends, queries, windows
from twinsplice.genome import variants

Integers = Int64[np.ndarray, " rows"]
Bounds = tuple[Integers, Integers]
LONGEST_ALT = 5_000
"""Bases beyond which an alternate allele is refused."""
REASONS = tuple(variants.SkipReason)
"""What the numbers of refusals count."""
SCORED = -1
"""The number of no refusal."""
NO_BOUNDARY = -(1 << 40)
"""Column of the nearest boundary where there is no gene."""


def number(reason: variants.SkipReason) -> int:
    """Return the number of a reason."""
    return REASONS.index(reason)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Rules:
    """One set of conventions; functions take and return arrays, one row an allele.

    Attributes:
        name: What the set is called in headers.
        refuse: Given alleles as written and the reach, the numbers of the reasons
            why they have no score.
        place: Given alleles as written, their normal forms and the reach, their
            windows.
        span: Given genes' first bases and ends, those of what is seen; the rest is N.
        intergenic_view: Given windows and the reach, the bases seen outside genes;
            none if all are.
        at_ends: Given placements and how far they need bases beyond the contig, those
            that are scored, and which are refused.
        align: Alternate profiles onto reference bases.
        masking: What --mask does about annotated sites, before the largest change is
            looked for.
        masks_nearest_boundary: With --mask, a change has a size of 0 afterwards by the
            exon boundary that is nearest to POS.
        only_positive: Sizes are never negative.
        normal_form: Windows and genes are found by the normal form of an allele, and
            any of its bases may touch a gene; else by POS as written.
        always_intergenic: Score both strands where there is no gene.
        unknown_letters: Alleles may hold N.
        case_sensitive_ref: Take REF as written, so that lower case is a mismatch.
    """

    name: str
    refuse: Callable[[windows.Replacements, int], Integers]
    place: Callable[[windows.Replacements, windows.Replacements, int], windows.Windows]
    span: Callable[[Integers, Integers], Bounds]
    intergenic_view: Callable[[windows.Windows, int], Bounds | None]
    at_ends: Callable[
        [contig_ends.Placement, contig_ends.Overhang],
        tuple[contig_ends.Placement, contig_ends.Flags],
    ]
    align: Callable[[windows.Windows], alignment.Alignment]
    masking: queries.Masking
    masks_nearest_boundary: bool
    only_positive: bool
    normal_form: bool
    always_intergenic: bool
    unknown_letters: bool
    case_sensitive_ref: bool

    def finish(
        self, predictions: queries.Predictions, boundary: Integers | None
    ) -> queries.Predictions:
        """Return predictions with the sizes that are reported.

        Args:
            predictions: The largest change of each kind.
            boundary: With a mask, the column of the exon boundary nearest to POS of
                each query, where `masks_nearest_boundary`; a masked change keeps its
                place.
        """
        size = predictions.size
        if boundary is not None:
            gain = np.array([kind.gain for kind in predictions.kinds])
            at_boundary = predictions.column == boundary[:, None]
            masked = (at_boundary == gain) & (boundary != NO_BOUNDARY)[:, None]
            size = np.where(masked, 0.0, size)
        if self.only_positive:
            size = np.maximum(size, 0.0)
        return dataclasses.replace(predictions, size=size)


def whole_span(start: Integers, end: Integers) -> Bounds:
    """See the whole transcript."""
    return start, end


# TwinSplice's own.


def _refuse_long(written: windows.Replacements, reach: int) -> Integers:
    long = (written.ref.length > 2 * reach) | (written.alt.length > LONGEST_ALT)
    return np.where(long, number(variants.SkipReason.TOO_LONG), SCORED)


def _place_normalised(
    written: windows.Replacements, normalised: windows.Replacements, reach: int
) -> windows.Windows:
    return windows.around(
        normalised,
        centre=normalised.start - normalised.anchored,
        origin=written.start,
        reach=reach,
    )


def _unbounded(of: windows.Windows, reach: int) -> None:
    del of, reach


TWINSPLICE = Rules(
    name="TwinSplice",
    refuse=_refuse_long,
    place=_place_normalised,
    span=whole_span,
    intergenic_view=_unbounded,
    at_ends=contig_ends.unknown,
    align=alignment.onto_reference,
    masking=queries.Masking.DISREGARDED,
    masks_nearest_boundary=False,
    only_positive=True,
    normal_form=True,
    always_intergenic=False,
    unknown_letters=False,
    case_sensitive_ref=False,
)


# The official SpliceAI program's, version 1.3.1 (OpenSpliceAI's are the same).


def _refuse_spliceai(written: windows.Replacements, reach: int) -> Integers:
    declined = (written.ref.length > 1) & (written.alt.length > 1)
    unsupported = number(variants.SkipReason.UNSUPPORTED_BY_OFFICIAL)
    reasons = _refuse_long(written, reach)
    return np.where(declined & (reasons == SCORED), unsupported, reasons)


def _place_spliceai(
    written: windows.Replacements, normalised: windows.Replacements, reach: int
) -> windows.Windows:
    del normalised
    grown = written.alt.length - written.ref.length
    return windows.Windows(
        change=written,
        origin=written.start,
        start=written.start - reach,
        end=written.start + reach + 1,
        alt_width=2 * reach + 1 + grown,
    )


SPLICEAI = Rules(
    name="SpliceAI 1.3.1",
    refuse=_refuse_spliceai,
    place=_place_spliceai,
    span=whole_span,
    intergenic_view=_unbounded,
    at_ends=contig_ends.refused,
    align=alignment.spliceai,
    masking=queries.Masking.NONE,
    masks_nearest_boundary=True,
    only_positive=False,
    normal_form=False,
    always_intergenic=False,
    unknown_letters=True,
    case_sensitive_ref=True,
)


# The official CI-SpliceAI program's, version 1.2.2.

_CISPLICEAI_CONTEXT = 5_000


def _refuse_huge(written: windows.Replacements, reach: int) -> Integers:
    del reach
    longest = np.maximum(written.ref.length, written.alt.length)
    too_long = number(variants.SkipReason.TOO_LONG)
    return np.where(longest > LONGEST_ALT, too_long, SCORED)


def _place_cispliceai(
    written: windows.Replacements, normalised: windows.Replacements, reach: int
) -> windows.Windows:
    """Cover the whole REF too, made even: one base more where REF is odd."""
    del normalised
    length = written.ref.length
    width = 2 * reach + length + length % 2
    return windows.Windows(
        change=written,
        origin=written.start,
        start=written.start - reach,
        end=written.start - reach + width,
        alt_width=width + written.alt.length - length,
    )


def _span_cispliceai(start: Integers, end: Integers) -> Bounds:
    """See the transcript less its last base on the plus strand."""
    return start, end - 1


def _around_cispliceai(of: windows.Windows, reach: int) -> Bounds:
    """Outside genes, see the context and not a base more to the right."""
    flank = reach + _CISPLICEAI_CONTEXT
    return of.origin - flank - 1, of.origin + flank + 1


CISPLICEAI = Rules(
    name="CI-SpliceAI 1.2.2",
    refuse=_refuse_huge,
    place=_place_cispliceai,
    span=_span_cispliceai,
    intergenic_view=_around_cispliceai,
    at_ends=contig_ends.cispliceai,
    align=alignment.cispliceai,
    masking=queries.Masking.ZEROED,
    masks_nearest_boundary=False,
    only_positive=False,
    normal_form=False,
    always_intergenic=True,
    unknown_letters=True,
    case_sensitive_ref=True,
)
