"""Pages: templates that are there, and files written as they are."""

import pathlib

import jinja2
import pytest

from twinsplice.report import pages


def test_a_template_that_lacks_a_value_is_no_page() -> None:
    with pytest.raises(jinja2.UndefinedError, match="title"):
        pages.rendered("page.html", {})


def test_a_page_is_written_in_unicode(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "page.html"
    pages.write(path, "Δ ≥ 0.2")
    assert path.read_bytes() == "Δ ≥ 0.2".encode()
