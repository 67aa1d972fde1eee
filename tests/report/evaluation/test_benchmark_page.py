"""The page of labelled variants: whole, alone, and true to its numbers."""

import dataclasses

import numpy as np
import pytest

from support import examples, markup
from twinsplice.evaluation import benchmark_cases, benchmark_statistics
from twinsplice.genome import regions
from twinsplice.report.evaluation import benchmark_page, benchmark_table

NAMES = ("runs/<b>/best", "cispliceai", "other/best")


def make_page(cases: benchmark_cases.Cases) -> str:
    evaluation = examples.benchmark(cases)
    return benchmark_page.page(
        evaluation,
        benchmark_statistics.of(evaluation),
        "twinsplice evaluate <run> & more",
        "2026-01-02",
    )


@pytest.mark.parametrize("count", [1, 2, 300])
@pytest.mark.parametrize("names", [NAMES[:1], NAMES, tuple("abcdefgh")])
def test_pages_of_any_size_are_closed_and_load_nothing(
    count: int, names: tuple[str, ...]
) -> None:
    text = make_page(examples.make_labelled(count, *names))
    markup.require_closed(text)
    for title in ("Models", "Figures", "Thresholds", "Worst misses"):
        assert f"<h2>{title}</h2>" in text
    assert ("<h3>Differences</h3>" in text) == (len(names) > 1)
    wide = text.count('<div class="wide"')
    assert wide == text.count('<div class="wide" tabindex="0" role="region"')


def test_what_tables_and_users_name_is_escaped() -> None:
    text = make_page(examples.make_labelled(40, *NAMES))
    for raw in ("<b>", "<v1", "<table>.", "<run>", "exon & "):
        assert raw not in text
    words = "".join(markup.read(text).words)
    for raw in ("<b>/best", "<v1", "<table>.tsv", "evaluate <run> & more", "exon & "):
        assert raw in words


def test_the_numbers_are_those_of_the_summary() -> None:
    cases = examples.make_labelled(200, *NAMES)
    summary = examples.benchmark(cases).summary
    text = make_page(cases)
    for of_model in (*summary.models.values(), *summary.differences.values()):
        for name in benchmark_table.MEASURES:
            assert f"<td>{benchmark_table.estimate(of_model[name])}</td>" in text
    for of_model in summary.models.values():
        for threshold in of_model["thresholds"].values():
            assert f"<td>{threshold['recall']:.3f}</td>" in text
    first = summary.models[NAMES[0]]
    assert f"<strong>{first['auroc']['value']:.3f}</strong>" in text
    assert f"<strong>{summary.counts['positives']}</strong>" in text
    assert "<dt>Not labelled</dt><dd>not measured: 3</dd>" in text
    assert "<dt>Not asked</dt><dd>other contig: 1,234</dd>" in text
    assert "200 variants (chr 2) in 50 groups" in text


def test_without_values_there_is_no_scatter() -> None:
    cases = examples.make_labelled(40)
    assert "Score of model over" in make_page(cases)
    labels = dataclasses.replace(cases.labels, value=np.full(40, np.nan))
    text = make_page(dataclasses.replace(cases, labels=labels))
    assert "Score of model over" not in text
    markup.require_closed(text)


def test_without_exons_there_is_no_distance() -> None:
    cases = examples.make_labelled(40)
    title = "by distance to the exon"
    assert title in make_page(cases)
    nowhere = np.full(40, regions.NO_SITE, dtype=np.int64)
    text = make_page(dataclasses.replace(cases, distance=nowhere))
    assert title not in text


def test_one_class_alone_makes_a_page() -> None:
    cases = examples.make_labelled(20)
    labels = dataclasses.replace(cases.labels, altered=np.zeros(20, dtype=bool))
    text = make_page(dataclasses.replace(cases, labels=labels))
    assert "not both of altered and unaltered variants" in text
    markup.require_closed(text)


def test_a_miss_has_every_models_score() -> None:
    cases = examples.make_labelled(30, "one", "two")
    (row, *_) = benchmark_statistics.misses(cases, altered=True)
    cells = "".join(
        f"<td>{cases.scores[name][0][row]:.3f}</td>" for name in ("one", "two")
    )
    assert f"<td>altered</td>{cells}</tr>" in make_page(cases)


def test_models_go_by_names_as_short_as_tells_them_apart() -> None:
    assert benchmark_page.short(["a/b/run1", "cispliceai"]) == {
        "a/b/run1": "run1",
        "cispliceai": "cispliceai",
    }
    assert benchmark_page.short(["a/x/run", "b/x/run", "run"]) == {
        "a/x/run": "a/x/run",
        "b/x/run": "b/x/run",
        "run": "run",
    }
