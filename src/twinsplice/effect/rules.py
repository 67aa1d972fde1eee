"""The conventions that turn profiles into a record's scores.

A `Rules` defines, for a batch of alleles: which are refused, where their windows lie,
which bases of genes are visible, how alternate profiles are aligned, and how changes
at annotated sites are masked. `TWINSPLICE` is the documented default of all models;
`SPLICEAI` and `CISPLICEAI` reproduce those official programs rule for rule.
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
"""Largest length of an alternate allele that is scored (bp)."""
REASONS = tuple(variants.SkipReason)
"""Reasons of refusal, by number."""
SCORED = -1
"""The number for no refusal."""
NO_BOUNDARY = -(1 << 40)
"""The column of the nearest exon boundary outside genes."""


def number(reason: variants.SkipReason) -> int:
    """Return the number of a reason."""
    return REASONS.index(reason)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Rules:
    """One set of conventions; functions take and return arrays, one row an allele.

    Attributes:
        name: Name of the set in headers.
        refuse: From alleles as written and the reach to the number of the reason why
            each has no score.
        place: From alleles as written, their normal forms and the reach to their
            windows.
        span: From genes' starts and ends to those of the visible bases; the rest is N.
        intergenic_view: From windows and the reach to the bounds of the visible bases
            outside genes; None without bounds.
        at_ends: From placements and their overhangs beyond the contig to the placements
            that are scored, and which are refused.
        align: From windows to the alignment of alternate profiles.
        masking: Treatment of annotated sites with --mask, before the largest change is
            searched.
        masks_nearest_boundary: With --mask, the largest change is set to 0 afterwards
            according to the exon boundary nearest to POS.
        only_positive: Sizes are never negative.
        normal_form: Windows and genes are looked up by the normal form of an allele,
            any base of which may overlap a gene; else by POS as written.
        always_intergenic: Score both strands outside genes.
        unknown_letters: Alleles may contain N.
        case_sensitive_ref: Compare REF as written, so that lower case is a mismatch.
        concrete: Read R, Y and the like of a genome as VCF writes them in REF; else
            they are unknown, and a mismatch.
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
    concrete: bool

    def finish(
        self, predictions: queries.Predictions, boundary: Integers | None
    ) -> queries.Predictions:
        """Return predictions with the sizes to report.

        Args:
            predictions: The largest change of each kind.
            boundary: With --mask and `masks_nearest_boundary`, the column of the exon
                boundary nearest to each query's POS. A masked change keeps its
                column.
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
    """Return the whole transcript as visible bases."""
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


def _unbounded(window: windows.Windows, reach: int) -> None:
    del window, reach


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
    concrete=True,
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
    concrete=False,
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
    """Place windows that include all of REF, and one base more where REF is odd."""
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
    """Return the transcript without its last base on the plus strand."""
    return start, end - 1


def _around_cispliceai(window: windows.Windows, reach: int) -> Bounds:
    """Return the visible bases outside genes: the context, and one more on the left."""
    flank = reach + _CISPLICEAI_CONTEXT
    return window.origin - flank - 1, window.origin + flank + 1


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
    concrete=False,
)
