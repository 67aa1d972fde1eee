"""Standard streams that a caller has closed, or that cannot be written."""

import contextlib
import errno
import io
import os
import sys
import warnings
from typing import cast


class Forgiving(io.TextIOWrapper):
    """A stream of messages: what cannot be written is dropped.

    A full disk under a log must not cost the result that the log is about.
    """

    def write(self, text: str, /) -> int:
        """Write text, if that is possible."""
        with contextlib.suppress(OSError, ValueError):
            return super().write(text)
        return len(text)

    def flush(self) -> None:
        """Pass on what was written, if that is possible."""
        with contextlib.suppress(OSError, ValueError):
            super().flush()


class Closed(io.TextIOBase):
    """A standard output that a caller has closed: whatever writes there is refused."""

    def write(self, text: str, /) -> int:
        """Refuse to write.

        Raises:
            OSError: Always.
        """
        del text
        raise OSError(errno.EBADF, os.strerror(errno.EBADF), "standard output")


def secure() -> None:
    """Make standard streams safe to write to, before any file is opened.

    A file that is opened takes the lowest number that is free: with standard error
    closed, a library's message would go into an output.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            # The lowest free number is this one.
            os.open(os.devnull, os.O_RDWR)
    if sys.stdout is None:
        sys.stdout = Closed()
    # Others' streams, such as a test's, are left alone.
    if sys.stderr is None or sys.stderr is sys.__stderr__:
        sys.stderr = forgiving(2)
        if not sys.warnoptions:
            # What libraries warn their programmers of is no message of ours.
            warnings.simplefilter("ignore")


def forgiving(number: int) -> Forgiving:
    """Return a stream of messages over a descriptor, which stays open."""
    raw = io.FileIO(number, "w", closefd=False)
    return Forgiving(
        cast("io.BufferedWriter", raw),
        encoding="utf-8",
        errors="backslashreplace",
        line_buffering=True,
        write_through=True,
    )
