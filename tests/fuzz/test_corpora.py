"""What fuzzing began with and has found, read again: taken, or refused in a line."""

import pathlib

import pytest

from support import readers

FOLDER = pathlib.Path(__file__).parent
FILES = sorted(path for path in FOLDER.glob("*/*") if path.parent.name != "__pycache__")
_LARGEST = 6_000


def test_every_reader_has_a_small_corpus() -> None:
    assert {path.parent.name for path in FILES} == set(readers.READERS)
    assert all(path.stat().st_size <= _LARGEST for path in FILES)


@pytest.mark.parametrize("name", readers.READERS)
def test_a_reader_takes_its_seeds_and_refuses_the_rest_in_a_line(name: str) -> None:
    for path in sorted((FOLDER / name).iterdir()):
        refusal = readers.answer(name, path.read_bytes())
        assert not (refusal and path.name.startswith("seed")), refusal
