"""`kept_work`: one run at a time has an output's folder, and it goes when done."""

import errno
import fcntl
import os
import pathlib
import shutil

import pytest

from twinsplice.io.kept import kept_work


def _hold(output: pathlib.Path, *, make: bool = True) -> kept_work.KeptWork:
    work = kept_work.hold(output, make=make)
    assert work is not None
    return work


def test_nothing_is_made_where_nothing_is_looked_for(tmp_path: pathlib.Path) -> None:
    assert kept_work.hold(tmp_path / "out", make=False) is None
    assert not list(tmp_path.iterdir())


def test_what_is_left_is_there_for_the_next_run_until_it_is_done(
    tmp_path: pathlib.Path,
) -> None:
    output = tmp_path / "out"
    work = _hold(output)
    (work.folder / "part").write_text("done")
    (work.folder / "parts").mkdir()
    work.leave()
    again = _hold(output, make=False)
    assert (again.folder / "part").read_text() == "done"
    again.clear()
    assert [path.name for path in again.folder.iterdir()] == ["lock"]
    (again.folder / "part").touch()
    again.remove()
    assert not list(tmp_path.iterdir())


def test_an_empty_folder_is_not_left(tmp_path: pathlib.Path) -> None:
    _hold(tmp_path / "out").leave()
    assert not list(tmp_path.iterdir())


def test_one_run_at_a_time_has_it(tmp_path: pathlib.Path) -> None:
    work = _hold(tmp_path / "out")
    (work.folder / "part").touch()
    for make in (True, False):
        with pytest.raises(BlockingIOError):
            kept_work.hold(tmp_path / "out", make=make)
    _hold(tmp_path / "other").remove()
    work.leave()
    _hold(tmp_path / "out").remove()


def test_a_folder_that_goes_while_it_is_locked_is_not_used(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its run has ended in between."""
    output = tmp_path / "out"
    first, flock = _hold(output), fcntl.flock
    (first.folder / "part").touch()
    first.leave()

    def late(opened: int, how: int) -> None:
        monkeypatch.setattr(fcntl, "flock", flock)
        shutil.rmtree(first.folder)
        flock(opened, how)

    monkeypatch.setattr(fcntl, "flock", late)
    assert kept_work.hold(output, make=False) is None
    first = _hold(output)
    (first.folder / "part").touch()
    first.leave()
    monkeypatch.setattr(fcntl, "flock", late)
    work = _hold(output)
    assert not (work.folder / "part").exists()
    with pytest.raises(BlockingIOError):
        kept_work.hold(output, make=True)
    work.remove()


def test_without_locks_it_is_used_all_the_same(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on some network file systems: its files have checksums."""

    def unknown(*_: object) -> None:
        raise OSError(37, "No locks available")

    monkeypatch.setattr(fcntl, "flock", unknown)
    _hold(tmp_path / "out").remove()


def test_the_folder_of_a_link_is_that_of_its_file(tmp_path: pathlib.Path) -> None:
    (tmp_path / "in").mkdir()
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "in" / "out")
    assert kept_work.folder_of(link) == tmp_path / "in" / ".out.parts"


def test_what_is_not_there_is_synced_in_silence(tmp_path: pathlib.Path) -> None:
    kept_work.sync(tmp_path)
    kept_work.sync(tmp_path / "none")


def test_a_disk_with_room_for_a_folder_only_keeps_neither(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "open", full)
    with pytest.raises(OSError, match="No space"):
        kept_work.hold(tmp_path / "out", make=True)
    assert not list(tmp_path.iterdir())
