"""`cache`: where it is, when an entry is found again, and whole files only."""

import os
import pathlib

import pytest

from twinsplice.io import cache


def test_the_folder_follows_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path
) -> None:
    monkeypatch.setenv("TWINSPLICE_CACHE", str(tmp_path / "own"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "shared"))
    assert cache.folder() == tmp_path / "own"
    monkeypatch.delenv("TWINSPLICE_CACHE")
    assert cache.folder() == tmp_path / "shared" / "twinsplice"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache.folder() == tmp_path / ".cache" / "twinsplice"


def test_a_user_without_a_home_has_nothing_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As in a container that is run under a number that no user has."""

    def unknown() -> pathlib.Path:
        raise RuntimeError("Could not determine home directory.")

    for name in ("TWINSPLICE_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(pathlib.Path, "home", unknown)
    path = cache.folder() / "kind" / "file"
    assert not cache.is_there(path)
    with pytest.raises(OSError, match="Not a directory"), cache.replacing(path):
        pytest.fail("there is nowhere to write to")


def test_what_another_user_keeps_to_himself_is_not_there(
    monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path
) -> None:
    path = tmp_path / "file"
    path.touch()
    assert cache.is_there(path)
    assert not cache.is_there(tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr(os, "access", lambda *_: False)
        assert not cache.is_there(path)

    def forbidden(*_: object, **__: object) -> None:
        raise PermissionError

    monkeypatch.setattr(pathlib.Path, "is_file", forbidden)
    assert not cache.is_there(path)


def test_an_entry_is_another_once_its_file_is_written_to(
    tmp_path: pathlib.Path,
) -> None:
    """Whatever is done to look as before."""
    source = tmp_path / "file"
    source.write_text("one")
    first, times = cache.entry("kind", source), source.stat()
    source.write_text("two")
    os.utime(source, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert cache.entry("kind", source) != first


def test_an_entry_belongs_to_one_version_of_a_file(tmp_path: pathlib.Path) -> None:
    source = tmp_path / "file"
    source.write_text("one")
    first = cache.entry("kind", source, 1)
    assert cache.entry("kind", source, 1) == first
    assert cache.entry("kind", source, 2) != first
    os.utime(source, ns=(0, 0))
    assert cache.entry("kind", source, 1) != first


def test_a_failed_write_leaves_the_old_file(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "folder" / "file"
    with cache.replacing(path) as draft:
        draft.write_text("old")

    def fail() -> None:
        with cache.replacing(path) as draft:
            draft.write_text("half")
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert path.read_text() == "old"
    assert list(path.parent.iterdir()) == [path]


def test_what_a_killed_process_has_left_goes_after_a_day(
    tmp_path: pathlib.Path,
) -> None:
    left, fresh = (tmp_path / f".tmp-{digit * 12}-file" for digit in "0a")
    other = tmp_path / ".tmp-000000000000-others"
    for path in (left, fresh, other):
        path.touch()
    for path in (left, other):
        os.utime(path, (1, 1))
    with cache.replacing(tmp_path / "file") as draft:
        draft.write_text("whole")
    assert not left.exists()
    assert fresh.exists()
    assert other.exists()
