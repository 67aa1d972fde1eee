"""The columns of an explanation's picture: two sequences, aligned, in rows.

A column is a base of the reference, of the alternate, or of both, as they are read.
"""

import dataclasses
from collections.abc import Iterator, Sequence

import numpy as np
from jaxtyping import Float64

from twinsplice.effect import contributions
from twinsplice.genome import coordinates, dna
from twinsplice.scoring.one_variant import explanations

MOST = 40
"""Most columns of a row: narrower letters are not read on a phone."""
_NEAR = 6
GAP = "\N{EN DASH}"
"""What stands for a base that a sequence lacks."""


@dataclasses.dataclass(frozen=True, eq=False, slots=True)
class Side:
    """What a sequence has in some columns.

    Attributes:
        letters: Its bases as they are read; `GAP` where it has none.
        heights: The contribution of each; NaN where there is none.
    """

    letters: tuple[str, ...]
    heights: Float64[np.ndarray, " columns"]


@dataclasses.dataclass(frozen=True, eq=False, slots=True)
class Row:
    """Neighbouring columns.

    Attributes:
        places: Position (0-based, plus strand) of each, and its number among inserted
            bases there, from 1; 0 for the other bases.
        sides: The reference and the alternate.
    """

    places: tuple[tuple[int, int], ...]
    sides: tuple[Side, Side]


def rows(
    explanation: explanations.Explanation,
    scale: contributions.Scale,
    most: int = MOST,
) -> list[Row]:
    """Return an explanation in rows of columns.

    Where a row would be too long it is broken where bases contribute least.

    Args:
        explanation: The explanation.
        scale: In what contributions are measured.
        most: Most columns of a row.
    """
    sides = [_by_place(track, scale) for _, track in explanation.tracks]
    minus = explanation.profile.strand is coordinates.Strand.MINUS
    places = sorted(sides[0].keys() | sides[1].keys(), reverse=minus)
    made = []
    for stretch in _stretches(places):
        heights = np.array([max(_height(side, at) for side in sides) for at in stretch])
        for first, end in _broken(heights, most):
            some = tuple(stretch[first:end])
            reference, alternate = (_side(side, some) for side in sides)
            made.append(Row(some, (reference, alternate)))
    return made


_Bases = dict[tuple[int, int], tuple[str, float]]


def _by_place(track: explanations.Track, scale: contributions.Scale) -> _Bases:
    places = zip(track.position.tolist(), track.inserted.tolist(), strict=True)
    values = track.contribution(scale).tolist()
    letters = zip(dna.decode(track.codes), values, strict=True)
    return dict(zip(places, letters, strict=True))


def _height(side: _Bases, place: tuple[int, int]) -> float:
    _, value = side.get(place, (GAP, 0.0))
    return float(np.nan_to_num(abs(value)))


def _side(side: _Bases, places: Sequence[tuple[int, int]]) -> Side:
    bases = [side.get(place, (GAP, np.nan)) for place in places]
    return Side(
        tuple(letter for letter, _ in bases), np.array([value for _, value in bases])
    )


def _stretches(
    places: Sequence[tuple[int, int]],
) -> Iterator[Sequence[tuple[int, int]]]:
    """Yield the parts of columns between which bases are left out."""
    position = np.array([position for position, _ in places])
    gaps = np.flatnonzero(np.abs(np.diff(position)) > 1) + 1
    for first, end in zip([0, *gaps], [*gaps, len(places)], strict=True):
        yield places[first:end]


def _broken(
    heights: Float64[np.ndarray, " columns"], most: int
) -> Iterator[tuple[int, int]]:
    """Yield bounds of as few rows as there may be, broken at the least heights."""
    count = len(heights)
    near = np.convolve(heights, np.ones(2 * _NEAR), mode="same")
    first, left = 0, -(-count // most)
    while left > 1:
        low, high = count - (left - 1) * most, first + most
        options = np.arange(max(low, first + 1), high + 1)
        # Equally good ones are taken evenly.
        even = first + (count - first) / left
        cost = near[options] + 1e-3 * np.abs(options - even)
        end = int(options[cost.argmin()])
        yield first, end
        first, left = end, left - 1
    yield first, count
