"""Answers that are kept, in SQLite, by all that they depend on; bounded in bytes.

The file is private. Unless settings name one, it goes when the server stops.
"""

import contextlib
import hashlib
import json
import pathlib
import sqlite3
import tempfile
import threading
import zlib
from collections.abc import Iterator, Sequence

from twinsplice import errors

VERSION = 1
"""Version of what is kept; it is a part of every key."""
_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS answers (key BLOB PRIMARY KEY, status INTEGER, "
    "body BLOB, bytes INTEGER, used INTEGER) WITHOUT ROWID"
)
_SPARE = 0.9
"""What is left of the bytes that may be kept, once they are too many."""


def key(identity: str, *asked: object) -> bytes:
    """Return the key of an answer.

    Args:
        identity: What scores depend on, as text.
        asked: What was asked for, plain values.
    """
    text = json.dumps([VERSION, identity, *asked])
    return hashlib.blake2b(text.encode(), digest_size=20).digest()


class ResultCache:
    """Answers by key. Threads may share one."""

    def __init__(self, path: pathlib.Path, most_bytes: int) -> None:
        """Open a file, or make it.

        Args:
            path: The file.
            most_bytes: Most bytes of answers; those used last are kept.

        Raises:
            InputError: It cannot be opened, or is no such file.
        """
        self._most, self._lock = most_bytes, threading.Lock()
        try:
            path.touch(mode=0o600)
            self._database = sqlite3.connect(
                path, isolation_level=None, check_same_thread=False
            )
            for line in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=OFF", _SCHEMA):
                self._database.execute(line)
            row = self._database.execute(
                "SELECT COALESCE(SUM(bytes), 0), COALESCE(MAX(used), 0) FROM answers"
            ).fetchone()
        except (OSError, sqlite3.Error) as error:
            raise errors.InputError(
                "--cache must be a file of answers that can be written",
                got=f"{path} ({error})",
                remedy="name another, or leave it out",
            ) from error
        self._bytes, self._clock = (int(value) for value in row)

    @property
    def held(self) -> int:
        """Bytes of answers that are kept."""
        return self._bytes

    def get(self, wanted: bytes) -> tuple[int, bytes] | None:
        """Return status and body of an answer, if it is kept."""
        with self._lock:
            row = self._database.execute(
                "SELECT status, body FROM answers WHERE key = ?", (wanted,)
            ).fetchone()
            if row is None:
                return None
            self._clock += 1
            self._database.execute(
                "UPDATE answers SET used = ? WHERE key = ?", (self._clock, wanted)
            )
        return int(row[0]), zlib.decompress(row[1])

    def put(self, wanted: bytes, status: int, body: bytes) -> None:
        """Keep an answer, and let go of others if need be."""
        packed = zlib.compress(body, 1)
        if len(packed) > self._most:
            return
        with self._lock:
            self._clock += 1
            added = self._database.execute(
                "INSERT OR IGNORE INTO answers VALUES (?, ?, ?, ?, ?)",
                (wanted, status, packed, len(packed), self._clock),
            ).rowcount
            self._bytes += len(packed) if added > 0 else 0
            if self._bytes > self._most:
                self._forget(int(self._most * _SPARE))

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._database.close()

    def _forget(self, left: int) -> None:
        """Let go of what was used longest ago, until so many bytes are left."""
        gone: list[Sequence[bytes]] = []
        rows = self._database.execute("SELECT key, bytes FROM answers ORDER BY used")
        for each, size in rows:
            if self._bytes <= left:
                break
            gone.append((each,))
            self._bytes -= size
        self._database.executemany("DELETE FROM answers WHERE key = ?", gone)


@contextlib.contextmanager
def opened(path: pathlib.Path | None, most_bytes: int) -> Iterator[ResultCache]:
    """Open what keeps answers for the duration of a block.

    Args:
        path: The file; a private one that is removed at the end if not given.
        most_bytes: Most bytes of answers.

    Raises:
        InputError: It cannot be opened.
    """
    with contextlib.ExitStack() as stack:
        if path is None:
            folder = stack.enter_context(
                tempfile.TemporaryDirectory(prefix="twinsplice-")
            )
            path = pathlib.Path(folder) / "answers.sqlite"
        cache = ResultCache(path, most_bytes)
        stack.callback(cache.close)
        yield cache
