"""Target stores: what was begun is continued, and nothing else."""

import contextlib
import json
import pathlib
import pickle
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from twinsplice import errors
from twinsplice.io import target_store

FACTS = {"kind": "toys", "rows": 10, "chunk": 4, "settings": {"contigs": ("1", "2")}}
COLUMNS = {
    "x": target_store.Column((3,), "float32"),
    "y": target_store.Column((), "uint8"),
}
PLANNED = {"place": np.arange(10, dtype=np.int32)}
X = np.arange(30, dtype=np.float32).reshape(10, 3) + 1
Y = np.arange(10, dtype=np.uint8) + 1


def _create(
    path: pathlib.Path, metadata: Mapping[str, Any] = FACTS
) -> target_store.Store:
    return target_store.create(path, COLUMNS, metadata, PLANNED)


def _write(store: target_store.Store, chunk: int) -> None:
    span = store.span(chunk)
    store.write(chunk, {"x": X[span], "y": Y[span]})


def test_a_new_store_has_its_plan_and_all_to_do(tmp_path: pathlib.Path) -> None:
    store = _create(tmp_path / "a.zarr")
    assert store.rows == 10
    assert store.chunk == 4
    assert store.pending() == [0, 1, 2]
    assert not store.done_rows().any()
    assert [store.span(i) for i in range(3)] == [
        slice(0, 4),
        slice(4, 8),
        slice(8, 10),
    ]
    np.testing.assert_array_equal(store.read("place"), PLANNED["place"])


def test_chunks_count_once_written_and_are_there_when_opened_again(
    tmp_path: pathlib.Path,
) -> None:
    _write(_create(tmp_path / "a.zarr"), 2)
    store = _create(tmp_path / "a.zarr")
    assert store.pending() == [0, 1]
    np.testing.assert_array_equal(store.done_rows(), np.arange(10) >= 8)
    _write(store, 0)
    _write(store, 1)
    whole = target_store.open_store(tmp_path / "a.zarr")
    assert whole.pending() == []
    assert whole.done_rows().all()
    np.testing.assert_array_equal(whole.read("x"), X)
    np.testing.assert_array_equal(whole.read("y", slice(3, 6)), Y[3:6])
    assert whole.metadata["settings"] == {"contigs": ["1", "2"]}


def test_a_chunk_that_was_cut_short_is_made_again(tmp_path: pathlib.Path) -> None:
    store = _create(tmp_path / "a.zarr")

    class Killed(Mapping[str, np.ndarray]):
        """Arrays of which the second never comes."""

        def __getitem__(self, name: str) -> np.ndarray:
            if name == "y":
                raise KeyboardInterrupt
            return X[:4]

        def __iter__(self) -> Any:  # noqa: ANN401
            return iter(("x", "y"))

        def __len__(self) -> int:
            return 2

    with pytest.raises(KeyboardInterrupt):
        store.write(0, Killed())
    again = _create(tmp_path / "a.zarr")
    assert again.pending() == [0, 1, 2]
    _write(again, 0)
    np.testing.assert_array_equal(again.read("y", slice(0, 4)), Y[:4])


def test_a_store_whose_plan_was_cut_short_is_begun_anew(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.zarr"

    def killed(self: pathlib.Path, target: pathlib.Path) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(pathlib.Path, "rename", killed)
        with pytest.raises(KeyboardInterrupt):
            _create(path)
    assert not path.exists()
    assert _create(path).pending() == [0, 1, 2]
    assert [each.name for each in tmp_path.iterdir()] == ["a.zarr"]


@pytest.mark.parametrize(
    ("name", "value"),
    [("kind", "others"), ("rows", 11), ("settings", {}), ("base_model", "new")],
)
def test_other_facts_are_refused(
    tmp_path: pathlib.Path, name: str, value: object
) -> None:
    _write(_create(tmp_path / "a.zarr"), 0)
    with pytest.raises(errors.InputError, match=f"continued with .*; got {name} "):
        _create(tmp_path / "a.zarr", FACTS | {name: value})
    assert target_store.open_store(tmp_path / "a.zarr").pending() == [1, 2]


def _whole(path: pathlib.Path) -> pathlib.Path:
    """A store of which all is computed; some of it zeros."""
    store = _create(path)
    for chunk in range(3):
        span = store.span(chunk)
        store.write(chunk, {"x": 0 * X[span] if chunk == 1 else X[span], "y": Y[span]})
    return path


def _content(path: pathlib.Path) -> dict[str, bytes]:
    """What a reader of a store gets."""
    store = target_store.open_store(path)
    assert store.done_rows().all()
    arrays = {name: store.read(name).tobytes() for name in ("x", "y", "place")}
    return arrays | {"metadata": repr(store.metadata).encode()}


def _files(path: pathlib.Path) -> list[pathlib.Path]:
    return sorted(each for each in path.rglob("*") if each.is_file())


def test_no_bit_of_a_store_changes_without_being_noticed(
    tmp_path: pathlib.Path,
) -> None:
    """Most did, and trained models on other numbers."""
    path = _whole(tmp_path / "a.zarr")
    expected, rng = _content(path), np.random.default_rng(3)
    flips = 0
    for file in _files(path):
        content = file.read_bytes()
        for _ in range(4):
            at, bit = int(rng.integers(len(content))), 1 << int(rng.integers(8))
            changed = bytes([content[at] ^ bit])
            file.write_bytes(content[:at] + changed + content[at + 1 :])
            try:
                # White space and the like of metadata may be other.
                assert _content(path) == expected
            except errors.InputError:
                flips += 1
        file.write_bytes(content)
    assert flips > 2 * len(_files(path))
    assert _content(path) == expected


@pytest.mark.parametrize("loss", ["removed", "emptied", "cut"])
def test_no_file_of_a_store_is_lost_without_being_noticed(
    tmp_path: pathlib.Path, loss: str
) -> None:
    """A chunk that is not there was read as zeros."""
    path = _whole(tmp_path / "a.zarr")
    for file in _files(path):
        content = file.read_bytes()
        if loss == "removed":
            file.unlink()
        else:
            file.write_bytes(content[: len(content) // 2] if loss == "cut" else b"")
        if loss == "removed" and file.parent == path / "done/c":
            # It is made again, and until then not read.
            assert target_store.open_store(path).pending() == [int(file.name)]
            file.write_bytes(content)
            continue
        with pytest.raises(errors.InputError, match="must be"):
            _content(path)
        file.write_bytes(content)


@pytest.mark.parametrize("damage", ["removed", "cut", "flipped"])
def test_a_lost_or_damaged_chunk_is_made_again(
    tmp_path: pathlib.Path, damage: str
) -> None:
    path = _whole(tmp_path / "a.zarr")
    chunk = path / "y/c/1"
    content = chunk.read_bytes()
    chunk.write_bytes(content[:-3] if damage == "cut" else content[:-1] + b"\0")
    if damage == "removed":
        chunk.unlink()
    again = _create(path)
    assert again.pending() == [1]
    _write(again, 1)
    np.testing.assert_array_equal(again.read("x"), X)
    assert again.pending() == []


def test_a_store_of_before_there_were_checksums_is_read(
    tmp_path: pathlib.Path,
) -> None:
    """Zeros were not written then."""
    path = _whole(tmp_path / "a.zarr")
    import zarr  # noqa: PLC0415

    group = zarr.open_group(str(path), mode="r+")
    for name in ("arrays", "planned", "seal"):
        del group.attrs[name]
    form = json.loads((path / "x/zarr.json").read_text())
    (path / "x/zarr.json").write_text(json.dumps(form | {"fill_value": 0.0}))
    (path / "x/c/1/0").unlink()
    store = target_store.open_store(path)
    assert store.pending() == []
    assert not store.read("x", slice(4, 8)).any()
    np.testing.assert_array_equal(store.read("x", slice(1, 4)), X[1:4])


@pytest.mark.parametrize(
    "change",
    [
        *(
            {"rows": 1 << 60},
            {"rows": -1},
            {"rows": 9},
            {"rows": "ten"},
            {"rows": None},
        ),
        *({"chunk": 0}, {"chunk": 5}, {"chunk": 1 << 60}, {"arrays": ["x", "none"]}),
    ],
)
def test_metadata_of_other_arrays_are_refused(
    tmp_path: pathlib.Path, change: dict[str, object]
) -> None:
    """Whoever sealed them: memory would be taken for what they say."""
    path = _whole(tmp_path / "a.zarr")
    group = json.loads((path / "zarr.json").read_text())
    group["attributes"] |= change
    with contextlib.suppress(OSError):
        group["attributes"]["seal"] = target_store._seal(path, group["attributes"])
    (path / "zarr.json").write_text(json.dumps(group))
    with pytest.raises(errors.InputError, match="must be a store that twinsplice"):
        target_store.open_store(path)


@pytest.mark.parametrize(
    ("old", "new"), [('"checksum"', '"cskcehum"'), ('"chunk_shape":[1]', '"x":[0]')]
)
def test_metadata_of_an_array_that_cannot_be_are_refused(
    tmp_path: pathlib.Path, old: str, new: str
) -> None:
    path = _whole(tmp_path / "a.zarr")
    for name in ("x", "done"):
        file = path / name / "zarr.json"
        text = json.dumps(json.loads(file.read_text()), separators=(",", ":"))
        file.write_text(text.replace(old, new))
    group = json.loads((path / "zarr.json").read_text())
    group["attributes"]["seal"] = target_store._seal(path, group["attributes"])
    (path / "zarr.json").write_text(json.dumps(group))
    with pytest.raises(errors.InputError):
        target_store.open_store(path).read("x")


def test_metadata_that_are_missing_are_named(tmp_path: pathlib.Path) -> None:
    store = _whole(tmp_path / "a.zarr")
    with pytest.raises(errors.InputError, match=r"a.zarr without base_model"):
        target_store.open_store(store).metadata["base_model"]


@pytest.mark.parametrize("what", ["nothing", "folder", "file", "group"])
def test_what_is_no_store_is_refused(tmp_path: pathlib.Path, what: str) -> None:
    path = tmp_path / "a.zarr"
    if what == "folder":
        path.mkdir()
    elif what == "file":
        path.write_text("x")
    elif what == "group":
        import zarr  # noqa: PLC0415

        zarr.open_group(str(path), mode="w")
    with pytest.raises(errors.InputError, match="must be a store that twinsplice"):
        target_store.open_store(path)
    if what != "nothing":
        with pytest.raises(errors.InputError, match="must be a store"):
            _create(path)


class _Hostile:
    """What runs as it is unpickled."""

    def __reduce__(self) -> tuple[object, ...]:
        return pathlib.Path.mkdir, (pathlib.Path("ran"),)


@pytest.mark.parametrize("where", ["filters", "compressor"])
def test_no_pickle_of_a_store_is_run(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    """Arrays of Zarr's former version may name pickle as what unpacks them."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "a.zarr"
    codec: object = {"id": "pickle", "protocol": 5}
    array = {"zarr_format": 2, "shape": [1], "chunks": [1], "order": "C"}
    array |= {"dtype": "|u1", "fill_value": 0, "filters": None, "compressor": None}
    array[where] = [codec] if where == "filters" else codec
    for name in ("done", "codes"):
        (path / name).mkdir(parents=True)
        (path / name / ".zarray").write_text(json.dumps(array))
        (path / name / "0").write_bytes(pickle.dumps(_Hostile()))
    (path / ".zgroup").write_text('{"zarr_format": 2}')
    facts = {"format": 1, "rows": 1, "chunk": 1, "kind": "toys"}
    (path / ".zattrs").write_text(json.dumps(facts))
    with pytest.raises(errors.InputError, match="must be a store that twinsplice"):
        target_store.open_store(path)
    assert not (tmp_path / "ran").exists()
    # It is one that would run.
    pickle.loads((path / "codes/0").read_bytes())
    assert (tmp_path / "ran").exists()


def test_another_format_is_refused(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _create(tmp_path / "a.zarr")
    monkeypatch.setattr(target_store, "FORMAT", target_store.FORMAT + 1)
    with pytest.raises(
        errors.InputError, match=r"must be of format 2; got .* format 1"
    ):
        target_store.open_store(tmp_path / "a.zarr")


def test_without_zarr_the_remedy_is_named(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "zarr", None)
    with pytest.raises(errors.InputError, match=r"pip install 'twinsplice\[train\]'"):
        _create(tmp_path / "a.zarr")
