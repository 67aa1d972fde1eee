"""A log of answers, kept beside an output while a run makes it.

It is a file of frames, each with a key and checksums of its own. Whatever a kill, a
full disk or a loss of power has left of a frame is not taken for one: such answers are
made again.
"""

import dataclasses
import hashlib
import os
import pathlib
import struct
import time
import zlib

from twinsplice.io.kept import kept_work

NAME = "answers.log"
KEY_BYTES = 16
SYNC_SECONDS = 10.0
"""Seconds after which what was written is made to outlast a loss of power."""
_MAGIC = b"TSa1"
_HEAD = struct.Struct(f"<4sQQ{KEY_BYTES}s16s")
_HEAD_SUM = struct.Struct("<I")
_FRAME_HEAD = _HEAD.size + _HEAD_SUM.size
_IDENTITY = bytes(KEY_BYTES)


@dataclasses.dataclass(frozen=True, slots=True)
class Frame:
    """The place of a frame in its file.

    Attributes:
        key: What its answers are of.
        records: Records that it answers.
        start: First byte of its payload.
        size: Bytes of the payload.
        checksum: Checksum of the payload.
    """

    key: bytes
    records: int
    start: int
    size: int
    checksum: bytes


class Frames:
    """The whole frames of an open file.

    Attributes:
        identity: What all answers depend on, as text; empty if it has none.
    """

    def __init__(self, opened: int) -> None:
        """Find the frames.

        Args:
            opened: Descriptor of the file; it stays the caller's.
        """
        self._opened = opened
        frames, self._end = whole_frames(opened)
        self._frames = {frame.key: frame for frame in frames}
        self.identity = (self._payload(_IDENTITY) or b"").decode("utf-8", "replace")

    @property
    def is_whole(self) -> bool:
        """Whether the file holds nothing but whole frames; payloads are not read."""
        return self._end == os.fstat(self._opened).st_size

    def holds(self, key: bytes) -> bool:
        """Return whether there is a frame of a key, sound or damaged."""
        return key in self._frames

    @property
    def records(self) -> int:
        """Number of records whose answers are kept."""
        return sum(frame.records for frame in self._frames.values())

    @property
    def keys(self) -> frozenset[bytes]:
        """What answers are kept of."""
        return frozenset(self._frames) - {_IDENTITY}

    def kept(self, key: bytes) -> bytes | None:
        """Return the answers of a key; None if they are not kept, or damaged."""
        return None if key == _IDENTITY else self._payload(key)

    def _payload(self, key: bytes) -> bytes | None:
        frame = self._frames.get(key)
        if frame is None:
            return None
        payload = os.pread(self._opened, frame.size, frame.start)
        return payload if _checksum(payload) == frame.checksum else None


class AnswerLog(Frames):
    """The log of an output, held by this process.

    Attributes:
        stopped: When it was last written to (seconds since 1970); 0 if never.
        trouble: Why nothing more is kept, if so; else empty.
    """

    def __init__(self, work: kept_work.KeptWork) -> None:
        """Open a log, or begin one.

        Raises:
            OSError: It cannot be opened.
        """
        self._work = work
        self._path = work.folder / NAME
        opened = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        self.trouble = ""
        status = os.fstat(opened)
        self.stopped = status.st_mtime if status.st_size else 0.0
        super().__init__(opened)
        self._synced = time.monotonic()
        self._is_new = not self._frames

    def begin(self, identity: str) -> None:
        """Begin anew: forget all answers.

        Args:
            identity: What the answers to come depend on.
        """
        self._frames.clear()
        self._end = 0
        self.identity = identity
        try:
            os.ftruncate(self._opened, 0)
        except OSError as error:
            self._stop(error)
        self.keep(_IDENTITY, identity.encode(), 0)

    def keep(self, key: bytes, payload: bytes, records: int) -> None:
        """Keep answers. Where that fails, as on a full disk, nothing more is kept.

        Args:
            key: What they are of, `KEY_BYTES` bytes.
            payload: The answers.
            records: Records that they answer.
        """
        if self.trouble:
            return
        head = _HEAD.pack(_MAGIC, len(payload), records, key, _checksum(payload))
        frame = head + _HEAD_SUM.pack(zlib.crc32(head)) + payload
        try:
            _write(self._opened, frame, self._end)
            self._sync()
        except OSError as error:
            self._stop(error)
            return
        start = self._end + _FRAME_HEAD
        self._frames[key] = Frame(key, records, start, len(payload), _checksum(payload))
        self._end += len(frame)

    def finish(self, output: pathlib.Path) -> None:
        """Remove the log and its folder: the output is whole.

        Args:
            output: What must outlast a loss of power, if the log was to.
        """
        if not self._is_new:
            kept_work.sync(output)
            kept_work.sync(output.parent)
        os.close(self._opened)
        self._work.remove()

    def leave(self) -> None:
        """Leave the log to a later run, if it holds answers."""
        if not self.records:
            self._path.unlink(missing_ok=True)
        os.close(self._opened)
        self._work.leave()

    def publish(self, output: pathlib.Path) -> None:
        """Make the log itself the output, and remove its folder.

        Args:
            output: Name of the file that it becomes.

        Raises:
            OSError: It cannot be moved there.
        """
        os.fsync(self._opened)
        final = pathlib.Path(os.path.realpath(output))
        self._path.replace(final)
        kept_work.sync(final.parent)
        os.close(self._opened)
        self._work.remove()

    def _sync(self) -> None:
        if time.monotonic() - self._synced < SYNC_SECONDS:
            return
        os.fsync(self._opened)
        if self._is_new:
            self._is_new = False
            kept_work.sync(self._work.folder)
            kept_work.sync(self._work.folder.parent)
        self._synced = time.monotonic()

    def _stop(self, error: OSError) -> None:
        """Keep no more, nor half of a frame."""
        self.trouble = error.strerror or str(error)
        try:
            os.ftruncate(self._opened, self._end)
        except OSError:
            # Its checksum tells that a frame is half.
            return


def find(output: pathlib.Path) -> AnswerLog | None:
    """Return the log that a stopped run of an output has left, if any.

    Raises:
        BlockingIOError: Another run holds it.
        OSError: It cannot be read.
    """
    return _opened(output, make=False)


def make(output: pathlib.Path) -> AnswerLog:
    """Return the log of an output, a new one if there is none.

    Raises:
        BlockingIOError: Another run holds it.
        OSError: It cannot be made.
    """
    log = _opened(output, make=True)
    assert log is not None
    return log


def _opened(output: pathlib.Path, *, make: bool) -> AnswerLog | None:
    work = kept_work.hold(output, make=make)
    if work is None:
        return None
    try:
        return AnswerLog(work)
    except BaseException:
        work.leave()
        raise


def whole_frames(opened: int) -> tuple[list[Frame], int]:
    """Return the whole frames of a file, and where the last one ends.

    What follows a frame that is not whole cannot be told from its rest. Payloads are
    not read.

    Args:
        opened: Descriptor of the file.
    """
    size = os.fstat(opened).st_size
    frames, at = [], 0
    while at + _FRAME_HEAD <= size:
        head = os.pread(opened, _FRAME_HEAD, at)
        (stated,) = _HEAD_SUM.unpack_from(head, _HEAD.size)
        magic, length, records, key, checksum = _HEAD.unpack_from(head)
        start = at + _FRAME_HEAD
        is_head = magic == _MAGIC and stated == zlib.crc32(head[: _HEAD.size])
        if not is_head or start + length > size:
            break
        frames.append(Frame(key, records, start, length, checksum))
        at = start + length
    return frames, at


def _write(opened: int, content: bytes, at: int) -> None:
    """Write bytes at a place; a system may take some of them at a time."""
    rest = memoryview(content)
    while rest:
        written = os.pwrite(opened, rest, at)
        rest, at = rest[written:], at + written


def _checksum(payload: bytes) -> bytes:
    return hashlib.blake2b(payload, digest_size=16).digest()
