"""The memory of the process: kept between passes of a network rather than returned.

Activations of a network are of some hundred kilobytes to some megabytes. The C library
maps each of that size anew and gives it back at once, and the system clears every page
again: up to a tenth of the time of short passes.
"""

import ctypes
import os

_TRIM, _MAP = -1, -3
"""`M_TRIM_THRESHOLD` and `M_MMAP_THRESHOLD` of glibc's `mallopt`."""
_MAPPED_FROM = 32 << 20
"""Bytes from which memory is mapped by itself; the most that glibc takes."""
_RETURNED_FROM = 256 << 20
"""Unused bytes at the heap's end from which they are returned."""
_USUAL = 128 << 10
"""Both, as glibc has them at first."""
_KERNELS = ("LRU_CACHE_CAPACITY", "ONEDNN_PRIMITIVE_CACHE_CAPACITY")
"""PyTorch's and oneDNN's numbers of compiled kernels that are kept."""
_FEW = "64"
_DECIDED = (
    *("MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_"),
    *("GLIBC_TUNABLES", "LD_PRELOAD"),
)


def keep() -> bool:
    """Have the C library keep freed memory for what comes next, and return whether.

    A matter of speed only. It is left as it is where the environment has decided, and
    where the C library is not glibc.
    """
    return _set(_MAPPED_FROM, _RETURNED_FROM)


def give_back() -> bool:
    """Have the C library return freed memory, and return whether it does.

    What a process that runs for days keeps comes to lie in ever more pieces: of a
    server's memory a third was such after 10,000 requests. Likewise only where nobody
    has decided.
    """
    return _set(_USUAL, _USUAL)


def keep_few_kernels() -> None:
    """Have PyTorch keep few of the kernels that it compiles, unless told otherwise.

    It compiles one for every shape of a batch and keeps a thousand or more, of some
    100 kB each. Batches of different people hardly ever have the same shape. It counts
    if called before the first convolution.
    """
    for name in _KERNELS:
        os.environ.setdefault(name, _FEW)


def trim() -> bool:
    """Return what is free now, wherever it lies, and say whether any was.

    A library that is about to take much memory then takes it in place of ours, not
    beside it.
    """
    try:
        return bool(ctypes.CDLL(None).malloc_trim(0))
    except (AttributeError, OSError, TypeError):
        return False


def _set(mapped_from: int, returned_from: int) -> bool:
    if any(name in os.environ for name in _DECIDED):
        return False
    try:
        setting = ctypes.CDLL(None).mallopt
        return bool(setting(_MAP, mapped_from)) and bool(setting(_TRIM, returned_from))
    except (AttributeError, OSError, TypeError):
        return False
