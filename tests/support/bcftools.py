"""bcftools in a fork of this process: it starts in milliseconds, not half a second."""

import contextlib
import os
import signal
from collections.abc import Iterator
from typing import IO, Any, cast

import pysam.bcftools
import pysam.utils

from twinsplice.io.vcf import bcf

_SIGNALS = ("SIGSEGV", "SIGABRT", "SIGBUS", "SIGILL", "SIGFPE", "SIGALRM", "SIGTERM")


class _Fork:
    """What is used of a `subprocess.Popen`: its pipes, `wait` and `kill`."""

    def __init__(self, messages: IO[bytes]) -> None:
        feed, result = os.pipe(), os.pipe()
        self._code: int | None = None
        self._pid = os.fork()
        if self._pid == 0:
            # Else it would wait for the end of what it could still write itself.
            os.close(feed[1])
            os.close(result[0])
            _become_bcftools(feed[0], result[1], messages.fileno())
        os.close(feed[0])
        os.close(result[1])
        self.stdin = os.fdopen(feed[1], "wb", 0)
        self.stdout = os.fdopen(result[0], "rb", 0)

    def wait(self) -> int:
        if self._code is None:
            self._code = os.waitstatus_to_exitcode(os.waitpid(self._pid, 0)[1])
        return self._code

    def kill(self) -> None:
        if self._code is None:
            os.kill(self._pid, signal.SIGKILL)


def _become_bcftools(feed: int, result: int, messages: int) -> None:
    for name in _SIGNALS:
        signal.signal(getattr(signal, name), signal.SIG_DFL)
    for number, handle in enumerate((feed, result, messages)):
        os.dup2(handle, number)
    code = 1
    try:
        pysam.bcftools.view("--no-version", "-", catch_stdout=False)
        code = 0
    except pysam.utils.SamtoolsError as error:
        os.write(2, str(error.value).encode())
    finally:
        os._exit(code)


@contextlib.contextmanager
def _forked(messages: IO[bytes]) -> Iterator[_Fork]:
    process = _Fork(messages)
    try:
        yield process
    finally:
        process.kill()
        for pipe in (process.stdin, process.stdout):
            with contextlib.suppress(OSError):
                pipe.close()
        process.wait()


def fork() -> None:
    """Have BCF read by a fork for the rest of this process."""
    bcf._bcftools = cast("Any", _forked)
