"""Shards of a run: which part of the work each does, such as 2/8, and the whole set."""

import pathlib
import re
from collections.abc import Sequence

from twinsplice import errors
from twinsplice.settings import checks

ENDING = ".shard"
"""Of files that hold the scores of a shard."""
_LISTED = 5
"""Numbers of shards that a message lists."""
_SHARD = re.compile(r"([1-9]\d{0,5})/([1-9]\d{0,5})")


def part(shard: str | None) -> tuple[int, int] | None:
    """Return the number of a shard, from 1, and of shards; None without shards.

    Args:
        shard: Both, as `2/8`.

    Raises:
        InputError: It is something else.
    """
    if shard is None:
        return None
    given = _SHARD.fullmatch(shard)
    numbers = (int(given[1]), int(given[2])) if given else (1, 0)
    checks.require(
        numbers[0] <= numbers[1],
        "--shard must be a number and a count, such as 2/8",
        got=shard,
    )
    return numbers


def require_all(
    shards: Sequence[tuple[int, pathlib.Path]], of: int, command: str
) -> None:
    """Refuse all but the whole set of a run's shards, each once.

    Args:
        shards: The number of each, from 1, and its file.
        of: How many the run has.
        command: What makes them.

    Raises:
        InputError: One is there twice, or is missing.
    """
    places: dict[int, pathlib.Path] = {}
    for number, path in shards:
        if number in places:
            raise errors.InputError(
                "merge takes each shard once",
                got=f"shard {number}/{of} as {places[number]} and as {path}",
                remedy="leave one out",
            )
        places[number] = path
    missing = sorted(set(range(1, of + 1)) - set(places))
    if missing:
        more = ", ..." if len(missing) > _LISTED else ""
        raise errors.InputError(
            f"merge needs all {of} shards",
            got=f"none of number {', '.join(map(str, missing[:_LISTED]))}{more}",
            remedy=f"name it too, or make it with twinsplice {command} --shard",
        )
