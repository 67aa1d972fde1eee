"""`config_files`: where --config stands, and what a settings file holds."""

import pathlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinsplice import errors
from twinsplice.settings import config_files

WORDS = ("score", "--mask", "-", "-o", "-", "-d", "7")


@given(at=st.integers(0, len(WORDS)), joined=st.booleans())
def test_a_file_is_named_anywhere_and_the_rest_stays(at: int, *, joined: bool) -> None:
    named = ("--config=x.toml",) if joined else ("--config", "x.toml")
    words = (*WORDS[:at], *named, *WORDS[at:])
    assert config_files.split(words) == (WORDS, pathlib.Path("x.toml"))


@pytest.mark.parametrize("named", [None, pathlib.Path("y.toml")])
def test_a_second_file_is_refused(named: pathlib.Path | None) -> None:
    again = () if named else ("--config", "y.toml")
    words = (*WORDS, "--config=x.toml", *again)
    with pytest.raises(errors.InputError, match="one file of settings"):
        config_files.split(words, named)


@pytest.mark.parametrize(
    "words",
    [WORDS, ("score", "--config"), ("score", "--", "--config", "x"), ("--configs=x",)],
)
def test_what_names_no_file_stays(words: tuple[str, ...]) -> None:
    assert config_files.split(words) == (words, None)


def test_tables_have_present_names_and_hints_say_which_were_former(
    tmp_path: pathlib.Path,
) -> None:
    path = tmp_path / "x.toml"
    path.write_text("[train]\nclip = 2.0\nsteps = 3\n")
    tables, hints = config_files.read(path)
    assert tables == {"train": {"grad_clip": 2.0, "steps": 3}}
    assert [hint.split(";")[0] for hint in hints] == ["clip is now grad-clip"]


@pytest.mark.parametrize("text", [None, "[train\n", "a=" + "[" * 3_000])
def test_what_is_no_toml_is_refused(tmp_path: pathlib.Path, text: str | None) -> None:
    path = tmp_path / "x.toml"
    if text is not None:
        path.write_text(text)
    with pytest.raises(errors.InputError, match="--config must name a TOML file"):
        config_files.read(path)
