"""Which exons are skipped together, where sites are lost."""

from collections.abc import Mapping


def together(
    acceptors: Mapping[int, float], donors: Mapping[int, float], count: int
) -> list[tuple[int, int, float]]:
    """Return the exons that are skipped together, and the largest loss of each.

    Neighbours are, and all from an exon that loses its acceptor alone to the next one,
    if that loses its donor alone. The first and last exons stand alone.

    Args:
        acceptors: Losses of acceptors, by exon.
        donors: Losses of donors.
        count: Number of the transcript's exons.

    Returns:
        First exon, last exon (0-based) and loss of each.
    """
    ends = {0, count - 1}
    found: list[tuple[int, int, float]] = []
    for number in sorted({*acceptors, *donors}):
        size = max(acceptors.get(number, 0.0), donors.get(number, 0.0))
        first, last, largest = found[-1] if found else (number, -2, 0.0)
        opens = last in acceptors and last not in donors
        closes = number in donors and number not in acceptors
        joined = number == last + 1 or (opens and closes)
        if found and joined and ends.isdisjoint({number, last}):
            found[-1] = first, number, max(size, largest)
        else:
            found.append((number, number, size))
    return found
