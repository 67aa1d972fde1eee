"""Refusals in the page's words: whatever an error says, no flag and no file is left."""

import ast
import pathlib
import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

import twinsplice
from twinsplice import errors
from twinsplice.web.words import plain_words

SOURCE = pathlib.Path(twinsplice.__file__).parent
FLOORS = ("api", "base_models", "engine", "io", "predictors", "scoring")
"""Whose errors a request can meet."""
FOREIGN = re.compile(r"(?<![\w-])--[a-z]|\.fai|\btwinsplice [a-z]|\(-d\)")


def _texts() -> Iterator[str]:
    """Every text of the floors that names a flag, with a number for what it holds."""
    for floor in FLOORS:
        for path in (SOURCE / floor).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.keyword) and node.arg == "remedy":
                    yield from _of(node.value)


def _of(node: ast.expr) -> Iterator[str]:
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    said = [
        str(part.value) if isinstance(part, ast.Constant) else "12" for part in parts
    ]
    if FOREIGN.search("".join(said)):
        yield "".join(said)


REMEDIES = sorted(set(_texts()))


def test_there_are_remedies_to_put_otherwise() -> None:
    assert len(REMEDIES) > 10


@pytest.mark.parametrize("remedy", REMEDIES)
def test_no_remedy_tells_of_the_command_line(remedy: str) -> None:
    error = errors.InputError("--map must be a file", got="x", remedy=remedy)
    said = plain_words.of(error)
    assert not FOREIGN.search(str(said))
    assert said.remedy


@pytest.mark.parametrize(
    ("remedy", "said"),
    [
        ("give --distance (-d) 600 or more", "search 600 bases or more on each side"),
        (
            "give --intergenic, or check the variant, its build and the annotation",
            "check the variant, and which genome it is on",
        ),
        ("lower --max-memory-gb, or --distance", "search fewer bases on each side"),
        ("copy it again; if it is whole, delete /a b/x.fa.fai", plain_words.ASK),
        ("set --unheard-of 5", plain_words.ASK),
    ],
)
def test_what_a_visitor_can_do_is_said(remedy: str, said: str) -> None:
    error = errors.InputError("rule", got="got", remedy=remedy)
    assert plain_words.of(error).remedy == said


@pytest.mark.parametrize(
    "path", ["/data/GRCh38.fa", "GRCh38.fa.gz", "../x/genes.gtf", "/a/b.fa.gz.fai"]
)
def test_no_file_is_named(path: str) -> None:
    error = errors.InputError("rule", got=f"{path}, which is old", remedy="wait")
    assert plain_words.of(error).got == "a file, which is old"


@given(
    st.sampled_from(
        [
            *("17-43090943-C-T", "NM_007294.4:c.4185+1G>A", "BRCA1:c.68_69del"),
            *("chr7:117,559,590 A>G", "NC_000017.11:g.43090943C>T", "/etc/passwd"),
        ]
    )
)
def test_what_was_asked_stays(variant: str) -> None:
    error = errors.InputError("rule", got=f"{variant}: why", remedy="check it")
    assert plain_words.of(error).got == error.got
