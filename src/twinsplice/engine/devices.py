"""The one door to the device: which one, and exact arithmetic on it."""

import os

import torch

from twinsplice import errors

_COMPILED = "64"
"""Convolutions kept compiled; shapes differ, and 1,024 of them take 400 MB."""


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
