"""Plain SVG: boxes, words and arrows, legible on light and dark ground."""

import html
from collections.abc import Iterable, Sequence

WIDTH = 480
"""Width of every diagram, so that words are legible on a phone."""

# Okabe and Ito's blue and vermillion, told apart by the colour-blind; darker or lighter
# where they carry words.
_STYLE = """\
text{font-family:system-ui,sans-serif;font-size:15px;fill:#1c1f23}
.small{font-size:13px}.soft{fill:#505a66}.mono{font-family:ui-monospace,monospace}
.strong{font-weight:600}.middle{text-anchor:middle}.end{text-anchor:end}
.ground{fill:#fff}.box{fill:#eef1f5;stroke:#8a94a0}
.ref{fill:#fbe6d6;stroke:#b84a00}.alt{fill:#d9ebf7;stroke:#0072b2}
.line{stroke:#505a66;fill:none;stroke-width:1.6}.thin{stroke:#aab2bc;fill:none}
.refline{stroke:#b84a00;fill:none;stroke-width:2.4}.refdot{fill:#b84a00}
.altline{stroke:#0072b2;fill:none;stroke-width:2.4}.altdot{fill:#0072b2}
.head{fill:#505a66}.dash{stroke-dasharray:5 4}
@media (prefers-color-scheme:dark){
text{fill:#e8eaed}.soft{fill:#b4bcc6}.ground{fill:#1e2129}.box{fill:#2c313b;stroke:#7d8794}
.ref{fill:#4a2f1c;stroke:#f0914a}.alt{fill:#1b3a52;stroke:#56b4e9}
.line{stroke:#b4bcc6}.thin{stroke:#59616c}.head{fill:#b4bcc6}
.refline{stroke:#f0914a}.refdot{fill:#f0914a}.altline{stroke:#56b4e9}.altdot{fill:#56b4e9}
}
"""


def document(title: str, height: int, parts: Iterable[str]) -> str:
    """Return a diagram.

    Args:
        title: What it shows, for those who hear it.
        height: Its height.
        parts: What is drawn, from back to front.
    """
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}"'
        f' role="img" width="{WIDTH}" height="{height}">',
        f"<title>{html.escape(title)}</title>",
        f"<style>{_STYLE}</style>",
        '<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="10"'
        ' markerHeight="10" markerUnits="userSpaceOnUse" orient="auto">'
        '<path class="head" d="M0 0 8 4 0 8z"/></marker></defs>',
        f'<rect class="ground" width="{WIDTH}" height="{height}" rx="8"/>',
        *parts,
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def words(x: float, y: float, content: str, kind: str = "") -> str:
    """Return a line of words; `kind` has classes of the style."""
    return (
        f'<text x="{x:g}" y="{y:g}" class="{kind}" xml:space="preserve">'
        f"{html.escape(content)}</text>"
    )


def box(
    x: float, y: float, width: float, lines: Sequence[str], kind: str = "box"
) -> list[str]:
    """Return a box with centred lines, the first one strong; 22 high a line."""
    middle = x + width / 2
    return [
        rectangle(x, y, width, box_height(lines), kind),
        *(
            words(
                middle,
                y + 24 + 20 * i,
                line,
                "middle strong" if i == 0 else "middle small",
            )
            for i, line in enumerate(lines)
        ),
    ]


def box_height(lines: Sequence[str]) -> float:
    """Return the height of a box of lines."""
    return 18 + 20 * len(lines)


def rectangle(x: float, y: float, width: float, height: float, kind: str) -> str:
    """Return a rectangle."""
    return (
        f'<rect class="{kind}" x="{x:g}" y="{y:g}" width="{width:g}"'
        f' height="{height:g}" rx="3"/>'
    )


def path(
    points: Iterable[tuple[float, float]], kind: str = "line", *, arrow: bool = False
) -> str:
    """Return a line through points."""
    steps = " ".join(f"{x:g},{y:g}" for x, y in points)
    end = ' marker-end="url(#head)"' if arrow else ""
    return f'<polyline class="{kind}" points="{steps}"{end}/>'


def dot(x: float, y: float, kind: str) -> str:
    """Return a dot."""
    return f'<circle class="{kind}" cx="{x:g}" cy="{y:g}" r="5"/>'
