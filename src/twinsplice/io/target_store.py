"""Stores of training targets: arrays written in whole chunks.

A store is a folder in Zarr's format. All rows are planned before the first is
computed; a chunk is complete once all its arrays are written, so an interrupted run
can resume with the missing chunks. The store's metadata record how targets are made
(base model, checksums, settings), and only such targets may be added.

Nothing damaged is read as targets: each chunk ends with its checksum (CRC-32C), chunks
of zeros are written like others, so that a missing one is known, and a seal holds the
checksum of all metadata. Stores made before there were seals have none of these.
"""

import contextlib
import dataclasses
import functools
import hashlib
import json
import math
import pathlib
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from twinsplice import errors

FORMAT = 1
"""Version of the format; stores of other versions cannot be read."""
_ZARR = 3
"""Version of Zarr's format; arrays of version 2 could be packed as pickles."""
_DONE = "done"
_ARRAYS, _PLANNED, _SEAL = "arrays", "planned", "seal"
_MOST_ROWS, _LARGEST_CHUNK = 1 << 32, 1 << 32
"""Rows of a store, and bytes of a chunk, beyond any that is made."""


@dataclasses.dataclass(frozen=True)
class Column:
    """One array of a store; its first axis is that of rows.

    Attributes:
        shape: Shape of one row.
        dtype: Data type.
    """

    shape: tuple[int, ...]
    dtype: str


class Store:
    """An open store.

    Attributes:
        path: Its folder.
        metadata: Its settings and sources: `kind`, `rows`, `chunk`, `base_model`, ...
    """

    def __init__(self, path: pathlib.Path, group: Any) -> None:  # noqa: ANN401
        self.path = path
        stored = dict(group.attrs)
        self._is_sealed = stored.pop(_SEAL, None) is not None
        self._computed: list[str] = stored.pop(_ARRAYS, [])
        self._planned: list[str] = stored.pop(_PLANNED, [])
        self.metadata: dict[str, Any] = _Metadata(path, stored)
        self._group = group
        # Zarr reads an array's metadata each time it is asked for one.
        self._dimensions = functools.cache(lambda name: int(group[name].ndim))

    @property
    def rows(self) -> int:
        """Number of planned targets."""
        return int(self.metadata["rows"])

    @property
    def chunk(self) -> int:
        """Rows in a chunk."""
        return int(self.metadata["chunk"])

    def span(self, chunk: int) -> slice:
        """Return the rows of a chunk."""
        first = chunk * self.chunk
        return slice(first, min(first + self.chunk, self.rows))

    def pending(self) -> list[int]:
        """Return the chunks to be computed, in order: lost and damaged ones, too."""
        done = self._done()
        for chunk in np.flatnonzero(done).tolist():
            done[chunk] = all(self._is_whole(name, chunk) for name in self._computed)
        return [int(i) for i in np.flatnonzero(~done)]

    def write(self, chunk: int, arrays: Mapping[str, np.ndarray]) -> None:
        """Write a chunk, and mark it as complete once all its arrays are on disk."""
        with _written_whole():
            for name, values in arrays.items():
                self._group[name][self.span(chunk)] = values
            self._group[_DONE][chunk] = 1

    def read(self, name: str, rows: slice = slice(None)) -> np.ndarray:
        """Return the values of one array; zeros where they are not computed.

        Raises:
            InputError: They are damaged or lost.
        """
        first, end, _ = rows.indices(self.rows)
        is_planned = name in self._planned
        with self._sound(name):
            array = self._group[name]
            if is_planned or self._done().all():
                self._require_present(name, range(first, end))
                whole: np.ndarray = array[rows]
                return whole
            values = np.zeros((end - first, *array.shape[1:]), dtype=array.dtype)
            for chunk in np.flatnonzero(self._done()).tolist():
                span = self.span(chunk)
                low, high = max(span.start, first), min(span.stop, end)
                if low < high:
                    self._require_present(name, range(low, high))
                    values[low - first : high - first] = array[low:high]
            return values

    def done_rows(self) -> np.ndarray:
        """Return which rows are computed, as a mask."""
        return np.repeat(self._done(), self.chunk)[: self.rows]

    def _done(self) -> np.ndarray:
        with self._sound(_DONE):
            done: np.ndarray = np.asarray(self._group[_DONE][:]) == 1
            return done

    def _is_whole(self, name: str, chunk: int) -> bool:
        """Return whether a chunk is there, and has its checksum."""
        with contextlib.suppress(errors.InputError), self._sound(name):
            self._group[name][self.span(chunk)]
            return self._has(name, chunk)
        return False

    def _require_present(self, name: str, rows: range) -> None:
        if not self._is_sealed or not len(rows):
            return
        chunks = range(rows[0] // self.chunk, rows[-1] // self.chunk + 1)
        for chunk in range(1) if name in self._planned else chunks:
            if not self._has(name, chunk):
                raise self._damaged(name, f"lacks chunk {chunk}")

    def _has(self, name: str, chunk: int) -> bool:
        """Return whether a chunk's file holds anything."""
        inner = "/0" * (self._dimensions(name) - 1)
        path = self.path / name / f"c/{chunk}{inner}"
        return path.is_file() and path.stat().st_size > 0

    @contextlib.contextmanager
    def _sound(self, name: str) -> Iterator[None]:
        try:
            yield
        except (errors.TwinSpliceError, OSError, MemoryError):
            raise
        # Metadata of arrays may say anything, and Zarr raises what it likes.
        except Exception as error:
            reason = " ".join(str(error).split())[:80]
            raise self._damaged(name, f"is damaged ({reason})") from error

    def _damaged(self, name: str, how: str) -> errors.InputError:
        return errors.InputError(
            "targets must be as they were written",
            got=f"{self.path}, where {name} {how}",
            remedy="copy the store again, or remove it and make it again",
        )


class _Metadata(dict[str, Any]):
    """Metadata that are refused where they lack what is asked for."""

    def __init__(self, path: pathlib.Path, stored: Mapping[str, Any]) -> None:
        super().__init__(stored)
        self._path = path

    def __missing__(self, key: str) -> Any:  # noqa: ANN401
        raise errors.InputError(
            "targets must say how they were made",
            got=f"{self._path} without {key}",
            remedy="make them again with this version of twinsplice",
        )


def create(
    path: pathlib.Path,
    columns: Mapping[str, Column],
    metadata: Mapping[str, Any],
    planned: Mapping[str, np.ndarray],
) -> Store:
    """Create a store, or open that of an interrupted run with the same metadata.

    Args:
        path: Its folder.
        columns: Arrays to be computed.
        metadata: Settings and sources of the targets, as JSON values; with `rows` and
            `chunk`.
        planned: Arrays known beforehand, written now.

    Raises:
        InputError: The path holds something else, or a store of other metadata.
    """
    metadata = json.loads(json.dumps({"format": FORMAT, **metadata}))
    if path.exists():
        store = open_store(path)
        _require_same(store, metadata)
        return store
    zarr = _zarr()
    # The store is renamed to its path once it holds the plan.
    draft = path.with_name(f".{path.name}.partial")
    group = zarr.open_group(str(draft), mode="w", zarr_format=_ZARR)
    rows, chunk = int(metadata["rows"]), int(metadata["chunk"])
    codecs = (zarr.codecs.ZstdCodec(level=0), zarr.codecs.Crc32cCodec())
    for name, column in columns.items():
        group.create_array(
            name,
            shape=(rows, *column.shape),
            chunks=(min(chunk, rows), *column.shape),
            dtype=column.dtype,
            fill_value=_unwritten(np.dtype(column.dtype)),
            compressors=codecs,
        )
    with _written_whole():
        for name, values in planned.items():
            array = group.create_array(
                name,
                shape=values.shape,
                chunks=values.shape,
                dtype=values.dtype,
                fill_value=_unwritten(values.dtype),
                compressors=codecs,
            )
            array[:] = values
    marks = {"shape": (-(-rows // chunk),), "chunks": (1,), "dtype": "uint8"}
    group.create_array(_DONE, **marks, fill_value=0, compressors=codecs)
    group.attrs.update({**metadata, _ARRAYS: [*columns], _PLANNED: [*planned]})
    group.attrs[_SEAL] = _seal(draft, dict(group.attrs))
    draft.rename(path)
    return open_store(path)


def open_store(path: pathlib.Path) -> Store:
    """Open an existing store.

    Raises:
        InputError: There is no store, one of another format, or one whose metadata are
            damaged.
    """
    zarr = _zarr()
    try:
        group = zarr.open_group(str(path), mode="r+", zarr_format=_ZARR)
        form = group.attrs["format"]
        stated = group.attrs.get(_SEAL)
        is_sealed = stated is None or stated == _seal(path, dict(group.attrs))
        if is_sealed and form == FORMAT:
            _require_sizes(group)
    # What is no store of ours may hold anything.
    except Exception as error:
        raise errors.InputError(
            "targets must be a store that twinsplice targets has made",
            got=str(path),
            remedy="make one, or check the path",
        ) from error
    if form != FORMAT:
        raise errors.InputError(
            f"a target store must be of format {FORMAT}",
            got=f"{path} of format {form}",
            remedy="make it again with this version of twinsplice",
        )
    if not is_sealed:
        raise errors.InputError(
            "targets must be as they were written",
            got=f"{path}, whose metadata are not",
            remedy="copy the store again, or remove it and make it again",
        )
    return Store(path, group)


def _require_sizes(group: Any) -> None:  # noqa: ANN401
    """Refuse rows and chunks that are not the arrays', or larger than any.

    Raises:
        KeyError, TypeError, ValueError: They are.
    """
    attributes = dict(group.attrs)
    rows, chunk = attributes["rows"], attributes["chunk"]
    if not (0 <= int(rows) <= _MOST_ROWS and 0 < int(chunk) <= _MOST_ROWS):
        raise ValueError(f"{rows} rows in chunks of {chunk}")
    if group[_DONE].shape != (-(-rows // chunk),):
        raise ValueError(f"{group[_DONE].shape} chunks")
    for names, width in ((_ARRAYS, chunk), (_PLANNED, rows)):
        for name in attributes.get(names, ()):
            array = group[name]
            expected = (min(width, rows), *array.shape[1:])
            size = math.prod(array.chunks) * array.dtype.itemsize
            if array.shape[0] != rows or array.chunks != expected:
                raise ValueError(f"{name} of {array.shape} in {array.chunks}")
            if size > _LARGEST_CHUNK:
                raise ValueError(f"{name} in chunks of {size:,} bytes")


def _seal(path: pathlib.Path, attributes: Mapping[str, Any]) -> str:
    """Return the checksum of a store's metadata, its arrays' included."""
    own = {name: value for name, value in attributes.items() if name != _SEAL}
    text = json.dumps(own, sort_keys=True).encode()
    for name in sorted((*own.get(_ARRAYS, ()), *own.get(_PLANNED, ()), _DONE)):
        text += (path / name / "zarr.json").read_bytes()
    return hashlib.sha256(text).hexdigest()


def _unwritten(dtype: np.dtype[Any]) -> float | int:
    """Return what stands for a value that was never written: not 0, if possible."""
    if dtype.kind == "f":
        return float("nan")
    if dtype.kind in "iu":
        bounds = np.iinfo(dtype)
        return int(bounds.min if dtype.kind == "i" else bounds.max)
    return 0


def _written_whole() -> contextlib.AbstractContextManager[object]:
    """Have chunks of zeros written, too."""
    written: contextlib.AbstractContextManager[object]
    written = _zarr().config.set({"array.write_empty_chunks": True})
    return written


def _require_same(store: Store, metadata: Mapping[str, Any]) -> None:
    for name, value in metadata.items():
        if store.metadata.get(name) != value:
            raise errors.InputError(
                f"{store.path} can only be continued with what it was begun with",
                got=f"{name} {value!r} instead of {store.metadata.get(name)!r}",
                remedy="remove it, or write to another place",
            )


def _zarr() -> Any:  # noqa: ANN401
    try:
        # Needed for training only, and slow to load.
        import zarr  # noqa: PLC0415
    except ImportError as error:
        raise errors.InputError(
            "target stores need the packages for training",
            got="no zarr installed",
            remedy="pip install 'twinsplice[train]'",
        ) from error
    return zarr
