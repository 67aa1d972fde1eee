"""A figure of a report: a drawing and what is written about it."""

import dataclasses


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A drawing and what is written about it.

    Attributes:
        title: What is shown.
        note: How it is shown, and of how many variants.
        drawing: SVG; empty if there is nothing to show.
        absent: What there is none of, if so.
        columns: Names of the columns of `rows`.
        rows: The numbers that are drawn, as text.
    """

    title: str
    note: str
    drawing: str = ""
    absent: str = "no variants"
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
