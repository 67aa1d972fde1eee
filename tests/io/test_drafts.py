"""`drafts`: an output appears whole, with what lies beside it, or not at all."""

import os
import pathlib

import pytest

from twinsplice import errors
from twinsplice.io import drafts


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
