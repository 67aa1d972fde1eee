"""Trials of Parquet files in forks of a process that waits: they take milliseconds."""

import os
import struct
import subprocess
import sys
import types
from typing import IO, Any

from twinsplice.io import parquet_files

_LENGTH = struct.Struct("<q")
# Forked before its threads start, which a fork would not have.
_PROGRAM = """
import io, os, struct, sys
import polars as pl
read = sys.stdin.buffer.read
while head := read(8):
    content = read(struct.unpack("<q", head)[0])
    child = os.fork()
    if not child:
        code = 1
        try:
            pl.read_parquet(io.BytesIO(content))
            code = 0
        except pl.exceptions.PolarsError:
            code = 0
        finally:
            os._exit(code)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    os.write(1, struct.pack("<q", code))
"""


class _Trials:
    """What is used of `subprocess`, for trials alone."""

    def __init__(self) -> None:
        self._waiting = subprocess.Popen(
            [sys.executable, "-P", "-c", _PROGRAM],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "POLARS_MAX_THREADS": "1"},
        )

    def run(
        self,
        command: list[str],
        *,
        input: bytes,  # noqa: A002
        **_: object,
    ) -> "subprocess.CompletedProcess[bytes]":
        feed: IO[bytes] | None = self._waiting.stdin
        answers: IO[bytes] | None = self._waiting.stdout
        assert feed is not None
        assert answers is not None
        feed.write(_LENGTH.pack(len(input)) + input)
        feed.flush()
        (code,) = _LENGTH.unpack(answers.read(_LENGTH.size))
        return subprocess.CompletedProcess(command, code)


def fork() -> None:
    """Have Parquet tried by forks for the rest of this process."""
    trials: Any = types.SimpleNamespace(
        run=_Trials().run,
        DEVNULL=subprocess.DEVNULL,
        TimeoutExpired=subprocess.TimeoutExpired,
    )
    vars(parquet_files)["subprocess"] = trials
