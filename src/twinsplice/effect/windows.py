"""Where a variant is looked at: the bases of the reference a profile must cover."""

import dataclasses

from twinsplice.genome import variants


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The bases that an effect is searched in, and the change that is made there.

    Coordinates are those of the contig (0-based, plus strand). The alternate
    profile starts at the same base and is counted in the changed sequence's bases.

    Attributes:
        variant: The replacement put into the sequence.
        origin: The base that offsets are counted from: the record's POS.
        start: First base of the reference profile.
        end: The base after its last.
        alt_width: Bases of the alternate profile.
    """

    variant: variants.Variant
    origin: int
    start: int
    end: int
    alt_width: int

    @property
    def width(self) -> int:
        """Bases of the reference profile."""
        return self.end - self.start


def around(
    variant: variants.Variant, *, centre: int, origin: int, reach: int
) -> Window:
    """Return `reach` bases each side of `centre`, all alternate bases included.

    Args:
        variant: The trimmed variant.
        centre: The middle base: POS of the normalised record.
        origin: POS of the record as written, which offsets are counted from.
        reach: Searched bases each side.
    """
    start, end = centre - reach, centre + reach + 1
    kept = max(end - variant.end, 0)
    return Window(
        variant=variant,
        origin=origin,
        start=start,
        end=end,
        alt_width=variant.start - start + len(variant.alt) + kept,
    )
