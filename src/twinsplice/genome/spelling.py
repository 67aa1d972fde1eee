"""Names that are spelt almost like another."""

import heapq
from collections.abc import Collection, Iterable

_MOST = 2
"""Mistakes that a guess may mend."""


def distance(first: str, second: str) -> int:
    """Return how many letters to insert, drop, change or swap with the next.

    Source: optimal string alignment, Boytsov 2011, doi:10.1145/1963190.1963191.
    """
    before, last = [0] * (len(second) + 1), list(range(len(second) + 1))
    for i, letter in enumerate(first, 1):
        row = [i]
        for j, other in enumerate(second, 1):
            cost = min(last[j] + 1, row[-1] + 1, last[j - 1] + (letter != other))
            swapped = i > 1 and j > 1 and first[i - 2] == other
            if swapped and second[j - 2] == letter:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before, last = last, row
    return last[-1]


def closest(
    text: str, names: Iterable[str], preferred: Collection[str] = (), number: int = 3
) -> list[str]:
    """Return the names most like a text, in any case.

    Those of the same letters come first, then preferred ones.

    Args:
        text: The text.
        names: The names.
        preferred: Those that are rather meant.
        number: How many are returned at most.
    """
    wanted = text.upper()
    # Half of a short name is no likeness.
    most = min(_MOST, (len(wanted) - 1) // 2)
    letters, found = set(wanted), []
    for name in set(names):
        if abs(len(name) - len(wanted)) > most:
            continue
        upper = name.upper()
        # Each mistake brings a letter at most and takes one: few names are looked at.
        own = set(upper)
        if len(own - letters) <= most and len(letters - own) <= most:
            off = distance(wanted, upper)
            others = sorted(wanted) != sorted(upper)
            found.append((off, others, name not in preferred, name))
    least = min((off for off, *_ in found), default=most + 1)
    near = [each for each in found if each[0] == least <= most]
    return [name for *_, name in heapq.nsmallest(number, near)]
