"""Shards of a run: which part of the work is done, such as 2/8."""

import re

from twinsplice.settings import checks

ENDING = ".shard"
"""Of files that hold the scores of a shard."""
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
