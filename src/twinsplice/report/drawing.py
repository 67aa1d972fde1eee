"""Drawings by matplotlib, as SVG within a page.

Colours become variables of the page's style sheet, so that a drawing suits light and
dark themes; text stays text, in the page's font. Equal numbers give equal bytes.
"""

import contextlib
import io
import re
import textwrap
import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from xml.etree import ElementTree as ET

import matplotlib as mpl
from matplotlib import artist, axes, figure

Number = int | float

WIDTH = 360
"""Width of a drawing (pt): that of a phone, on which text then keeps its size."""
INK, SOFT, RULE, PAGE, SPOT = "#1b1f24", "#57606a", "#d8dee4", "#ffffff", "#ffd54f"
SERIES = ("#0072b2", "#c24e00", "#00795a", "#a6417a", "#7a6200", "#58616b")
"""Okabe and Ito's colours, darkened for contrast; further series reuse them."""
SHADES = ("#d6e6f4", "#abd0e6", "#6aaed6", "#3787c0", "#105ba4", "#08306b")
"""Colours of squares, from few variants to many."""
DASHES = ((), (4, 1.5), (1.5, 1), (4.5, 1.5, 1, 1.5), (0.5, 1.5), (7, 2))
"""Dashes of each series, in line widths; none for a solid line."""
MARKS = ("o", "s")
"""Markers of odd and of even series."""
COUNTS = 38
"""Space above the axes (pt) that `counts` needs."""

_VARIABLES = {
    colour: f"var(--{name})"
    for name, colour in (
        *{
            "ink": INK,
            "soft": SOFT,
            "rule": RULE,
            "page": PAGE,
            "spot": SPOT,
        }.items(),
        *((f"series-{number}", colour) for number, colour in enumerate(SERIES, 1)),
        *((f"shade-{number}", colour) for number, colour in enumerate(SHADES, 1)),
    )
}
_STYLE: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "twinsplice",
    "font.family": "DejaVu Sans",
    "font.size": 11.5,
    # A dollar in a name is a dollar.
    "text.parse_math": False,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.labelsize": 12,
    "axes.edgecolor": SOFT,
    "axes.linewidth": 1,
    "axes.facecolor": "none",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "grid.color": RULE,
    "grid.linewidth": 0.8,
    "xtick.color": SOFT,
    "ytick.color": SOFT,
    "figure.facecolor": "none",
    "legend.frameon": False,
    "legend.fontsize": 11.5,
    "legend.handlelength": 2.4,
    "legend.borderpad": 0,
    "legend.borderaxespad": 0,
    "legend.labelspacing": 0.35,
}
# Metadata that matplotlib would add, such as the date.
_METADATA = ("Creator", "Date", "Format", "Type")
_LEFT, _RIGHT, _TOP, _BELOW = 46, 12, 14, 44
_KEY_HEIGHT, _KEY_WIDTH = 18, 44


_ALONE = threading.RLock()
"""matplotlib's style is one for all threads."""


@contextlib.contextmanager
def styled() -> Iterator[None]:
    """Apply the common style within a block or a decorated function.

    Other threads wait for its end.
    """
    with _ALONE, mpl.rc_context(_STYLE):
        yield


def canvas(height: Number) -> figure.Figure:
    """Return an empty drawing, `WIDTH` by `height` (pt)."""
    return figure.Figure(figsize=(WIDTH / 72, height / 72))


def plane(
    x_title: str,
    y_title: str,
    *,
    keys: Sequence[str] = (),
    above: Number = 0,
    below: Number = _BELOW,
    plot_height: Number = 270,
) -> axes.Axes:
    """Return axes from 0 to 1 with space for titles and for a legend.

    Args:
        x_title: Title of x, with its unit.
        y_title: Title of y, with its unit.
        keys: Entries of the legend; see `legend`.
        above: Further space above the axes (pt).
        below: Space below the axes (pt).
        plot_height: Height of the axes (pt).
    """
    lines = sum(key.count("\n") + 1 for key in map(wrapped, keys))
    top = _TOP + above + _KEY_HEIGHT * lines
    height = top + plot_height + below
    panel = canvas(height).add_axes(
        (
            _LEFT / WIDTH,
            below / height,
            (WIDTH - _LEFT - _RIGHT) / WIDTH,
            plot_height / height,
        ),
        xlim=(0, 1),
        ylim=(0, 1),
        xlabel=x_title,
        ylabel=y_title,
    )
    panel.tick_params(axis="y", length=0)
    return panel


def wrapped(words: str) -> str:
    """Return text wrapped to the width of a legend."""
    printable = "".join(letter if letter.isprintable() else "?" for letter in words)
    return "\n".join(textwrap.wrap(printable, _KEY_WIDTH)) or " "


def legend(plane: axes.Axes, keys: Mapping[str, artist.Artist]) -> None:
    """Draw a legend above the axes, one entry a line.

    Args:
        plane: The axes, made with these keys.
        keys: The mark of each entry.
    """
    sheet = plane.figure
    assert isinstance(sheet, figure.Figure)
    sheet.legend(
        list(keys.values()),
        [wrapped(key) for key in keys],
        loc="upper left",
        bbox_to_anchor=(0.015, 1 - 2 / (sheet.get_figheight() * 72)),
    )


def guide(plane: axes.Axes, value: Number | None = None) -> None:
    """Draw a dashed line across the axes: horizontal, or the diagonal.

    Args:
        plane: The axes.
        value: Height of the line; the diagonal if not given.
    """
    dashed: dict[str, Any] = {
        "color": SOFT,
        "linewidth": 1,
        "linestyle": (0, (5, 4)),
        "zorder": 1.5,
    }
    if value is None:
        plane.axline((0, 0), slope=1, **dashed)
    else:
        plane.axhline(value, **dashed)


def counts(plane: axes.Axes, places: Sequence[Number], n: Sequence[int]) -> None:
    """Write the number of rows of each place above the axes, made with `COUNTS`."""
    for place, count in zip(places, n, strict=True):
        plane.annotate(
            f"{count:,}",
            (place, 1),
            (0, 8),
            xycoords=("data", "axes fraction"),
            textcoords="offset points",
            rotation=90,
            ha="center",
            va="bottom",
            fontsize=9.5,
            color=SOFT,
            gid="count",
        )
    plane.annotate(
        "n",
        (0, 1),
        (-12, 8),
        xycoords="axes fraction",
        textcoords="offset points",
        ha="right",
        va="bottom",
        fontsize=9.5,
        color=SOFT,
    )


def series(number: int) -> dict[str, Any]:
    """Return the line style of the n-th series, from 1."""
    place = (number - 1) % len(SERIES)
    return {"color": SERIES[place], "dashes": DASHES[place], "linewidth": 2}


def mark(number: int) -> dict[str, Any]:
    """Return the marker style of the n-th series, from 1."""
    return {
        "color": SERIES[(number - 1) % len(SERIES)],
        "marker": MARKS[(number - 1) % len(MARKS)],
        "markersize": 7,
        "markeredgecolor": PAGE,
        "markeredgewidth": 0.6,
        "linestyle": "none",
    }


def svg(
    plane: axes.Axes | figure.Figure,
    name: str,
    title: str,
    hints: Mapping[str, Sequence[str]] | None = None,
) -> str:
    """Return a drawing as an SVG element of a page.

    Artists with a gid become groups of that class.

    Args:
        plane: The drawing, or its only axes.
        name: Its name, unique within the page: letters, digits and hyphens.
        title: Title for screen readers.
        hints: For a gid, the tooltip of each of the artist's marks.
    """
    sheet = plane if isinstance(plane, figure.Figure) else plane.figure
    assert isinstance(sheet, figure.Figure)
    with styled(), io.StringIO() as text:
        sheet.savefig(text, format="svg", metadata=dict.fromkeys(_METADATA))
        root = _without_namespaces(ET.fromstring(text.getvalue()))
    for group, words in (hints or {}).items():
        _hint(root, group, words)
    _classes_for_ids(root, name)
    _tidy(root)
    heading = ET.Element("title", {"id": f"{name}-title"})
    heading.text = title
    root.insert(0, heading)
    box = root.attrib["viewBox"]
    root.attrib = {"viewBox": box, "role": "img", "aria-labelledby": f"{name}-title"}
    return ET.tostring(root, encoding="unicode")


def _without_namespaces(root: ET.Element) -> ET.Element:
    """Remove namespaces, which SVG within HTML does not need, and metadata."""
    for parent in root.iter():
        for child in list(parent):
            if child.tag.endswith("}metadata") or child.find("./{*}style") is not None:
                parent.remove(child)
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
        element.attrib = {
            key.rpartition("}")[2]: value for key, value in element.attrib.items()
        }
        element.text = (element.text or "").strip()
        element.tail = ""
    return root


def _marks(group: ET.Element) -> Iterator[ET.Element]:
    """Yield the drawn elements of a group, not its definitions."""
    for child in group:
        if child.tag in {"use", "path"}:
            yield child
        elif child.tag != "defs":
            yield from _marks(child)


def _hint(root: ET.Element, name: str, words: Sequence[str]) -> None:
    groups = (group for group in root.iter("g") if group.get("id") == name)
    marks = (element for group in groups for element in _marks(group))
    for element, hint in zip(marks, words, strict=True):
        ET.SubElement(element, "title").text = hint


def _classes_for_ids(root: ET.Element, name: str) -> None:
    """Prefix ids in use by the drawing's name; turn other ids into classes."""
    text = ET.tostring(root, encoding="unicode")
    used = set(re.findall(r'(?:href="#|url\(#)([\w-]+)', text))
    for element in root.iter():
        identifier = element.attrib.pop("id", None)
        if identifier in used:
            element.set("id", f"{name}-{identifier}")
        elif identifier is not None and not re.search(r"_\d+$", identifier):
            element.set("class", identifier)
        for key, value in element.attrib.items():
            renamed = re.sub(r"^#", f"#{name}-", value) if key == "href" else value
            element.set(key, renamed.replace("url(#", f"url(#{name}-"))


def _tidy(element: ET.Element) -> None:
    """Replace matplotlib's colours and fonts by the page's; drop empty groups."""
    for child in list(element):
        _tidy(child)
        if child.tag == "g" and not len(child):
            element.remove(child)
    if element.get("transform", "").startswith("rotate(-0 "):
        del element.attrib["transform"]
    if "style" in element.attrib:
        style = re.sub(r"font-family:[^;]*; ", "", element.attrib["style"])
        element.set("style", re.sub(r"#[0-9a-f]{6}", _variable, style))


def _variable(colour: re.Match[str]) -> str:
    return _VARIABLES.get(colour[0], colour[0])
