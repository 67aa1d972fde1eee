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
