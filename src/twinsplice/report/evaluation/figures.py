"""A figure of a report: drawing, title, note and table."""

import dataclasses


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A figure of a report.

    Attributes:
        title: Its title.
        note: Its legend, with the number of variants.
        drawing: SVG; empty without data.
        absent: The message shown without data.
        columns: Names of the columns of `rows`.
        rows: The drawn numbers, as text.
    """

    title: str
    note: str
    drawing: str = ""
    absent: str = "no variants"
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
