"""Stores of training targets: arrays written in whole chunks.

A store is a folder in Zarr's format. All rows are planned before the first is
computed; a chunk is complete once all its arrays are written, so an interrupted run
can resume with the missing chunks. The store's metadata record how targets are made
(base model, checksums, settings), and only such targets may be added.
"""

import dataclasses
import json
import pathlib
from collections.abc import Mapping
from typing import Any

import numpy as np

from twinsplice import errors

FORMAT = 1
"""Version of the format; stores of other versions cannot be read."""
_DONE = "done"


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
        self.metadata: dict[str, Any] = dict(group.attrs)
        self._group = group

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
        """Return the chunks still to be computed, in order."""
        done = self._group[_DONE][:]
        return [int(i) for i in np.flatnonzero(done == 0)]

    def write(self, chunk: int, arrays: Mapping[str, np.ndarray]) -> None:
        """Write a chunk, and mark it as complete once all its arrays are on disk."""
        for name, values in arrays.items():
            self._group[name][self.span(chunk)] = values
        self._group[_DONE][chunk] = 1

    def read(self, name: str, rows: slice = slice(None)) -> np.ndarray:
        """Return the values of one array."""
        values: np.ndarray = self._group[name][rows]
        return values

    def done_rows(self) -> np.ndarray:
        """Return which rows are computed, as a mask."""
        done = np.asarray(self._group[_DONE][:]) == 1
        return np.repeat(done, self.chunk)[: self.rows]


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
    group = zarr.open_group(str(draft), mode="w")
    rows, chunk = int(metadata["rows"]), int(metadata["chunk"])
    for name, column in columns.items():
        group.create_array(
            name,
            shape=(rows, *column.shape),
            chunks=(min(chunk, rows), *column.shape),
            dtype=column.dtype,
        )
    for name, values in planned.items():
        group.create_array(name, data=values, chunks=values.shape)
    group.create_array(
        _DONE, shape=(-(-rows // chunk),), chunks=(1,), dtype="uint8", fill_value=0
    )
    group.attrs.update(metadata)
    draft.rename(path)
    return open_store(path)


def open_store(path: pathlib.Path) -> Store:
    """Open an existing store.

    Raises:
        InputError: There is no store, or one of another format.
    """
    zarr = _zarr()
    try:
        group = zarr.open_group(str(path), mode="r+")
        form = group.attrs["format"]
    except (OSError, ValueError, KeyError) as error:
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
    return Store(path, group)


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
