"""`drafts`: an output appears whole, with what lies beside it, or not at all."""

import concurrent.futures
import fcntl
import os
import pathlib
import subprocess
import sys

import pytest

from twinsplice import errors
from twinsplice.io import drafts

ROOT = pathlib.Path(__file__).parents[2]


def _names(folder: pathlib.Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_an_output_and_its_companions_appear_at_the_end(
    tmp_path: pathlib.Path,
) -> None:
    path = tmp_path / "out.vcf"
    path.write_text("older")
    with drafts.publishing(path) as draft:
        draft.write_text("newer")
        draft.with_name("out.vcf.tbi").write_text("index")
        assert path.read_text() == "older"
    assert path.read_text() == "newer"
    assert _names(tmp_path) == ["out.vcf", "out.vcf.tbi"]


def test_after_an_error_all_is_as_before(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "out.vcf"
    path.write_text("older")

    def interrupted() -> None:
        with drafts.publishing(path) as draft:
            draft.write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert path.read_text() == "older"
    assert _names(tmp_path) == ["out.vcf"]


def test_a_companion_that_cannot_be_moved_costs_no_output(
    tmp_path: pathlib.Path,
) -> None:
    (tmp_path / "out.vcf.gz.tbi").mkdir()
    with drafts.publishing(tmp_path / "out.vcf.gz") as draft:
        draft.write_text("whole")
        draft.with_name("out.vcf.gz.tbi").write_text("index")
    assert (tmp_path / "out.vcf.gz").read_text() == "whole"
    assert _names(tmp_path) == ["out.vcf.gz", "out.vcf.gz.tbi"]


def test_a_link_stays_and_its_file_is_replaced(tmp_path: pathlib.Path) -> None:
    (tmp_path / "file").write_text("older")
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "file")
    with drafts.publishing(link) as draft:
        draft.write_text("newer")
    assert link.is_symlink()
    assert (tmp_path / "file").read_text() == "newer"


@pytest.mark.parametrize("name", [".", "none/out", "x" * 240])
def test_a_place_that_cannot_be_is_refused(tmp_path: pathlib.Path, name: str) -> None:
    with pytest.raises(errors.InputError), drafts.publishing(tmp_path / name):
        pytest.fail("there is nothing to write to")
    assert _names(tmp_path) == []


def test_devices_and_pipes_are_special(tmp_path: pathlib.Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "file").touch()
    special = ("/dev/null", "pipe", "file", ".", "none")
    assert [drafts.is_special(tmp_path / name) for name in special] == [
        *(True, True, False, False, False)
    ]


def test_a_check_leaves_nothing_and_refuses_a_missing_folder(
    tmp_path: pathlib.Path,
) -> None:
    drafts.check(tmp_path / "out.vcf")
    assert _names(tmp_path) == []
    with pytest.raises(errors.InputError, match="needs a folder"):
        drafts.check(tmp_path / "none" / "out.vcf")


def _left(path: pathlib.Path) -> pathlib.Path:
    """The hidden folder of an output that its process was killed at."""
    program = (
        "import os, pathlib, signal, sys\n"
        "from twinsplice.io import drafts\n"
        "with drafts.publishing(pathlib.Path(sys.argv[1])) as draft:\n"
        "    draft.write_text('half')\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    before = set(path.parent.iterdir())
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    subprocess.run(
        [sys.executable, "-c", program, str(path)], env=environment, check=False
    )
    (made,) = set(path.parent.iterdir()) - before
    assert made.name.endswith(".partial")
    assert (made / path.name).read_text() == "half"
    return made


def test_what_a_killed_run_has_left_goes_with_the_next_of_the_same_output(
    tmp_path: pathlib.Path,
) -> None:
    """Not what others write, or have left, or what only looks like it."""
    path = tmp_path / "out.vcf"
    left, others = _left(path), _left(tmp_path / "out.vcf.gz")
    for name in (".out.vcf.mine.partial", ".out.vcf.ABCDEFGH.partial", "out.partial"):
        (tmp_path / name).mkdir()
    with drafts.publishing(path) as neighbour:
        assert not left.exists()
        neighbour.write_text("first")
        with drafts.publishing(path) as draft:
            draft.write_text("second")
        assert path.read_text() == "second"
        # The other run of the same output is not disturbed.
        assert neighbour.read_text() == "first"
        drafts.check(path)
        assert neighbour.exists()
    assert path.read_text() == "first"
    assert others.exists()
    assert len(_names(tmp_path)) == 5


def test_without_locks_nothing_is_swept(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on some network file systems."""
    (tmp_path / ".out.abcdefgh.partial").mkdir()

    def unknown(*_: object) -> None:
        raise OSError(37, "No locks available")

    monkeypatch.setattr(fcntl, "flock", unknown)
    with drafts.publishing(tmp_path / "out") as draft:
        draft.write_text("whole")
    assert _names(tmp_path) == [".out.abcdefgh.partial", "out"]


def test_runs_at_once_all_end(tmp_path: pathlib.Path) -> None:
    """However often one sweeps between another's folder and its lock."""

    def write(number: int) -> None:
        for _ in range(20):
            with drafts.publishing(tmp_path / "out") as draft:
                draft.write_text(str(number))

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    assert _names(tmp_path) == ["out"]
    assert (tmp_path / "out").read_text() in "0123"
