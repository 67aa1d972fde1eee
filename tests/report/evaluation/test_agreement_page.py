"""The page of an agreement: whole, closed, alone, and true to its numbers."""

import pytest

from support import examples, markup
from twinsplice.evaluation import agreement_statistics
from twinsplice.report.evaluation import agreement_page


def make_page(count: int, *, quantiles: bool = True) -> str:
    cases = examples.make_cases(count, quantiles=quantiles)
    evaluation = examples.evaluation(cases)
    return agreement_page.page(
        evaluation,
        agreement_statistics.of(evaluation),
        "twinsplice evaluate <run> & more",
        "2026-01-02",
    )


@pytest.mark.parametrize("count", [0, 1, 2, 400])
def test_pages_of_any_size_are_closed_and_load_nothing(count: int) -> None:
    markup.require_closed(make_page(count))


def test_equal_numbers_give_an_equal_page() -> None:
    assert make_page(50) == make_page(50)


def test_what_users_name_is_escaped() -> None:
    text = make_page(30)
    for raw in ("<b>", "<script>", "<GENE", "<run>"):
        assert raw not in text
    words = "".join(markup.read(text).words)
    for raw in ("<b> & c.zarr", "alert(1)", "<GENE & co>", "evaluate <run> & more"):
        assert raw in words


def test_no_variants_are_named_and_not_drawn() -> None:
    text = make_page(0)
    assert "<svg" not in text
    assert text.count('<p class="none">no variants</p>') == 8


def test_a_model_without_quantiles_has_no_intervals() -> None:
    text = make_page(30, quantiles=False)
    assert "gives no intervals" in text
    assert "no variants" not in text
    assert "gives no intervals" not in make_page(30)


def test_tables_say_that_they_scroll_and_have_n() -> None:
    text = make_page(400)
    tables = text.count("<table>")
    assert text.count('<div class="wide" tabindex="0" role="region"') == tables
    # All but that of precision and recall, whose three columns always fit.
    assert text.count("columns: scroll sideways") == tables - 1
    assert text.count('<th scope="col">n</th>') == tables - 1
