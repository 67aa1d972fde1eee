"""Tables in the READMEs are those of the committed results; named tests exist."""

import json
import pathlib
import re
from types import ModuleType

import pytest
from benchmarks import pages
from benchmarks.ablation import table as ablation
from benchmarks.accuracy import table as accuracy
from benchmarks.faults import kills
from benchmarks.large import run as large
from benchmarks.processors import run as processors
from benchmarks.scale import cost_tables as costs
from benchmarks.score import table as score
from benchmarks.truth import interpretation_page
from benchmarks.truth import table as truth


@pytest.mark.parametrize("of", [ablation, accuracy, costs, score, truth])
def test_a_table_is_that_of_its_results(of: ModuleType) -> None:
    for path, text in of.texts().items():
        assert pages.found(of.NAME, path.read_text(encoding="utf-8")) == text


@pytest.mark.parametrize(
    ("name", "of"), [("large", large), ("processors", processors), ("kills", kills)]
)
def test_a_table_of_promises_is_that_of_its_results(name: str, of: ModuleType) -> None:
    results = json.loads(of.RESULTS.read_text(encoding="utf-8"))
    page = of.PAGE.read_text(encoding="utf-8")
    assert pages.found(name, page) == of.table(results)


def test_what_a_score_means_is_that_of_its_results() -> None:
    results = json.loads(interpretation_page.RESULTS.read_text(encoding="utf-8"))
    page = interpretation_page.PAGE.read_text(encoding="utf-8")
    for name, text in interpretation_page.tables(results).items():
        assert pages.found(name, page) == text
    readme = truth.OWN.read_text(encoding="utf-8")
    assert pages.found("default", readme) == interpretation_page.rankings(results)


def test_what_stands_between_markers_is_replaced(tmp_path: pathlib.Path) -> None:
    page = "a\n<!-- x:start -->\n{}\n<!-- x:end -->\nb\n"
    path = tmp_path / "README.md"
    path.write_text(page.format(""), encoding="utf-8")
    for text in ("| old |", "| new |\n| 1 |"):
        pages.write("x", {path: text})
        assert path.read_text(encoding="utf-8") == page.format(text)
    with pytest.raises(ValueError, match="must hold <!-- y:start -->"):
        pages.found("y", page)


@pytest.mark.parametrize("page", ["KNOWN_ISSUES.md", "docs/reliability.md"])
def test_tests_that_pin_issues_and_promises_exist(page: str) -> None:
    text = pathlib.Path(page).read_text(encoding="utf-8")
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", text)
    assert named
    for path, name in named:
        source = pathlib.Path(path).read_text(encoding="utf-8")
        assert (f"def {name}(" if name else "def test_") in source
