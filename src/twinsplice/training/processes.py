"""Processes that train one model: which is the first, and what they add up."""

import os

from torch import Tensor, distributed

_NUMBERS = ("RANK", "LOCAL_RANK", "SLURM_PROCID")
"""Where those who start processes say which one it is; not all say all."""


def is_first() -> bool:
    """Return whether this is the first process of a run, or the only one.

    The first alone writes files and talks. Known before the processes have met.
    """
    number = next(filter(None, map(os.environ.get, _NUMBERS)), "0")
    return number == "0"


def mean(value: Tensor) -> Tensor:
    """Return the mean of a number over the processes; itself where there is one."""
    if not (distributed.is_available() and distributed.is_initialized()):
        return value
    total = value.detach().clone()
    distributed.all_reduce(total)
    return total / distributed.get_world_size()
