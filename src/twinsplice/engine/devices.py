"""Choice of the device that networks run on, with exact arithmetic."""

import contextlib
import dataclasses
import os
import warnings
from collections.abc import Iterator

import torch

from twinsplice import errors

_COMPILED = "64"
"""Compiled convolutions kept for reuse, one a shape; 1,024 of them take 400 MB."""


_OVERHEAD_GB = 1.0
"""Memory of the program itself, before any pass (GB)."""
_LEAST_GB = 0.25


@dataclasses.dataclass(frozen=True, slots=True)
class Placement:
    """The device that networks run on, and the memory they may use.

    Attributes:
        device: The device.
        memory: Bytes that a batch of reference passes and cones may take.
    """

    device: torch.device
    memory: int


def placement(name: str, threads: int | None, max_memory_gb: float) -> Placement:
    """Return the device and the memory for networks.

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
    """Turn a shortage of memory within a block into an `InputError`.

    Raises:
        InputError: Memory was too short.
    """
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        # On CPUs PyTorch raises a plain RuntimeError.
        if isinstance(error, RuntimeError) and "allocate" not in str(error):
            raise
        raise errors.InputError(
            "a run needs the memory that --max-memory-gb allows it",
            got="less than that",
            remedy="lower --max-memory-gb, or --distance",
        ) from error


def choose(name: str, threads: int | None = None) -> torch.device:
    """Return the device of a name; `auto` is the first GPU, or else the CPU.

    Single precision is kept: the TF32 products that GPUs may use in its place would
    move scores by up to 0.01.

    Args:
        name: `auto`, or what `torch.device` takes.
        threads: CPU threads to use; torch's own choice if not given.

    Raises:
        InputError: There is no such device.
    """
    # Read by oneDNN at the first convolution.
    os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", _COMPILED)
    if threads is not None:
        torch.set_num_threads(threads)
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    try:
        with warnings.catch_warnings(action="ignore"):
            device = torch.device(name)
            torch.zeros(1, device=device).cpu()
    # Makers of other devices have packages of their own, which raise what they like.
    except Exception as error:
        message = " ".join(str(error).split())[:80]
        raise errors.InputError(
            "--device must be auto, cpu, or a GPU that PyTorch can use",
            got=f"{name!r} ({message})",
            remedy="use --device cpu, or install a PyTorch built for this GPU",
        ) from error
    return device
