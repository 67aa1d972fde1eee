"""The one door to the device: which one, and exact arithmetic on it."""

import contextlib
import dataclasses
import os
from collections.abc import Iterator

import torch

from twinsplice import errors

_COMPILED = "64"
"""Convolutions kept compiled; shapes differ, and 1,024 of them take 400 MB."""


_OVERHEAD_GB = 1.0
"""Memory that the program takes before any pass."""
_LEAST_GB = 0.25


@dataclasses.dataclass(frozen=True, slots=True)
class Placement:
    """Where networks run, and in how much memory.

    Attributes:
        device: The device.
        memory: Bytes that a batch of reference passes and cones may take.
    """

    device: torch.device
    memory: int


def placement(name: str, threads: int | None, max_memory_gb: float) -> Placement:
    """Return where networks are to run.

    Args:
        name: As for `choose`.
        threads: CPU threads, at most all there are; torch's own choice if not given.
        max_memory_gb: Memory that the whole program is to stay below (GB).

    Raises:
        InputError: There is no such device.
    """
    # Far more threads than there are processors crash PyTorch.
    device = choose(name, threads and min(threads, os.cpu_count() or 1))
    memory = max(max_memory_gb - _OVERHEAD_GB, _LEAST_GB)
    return Placement(device=device, memory=int(memory * 1e9))


@contextlib.contextmanager
def enough_memory() -> Iterator[None]:
    """Say in one line that memory was short, of what happens in a block.

    Raises:
        InputError: It was.
    """
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        # PyTorch has no error of its own for this on CPUs.
        if isinstance(error, RuntimeError) and "allocate" not in str(error):
            raise
        raise errors.InputError(
            "a run needs the memory that --max-memory-gb allows it",
            got="less than that",
            remedy="lower --max-memory-gb, or --distance",
        ) from error


def choose(name: str, threads: int | None = None) -> torch.device:
    """Return the device of a name; `auto` is the first GPU, or else the CPU.

    Single precision stays single: the short products that GPUs may use in its
    place would move scores by up to a hundredth.

    Args:
        name: `auto`, or what `torch.device` takes.
        threads: CPU threads to use; torch's own choice if not given.

    Raises:
        InputError: There is no such device.
    """
    # PyTorch's library for CPUs reads it at its first convolution.
    os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", _COMPILED)
    if threads is not None:
        torch.set_num_threads(threads)
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    try:
        device = torch.device(name)
        torch.zeros(1, device=device).cpu()
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        said = " ".join(str(error).split())[:80]
        raise errors.InputError(
            "--device must be auto, cpu, or a GPU that PyTorch can use",
            got=f"{name!r} ({said})",
            remedy="use --device cpu, or install a PyTorch built for this GPU",
        ) from error
    return device
