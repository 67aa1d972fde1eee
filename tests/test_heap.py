"""`heap`: freed memory is kept, unless the environment says otherwise."""

import subprocess
import sys

import pytest

PROGRAM = """
import ctypes, resource
from twinsplice import heap
kept = heap.keep()
kept = heap.give_back() if GIVE else kept
library = ctypes.CDLL(None)
library.malloc.restype = ctypes.c_void_p
pages = 0
for turn in range(50):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    block = ctypes.c_void_p(library.malloc(ctypes.c_size_t(8 << 20)))
    ctypes.memset(block, 1, 8 << 20)
    library.free(block)
    pages += resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before if turn else 0
print(kept, pages)
"""
KEEP = PROGRAM.replace("GIVE", "False")


def _run(program: str = KEEP, **environment: str) -> tuple[bool, int]:
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        check=True,
        text=True,
        env={"PYTHONPATH": ":".join(path for path in sys.path if path), **environment},
    )
    kept, pages = done.stdout.split()
    return kept == "True", int(pages)


@pytest.mark.skipif(sys.platform != "linux", reason="a setting of glibc")
def test_blocks_of_some_megabytes_are_not_mapped_anew() -> None:
    kept, pages = _run()
    assert kept
    # A block has 2,048 pages; 49 times they are there.
    assert pages < 2_048


@pytest.mark.skipif(sys.platform != "linux", reason="a setting of glibc")
def test_what_is_given_back_is_mapped_anew() -> None:
    given, pages = _run(PROGRAM.replace("GIVE", "True"))
    assert given
    assert pages >= 49 * 2_048


@pytest.mark.parametrize("name", ["MALLOC_MMAP_THRESHOLD_", "LD_PRELOAD"])
def test_what_the_environment_decides_stays(name: str) -> None:
    kept, _ = _run(**{name: "" if name == "LD_PRELOAD" else "131072"})
    assert not kept


KERNELS = """
import pathlib
from twinsplice import heap
heap.keep_few_kernels()
import torch
torch.set_num_threads(1)
weight = torch.randn(32, 32, 11)
def pages():
    return int(pathlib.Path("/proc/self/statm").read_text().split()[1])
for length in range(100, 700):
    if length == 200:
        before = pages()
    torch.nn.functional.conv1d(torch.zeros(2, 32, length), weight)
print(True, pages() - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_kernels_of_other_shapes_do_not_pile_up() -> None:
    """If all are kept, 500 take some 80 MB."""
    assert _run(KERNELS)[1] < 20e6 / 4096


TRIM = """
from twinsplice import heap
heap.keep()
def taken():
    return int(open("/proc/self/statm").read().split()[1]) // 256
blocks = [bytes(100_000) for _ in range(2_000)]
kept = blocks[::2]
before = taken()
del blocks
print(heap.trim(), before - taken())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="a call of glibc")
def test_what_lies_free_between_what_is_used_is_returned() -> None:
    trimmed, megabytes = _run(TRIM)
    assert trimmed
    assert megabytes > 80
