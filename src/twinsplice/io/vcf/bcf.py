"""Reading of BCF as the text of a VCF, converted by bcftools.

bcftools, as bundled by pysam, runs in a separate process, which contains its messages
and its crashes on damaged input. Nothing is copied to disk.
"""

import contextlib
import io
import os
import selectors
import subprocess
import sys
import tempfile
from collections.abc import Generator, Iterator
from typing import IO, cast

from twinsplice import errors
from twinsplice.io.vcf import long_lines, streams

_BUFFER = 1 << 18
_PROGRAM = """
import sys
import pysam.bcftools
import pysam.utils
try:
    pysam.bcftools.view("--no-version", "-", catch_stdout=False)
except pysam.utils.SamtoolsError as error:
    sys.exit(error.value)
"""


def read_lines(stream: streams.Stream) -> Generator[bytes, None, None]:
    """Yield the lines of a BCF as text, header first; use within `whole`.

    Raises:
        InputError: bcftools cannot read it.
    """
    with tempfile.TemporaryFile() as messages, _bcftools(messages) as process:
        yield from _lines(_exchanged(process, stream.unpacked()))
        if process.wait() != 0:
            messages.seek(0)
            raise _damaged(stream.name, messages.read())


@contextlib.contextmanager
def _bcftools(messages: IO[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    """Run bcftools between two pipes; it is stopped at the end of the block."""
    # -P: do not import a pysam.py from the user's folder.
    with subprocess.Popen(
        [sys.executable, "-P", "-c", _PROGRAM],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=messages,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def _exchanged(
    process: subprocess.Popen[bytes], content: io.BufferedReader
) -> Iterator[bytes]:
    """Feed bytes to a process and yield its output, without deadlock."""
    feed, result = cast("IO[bytes]", process.stdin), cast("IO[bytes]", process.stdout)
    os.set_blocking(feed.fileno(), False)
    pending = memoryview(b"")
    with selectors.DefaultSelector() as ready:
        ready.register(feed, selectors.EVENT_WRITE)
        ready.register(result, selectors.EVENT_READ)
        while True:
            for key, _ in ready.select():
                if key.fileobj is result:
                    chunk = os.read(key.fd, _BUFFER)
                    if not chunk:
                        return
                    yield chunk
                    continue
                pending = pending or memoryview(content.read1(_BUFFER))
                if pending:
                    pending = pending[_written(key.fd, pending) :]
                else:
                    ready.unregister(feed)
                    feed.close()


def _written(pipe: int, content: memoryview) -> int:
    """Write to a pipe and return the bytes written: all if its reader has gone."""
    try:
        return os.write(pipe, content)
    except BrokenPipeError:
        return len(content)


def _lines(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield lines; a long one in pieces, see `long_lines`."""
    # Parts of a line are joined once: a line of many samples has very many.
    partial: list[bytes] = []
    size = 0
    for chunk in chunks:
        first, *others = chunk.split(b"\n")
        partial.append(first)
        size += len(first)
        for other in others:
            yield b"".join(partial) + b"\n"
            partial, size = [other], len(other)
        if size >= long_lines.PIECE:
            yield b"".join(partial)
            partial, size = [], 0
    if any(partial):
        yield b"".join(partial)


def _damaged(name: str, messages: bytes) -> errors.InputError:
    reason = messages.decode("utf-8", "replace").split("stderr=")[-1]
    return errors.InputError(
        "a BCF must be whole and sound",
        got=f"{name}, which bcftools cannot read ({' '.join(reason.split())[:200]})",
        remedy="copy or make it again",
    )
