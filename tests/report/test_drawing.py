"""Drawings: SVG of the page's own colours and font, the same for the same numbers."""

import pathlib
import re
import threading

from support import markup
from twinsplice.report import drawing


def example(name: str = "one", title: str = "A title") -> str:
    with drawing.styled():
        plane = drawing.plane("x $a$", "<b> & y", keys=["_key <i>"])
        (line,) = plane.plot([0, 1], [0, 1], gid="curve", **drawing.series(2))
        plane.scatter([0.5], [0.5], color=drawing.INK, gid="points")
        drawing.guide(plane)
        drawing.guide(plane, 0.5)
        drawing.counts(plane, [0.2, 0.4], [1, 2000])
        drawing.legend(plane, {"_key <i>": line})
    return drawing.svg(plane, name, title, {"points": ["<hint>"]})


def test_equal_numbers_give_equal_bytes() -> None:
    assert example() == example()


def test_colours_are_the_pages() -> None:
    assert not re.search(r"#[0-9a-f]{6}", example())
    assert "stroke: var(--series-2)" in example()


def test_every_variable_is_in_the_style_sheet() -> None:
    folder = pathlib.Path(drawing.__file__).parent
    text = (folder / "templates" / "style.css").read_text(encoding="utf-8")
    light, dark = text.split("prefers-color-scheme: dark")
    single = (drawing.INK, drawing.SOFT, drawing.RULE, drawing.SPOT)
    assert all(
        colour in light for colour in (*drawing.SERIES, *drawing.SHADES, *single)
    )
    names = set(re.findall(r"(--[\w-]+):", light))
    assert names == set(re.findall(r"(--[\w-]+):", dark))
    assert set(re.findall(r"var\((--[\w-]+)\)", example())) <= names


def test_text_is_text_escaped_and_in_the_pages_font() -> None:
    svg = example(title="<b> & more")
    words = "".join(markup.read(svg).words)
    for raw in ("x $a$", "<b> & y", "_key <i>", "<hint>", "<b> & more", "2,000"):
        assert raw in words
    assert "font-family" not in svg
    assert "DejaVu" not in svg


def test_two_drawings_of_a_page_share_no_id() -> None:
    markup.require_closed(f"<div>{example('one')}{example('two')}</div>")
    assert 'aria-labelledby="one-title"' in example("one")


def test_a_legend_keeps_within_its_width() -> None:
    lines = drawing.wrapped("model-" * 30).splitlines()
    assert len(lines) > 3
    assert max(map(len, lines)) <= 44
    assert drawing.wrapped("") == " "
    assert drawing.wrapped("a\x01b") == "a?b"


def test_series_beyond_the_style_sheets_begin_again() -> None:
    again = len(drawing.SERIES) + 1
    assert drawing.series(again) == drawing.series(1)
    assert drawing.series(2) != drawing.series(1)


def test_threads_draw_one_after_the_other() -> None:
    entered = threading.Event()

    def second() -> None:
        with drawing.styled():
            entered.set()

    thread = threading.Thread(target=second)
    with drawing.styled():
        thread.start()
        assert not entered.wait(0.05)
    thread.join()
    assert entered.is_set()
