"""Where tests and what they share live."""

import ast
import pathlib
from collections.abc import Iterator

import pytest

TESTS = pathlib.Path(__file__).parent
FILES = sorted(TESTS.rglob("*.py"))


def _imported(path: pathlib.Path) -> Iterator[str]:
    """Yield the dotted names of all that a file imports."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _is_test(name: str) -> bool:
    parts = name.split(".")
    return parts[0] != "twinsplice" and any(
        part.startswith("test_") or part == "conftest" for part in parts
    )


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(TESTS)))
def test_no_test_imports_a_test(path: pathlib.Path) -> None:
    assert not [name for name in _imported(path) if _is_test(name)]


def test_an_import_of_a_test_is_seen(tmp_path: pathlib.Path) -> None:
    source = tmp_path / "x.py"
    source.write_text("from models import test_dilated\nimport support.vcf\n")
    assert [_is_test(name) for name in _imported(source)] == [True, False]


def test_helpers_are_in_support() -> None:
    tests = [path for path in FILES if not path.name.startswith("test_")]
    others = {path.name for path in tests if path.parent.name != "support"}
    assert others == {"conftest.py"}
