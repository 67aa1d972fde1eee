"""`standard_streams`: closed or full, they cost no result."""

import os
import pathlib
import subprocess
import sys

import pytest

from twinsplice import standard_streams

ROOT = pathlib.Path(__file__).parents[1]
PROGRAM = """
import os, sys
from twinsplice import standard_streams
standard_streams.secure()
first = os.open(os.devnull, os.O_RDONLY)
sys.stderr.write("a message\\n")
sys.stderr.flush()
is_closed = isinstance(sys.stdout, standard_streams.Closed)
sys.exit(0 if first > 2 and is_closed == (len(sys.argv) > 1) else 5)
"""


@pytest.mark.parametrize(
    ("redirection", "words"),
    [("2>&-", ""), ("2>/dev/full", ""), ("<&- 2>&-", ""), ("<&- >&- 2>&-", "x")],
)
def test_streams_that_are_closed_or_full_harm_nothing(
    redirection: str, words: str
) -> None:
    """No file that is opened later takes a stream's number."""
    done = subprocess.run(
        ["sh", "-c", f'"$0" -c "$1" {words} {redirection}', sys.executable, PROGRAM],
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
        check=False,
    )
    assert done.returncode == 0


def test_messages_are_passed_on_at_once(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "log"
    number = os.open(path, os.O_CREAT | os.O_WRONLY)
    stream = standard_streams.forgiving(number)
    stream.write("caf\xe9 \udcff\n")
    assert path.read_bytes() == "caf\xe9 \\udcff\n".encode()
    os.close(number)
    stream.write("lost\n")
    stream.flush()
