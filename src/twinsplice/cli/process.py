"""The process of a command: its streams, signals, threads and memory."""

import gc
import os
import signal
import sys
from types import FrameType
from typing import NoReturn

from twinsplice import heap, standard_streams
from twinsplice.cli import codes

_COLLECT_AFTER = 100_000
"""Objects made between two searches for cycles; imports make many, and no cycle."""
_IMPORTS = "<frozen importlib._bootstrap>"
"""File of Python's own code that loads modules, as it appears in frames."""


def prepare() -> None:
    """Make this process one of a command; before PyTorch is loaded."""
    standard_streams.secure()
    _spare_processors()
    heap.keep()
    gc.set_threshold(_COLLECT_AFTER, *gc.get_threshold()[1:])
    _tidy_when_stopped()


def leave(code: int) -> NoReturn:
    """End this process."""
    # Else Python looks for cycles in all of PyTorch as it exits: 0.3 s.
    gc.freeze()
    sys.exit(code)


def _spare_processors() -> None:
    """Let idle threads of PyTorch sleep rather than spin, unless that was decided.

    Where others use the processors too, threads that wait for one another by spinning
    take most of the time. It must be said before PyTorch is loaded.
    """
    if "GOMP_SPINCOUNT" not in os.environ:
        os.environ.setdefault("OMP_WAIT_POLICY", "passive")


def _tidy_when_stopped() -> None:
    """Leave in good order, so that half-written files are removed."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        # Windows has no SIGHUP; nohup has it ignored, and so it stays.
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _stop)


def _stop(signum: int, frame: FrameType | None) -> NoReturn:
    if _is_importing(frame):
        # Libraries in C swallow what is raised while they load, and go on half loaded.
        os._exit(codes.KILLED + signum)
    if signum == signal.SIGINT:
        raise KeyboardInterrupt
    sys.exit(codes.KILLED + signum)


def _is_importing(frame: FrameType | None) -> bool:
    """Return whether a module is being loaded."""
    while frame is not None:
        if frame.f_code.co_filename == _IMPORTS:
            return True
        frame = frame.f_back
    return False
