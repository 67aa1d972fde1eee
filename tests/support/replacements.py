"""Batches of variants and of their windows, made of single variants."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Int64

from twinsplice.effect import windows
from twinsplice.genome import alleles, dna, variants

Integers = Int64[np.ndarray, " rows"]


def integers(values: Sequence[int]) -> Integers:
    """Return numbers as an array, one row each."""
    return np.array(values, dtype=np.int64)


def of_variants(rows: Sequence[variants.Variant]) -> windows.Replacements:
    """Return variants as a batch; what contig they are on is lost."""
    return windows.Replacements(
        start=integers([row.start for row in rows]),
        ref=alleles.of_texts([row.ref for row in rows]),
        alt=alleles.of_texts([row.alt for row in rows]),
    )


def window(
    start: int, end: int, variant: variants.Variant, alt_width: int | None = None
) -> windows.Windows:
    """Return one window, whose alternate reaches as far as the reference.

    Args:
        start: Its first base.
        end: The base after its last.
        variant: What changes there, and POS.
        alt_width: Bases of the alternate profile, if they are others.
    """
    grown = len(variant.alt) - len(variant.ref)
    width = end - start + grown if alt_width is None else alt_width
    return windows.Windows(
        change=of_variants([variant]),
        origin=integers([variant.start]),
        start=integers([start]),
        end=integers([end]),
        alt_width=integers([width]),
    )


def variant(change: windows.Replacements, row: int) -> variants.Variant:
    """Return one row as a variant."""
    ref, alt = (dna.decode(side.row(row)) for side in (change.ref, change.alt))
    return variants.Variant("1", int(change.start[row]), ref, alt)
