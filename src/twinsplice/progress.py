"""How far a run is: one type, made by whoever shows it and handed down."""

from collections.abc import Callable

Advance = Callable[[int, float | None], object]
"""Called with the units done since the last call, and the fraction of the whole run
that is done, 0 to 1, where it is known."""


def silent(units: int, fraction: float | None) -> None:
    """Show nothing."""
    del units, fraction


def part(advance: Advance, begin: float, end: float) -> Advance:
    """Return progress of a part of a run, whose own 0 to 1 is `begin` to `end`."""

    def within(units: int, fraction: float | None) -> None:
        advance(units, None if fraction is None else begin + fraction * (end - begin))

    return within
