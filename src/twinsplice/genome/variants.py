"""Variants, their normal form, and the reasons why an allele has no score."""

import dataclasses
import enum
from collections.abc import Callable


class SkipReason(enum.StrEnum):
    """The reason why an allele, or an allele in a gene, has no score."""

    OUTSIDE_GENES = "outside_genes"
    REF_MISMATCH = "ref_mismatch"
    SYMBOLIC = "symbolic_allele"
    NEAR_CONTIG_END = "near_contig_end"
    NON_ACGT = "non_acgt_allele"
    TOO_LONG = "allele_too_long"
    CONTIG_MISSING = "contig_missing"
    NO_ALT = "no_alt_allele"
    UNSUPPORTED_BY_OFFICIAL = "unsupported_by_official_program"
    UNREADABLE_NAME = "unreadable_name"
    UNKNOWN_PLACE = "unknown_place"
    OVERLAPPING_DELETION = "overlapping_deletion"
    UNSPECIFIED = "unspecified_allele"


NOT_ALLELES = frozenset(
    {SkipReason.NO_ALT, SkipReason.OVERLAPPING_DELETION, SkipReason.UNSPECIFIED}
)
"""Reasons of what stands in ALT without being an alternate allele."""


class Kind(enum.StrEnum):
    """The type of a variant, after trimming the bases its alleles share."""

    SNV = "snv"
    INSERTION = "insertion"
    DELETION = "deletion"
    MNV = "mnv"
    DELINS = "delins"
    NONE = "none"


@dataclasses.dataclass(frozen=True, slots=True, order=True)
class Variant:
    """An alternate allele of a record.

    Attributes:
        contig: Contig as its source names it.
        start: First base of `ref` (0-based).
        ref: Reference allele, upper case; may be empty once trimmed.
        alt: Alternate allele, upper case; may be empty once trimmed.
    """

    contig: str
    start: int
    ref: str
    alt: str

    @property
    def end(self) -> int:
        """The base after the reference allele (0-based)."""
        return self.start + len(self.ref)

    @property
    def kind(self) -> Kind:
        """The type of the variant, after trimming."""
        core = trim(self)
        if not core.ref or not core.alt:
            if core.ref:
                return Kind.DELETION
            return Kind.INSERTION if core.alt else Kind.NONE
        if len(core.ref) != len(core.alt):
            return Kind.DELINS
        return Kind.SNV if len(core.ref) == 1 else Kind.MNV


def trim(variant: Variant) -> Variant:
    """Trim the bases that both alleles share, first on the left, then on the right.

    A simple insertion or deletion written with its anchor base, as in VCF, keeps its
    position and loses the anchor.
    """
    ref, alt = variant.ref, variant.alt
    left = _shared(ref, alt)
    ref, alt = ref[left:], alt[left:]
    right = _shared(ref[::-1], alt[::-1])
    return dataclasses.replace(
        variant,
        start=variant.start + left,
        ref=ref[: len(ref) - right],
        alt=alt[: len(alt) - right],
    )


def normalise(variant: Variant, base_before: Callable[[int], str]) -> Variant:
    """Return the normal form of a variant: trimmed and left-aligned.

    Args:
        variant: The variant, in any form.
        base_before: The reference base just before a position (0-based), upper
            case, or `""` at the start of the contig.

    Source: Tan, Abecasis and Kang 2015, doi:10.1093/bioinformatics/btv112.
    """
    core = trim(variant)
    start, ref, alt = core.start, core.ref, core.alt
    if ref and alt:
        return core
    while ref or alt:
        base = base_before(start)
        if not base or base == "N" or base != (ref or alt)[-1]:
            break
        ref = base + ref[:-1] if ref else ref
        alt = base + alt[:-1] if alt else alt
        start -= 1
    return dataclasses.replace(core, start=start, ref=ref, alt=alt)


def _shared(ref: str, alt: str) -> int:
    """Number of leading bases that two alleles share."""
    shortest = min(len(ref), len(alt))
    for i in range(shortest):
        if ref[i] != alt[i]:
            return i
    return shortest
