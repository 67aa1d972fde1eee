"""What docs/reference/python.md says of the Python face holds; examples are typed.

That they run is tested in `tests/docs`.
"""

import contextlib
import io
import pathlib
import re
import shutil
from typing import Any

import polars as pl
import pytest
from mypy import api as mypy

import twinsplice
from twinsplice import data

ROOT = pathlib.Path(__file__).parents[1]
PAGES = [ROOT / "docs/reference" / name for name in ("python.md", "explain.md")]
TEXT = PAGES[0].read_text(encoding="utf-8")
CODE = re.compile(r"^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)


def examples() -> list[tuple[str, str]]:
    """Name and code of each example that a page has."""
    return [
        (f"{page.stem}_{number}", code)
        for page in PAGES
        for number, code in enumerate(CODE.findall(page.read_text(encoding="utf-8")))
    ]


def documented(method: str) -> dict[str, str]:
    """The columns that the page lists for a method, with their types."""
    section = TEXT.partition(f"\n### {method}\n")[2].partition("\n### ")[0]
    columns: dict[str, str] = {}
    for line in section.splitlines():
        if line.startswith("| `"):
            _, names, kinds, *_ = line.split("|")
            found = re.findall(r"`([^`]+)`", names)
            types = kinds.strip().split(", ")
            every = types * len(found) if len(types) == 1 else types
            columns |= dict(zip(found, every, strict=True))
    return columns


@pytest.fixture(scope="module")
def defined(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What is defined after the page's first example, run beside the demo's files."""
    folder = tmp_path_factory.mktemp("demo")
    for path in pathlib.Path(data.__file__).parent.glob("demo.*"):
        shutil.copy(path, folder)
    left: dict[str, Any] = {}
    name, code = examples()[0]
    with contextlib.chdir(folder), contextlib.redirect_stdout(io.StringIO()):
        exec(compile(code, name, "exec"), left)
    return left


def test_examples_are_typed(tmp_path: pathlib.Path) -> None:
    paths = []
    for name, code in examples():
        paths.append(tmp_path / f"{name}.py")
        paths[-1].write_text(code)
    assert len(paths) >= 5
    wrong = tmp_path / "wrong.py"
    wrong.write_text("import twinsplice\ntwinsplice.open(1, 'grch37').score(2)\n")
    settings = ["--strict", "--config-file", str(ROOT / "pyproject.toml")]
    told, failed, _ = mypy.run([*settings, *map(str, [*paths, wrong])])
    errors = [line for line in told.splitlines() if ": error: " in line]
    # Only what is wrong on purpose: the package is typed.
    assert failed == "", failed
    assert len(errors) == 2, told
    assert all("wrong.py:2" in line for line in errors), told


def test_columns_are_those_of_the_frames(defined: dict[str, Any]) -> None:
    for method, name in {
        "score": "scores",
        "scan": "exon",
        "consequences": "effects",
        "explain": "bases",
    }.items():
        frame = defined[name]
        assert isinstance(frame, pl.DataFrame)
        schema = {name: str(kind) for name, kind in frame.schema.items()}
        assert list(documented(method).items()) == list(schema.items())
        assert frame.height > 0


def test_every_method_is_listed() -> None:
    for name in ("score", "score_vcf", "scan", "plot", "explain", "consequences"):
        assert f"`Scorer.{name}(" in TEXT
        assert callable(getattr(twinsplice.Scorer, name))
    for name in ("delta", "profile"):
        assert f"`Model.{name}" in TEXT
        assert callable(getattr(twinsplice.Model, name))
        assert callable(getattr(twinsplice.Scorer, name))
