"""What stands above the panels of a picture."""

from twinsplice.report import drawing, genome_panels, headings


def test_parts_of_a_line_keep_its_colour() -> None:
    lines = ["title " * 12, "second " * 12, "third"]
    text, colours = headings.wrapped(
        lines, [drawing.INK, drawing.SPOT, drawing.INK], genome_panels.NARROW
    )
    assert " ".join(text).split() == " ".join(lines).split()
    assert max(map(len, text)) <= 51
    for part, colour in zip(text, colours, strict=True):
        assert colour == (drawing.SPOT if "second" in part else drawing.INK)


def test_lines_without_a_colour_are_soft() -> None:
    text, colours = headings.wrapped(["title", "more"], [], genome_panels.WIDTH)
    assert text == ["title", "more"]
    assert colours == [drawing.SOFT] * 2
