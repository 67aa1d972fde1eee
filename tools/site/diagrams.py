"""Draw the diagrams of how it works; `python -m tools.site.diagrams` writes them."""

import math
from collections.abc import Iterator, Sequence

from tools.site import sources, svg

FOLDER = sources.ROOT / "docs/how-it-works"
_CELL = 34


def siamese() -> str:
    """Return how a pair of sequences becomes Δ."""
    left, right, wide = 16, 248, 216
    encoding = ["encoding", "log odds of acceptor, donor,", "and latent tracks"]
    parts = [
        *svg.box(left, 16, wide, ["reference", "...CAG GTAAGT..."], "ref"),
        *svg.box(right, 16, wide, ["alternate", "...CAG ATAAGT..."], "alt"),
        *svg.box(
            left,
            110,
            448,
            ["one encoder", "the same weights read both: gated dilated convolutions"],
        ),
        *svg.box(left, 204, wide, encoding, "ref"),
        *svg.box(right, 204, wide, encoding, "alt"),
        *svg.box(
            left,
            322,
            448,
            ["alignment", "deletions and insertions onto the reference's bases"],
        ),
        *svg.box(left, 416, 448, ["alternate less reference", "shift of log odds"]),
        *svg.box(
            left,
            510,
            448,
            ["applied to the reference's probability", "the map's, or the model's own"],
        ),
        svg.words(svg.WIDTH / 2, 624, "Δ of acceptor and donor, every base", "middle"),
    ]
    for x in (left + wide / 2, right + wide / 2):
        parts += [
            svg.path([(x, top), (x, top + 34)], arrow=True) for top in (75, 169, 283)
        ]
    for top in (381, 475, 569):
        parts.append(svg.path([(240, top), (240, top + 34)], arrow=True))
    return svg.document("Two sequences, one encoder, and their difference", 644, parts)


def anchored() -> str:
    """Return what one shift of log odds makes of two references."""
    plot, shift = _Curve(), -2.0
    parts = [*plot.axes(), svg.words(16, 336, "The same shift of log odds:", "strong")]
    for i, (told, start, kind) in enumerate(
        [("the map says", 2.94, "ref"), ("the model itself says", 0.4, "alt")]
    ):
        before, after = _probability(start), _probability(start + shift)
        y = 362 + 26 * i
        remark = f"{told} {before:.2f}: {after:.2f}, so \N{GREEK CAPITAL LETTER DELTA}"
        parts += [
            *plot.shift(start, start + shift, kind, above=i == 0),
            svg.dot(24, y - 5, f"{kind}dot"),
            svg.words(38, y, f"{remark} = {after - before:.2f}", "small"),
        ]
    return svg.document("One shift of log odds, from two references", 408, parts)


def _probability(log_odds: float) -> float:
    return 1 / (1 + math.exp(-log_odds))


class _Curve:
    """Probability over log odds."""

    left, right, top, bottom, reach = 60.0, 456.0, 30.0, 270.0, 4.5

    def place(self, log_odds: float) -> tuple[float, float]:
        """Return where a point of the curve is drawn."""
        share = (log_odds + self.reach) / (2 * self.reach)
        x = self.left + share * (self.right - self.left)
        return x, self.bottom - _probability(log_odds) * (self.bottom - self.top)

    def axes(self) -> Iterator[str]:
        """Yield the axes and the curve."""
        steps = [self.place(-self.reach + i * self.reach / 40) for i in range(81)]
        yield svg.path([(self.left, self.bottom), (self.right, self.bottom)])
        yield svg.path(steps, "thin")
        for probability, name in ((0.0, "0"), (0.5, "0.5"), (1.0, "1")):
            y = self.bottom - probability * (self.bottom - self.top)
            yield svg.path([(self.left, y), (self.right, y)], "thin dash")
            yield svg.words(self.left - 8, y + 5, name, "end small")
        for value in (-4, -2, 0, 2, 4):
            x, _ = self.place(value)
            yield svg.words(x, self.bottom + 20, f"{value}", "middle small")
        yield svg.words(258, self.bottom + 42, "log odds of the site", "middle")
        yield svg.words(self.left - 44, 18, "probability", "small")

    def shift(
        self, start: float, end: float, kind: str, *, above: bool
    ) -> Iterator[str]:
        """Yield an arrow along the axis and the two points of the curve."""
        (x, y), (x_end, y_end) = self.place(start), self.place(end)
        height = self.bottom - (22 if above else 48)
        yield svg.path([(x, y), (x, height), (x_end, height)], f"{kind}line")
        yield svg.path(
            [(x_end, height), (x_end, y_end)], f"{kind}line dash", arrow=True
        )
        yield svg.dot(x, y, f"{kind}dot")
        yield svg.dot(x_end, y_end, f"{kind}dot")


def incremental() -> str:
    """Return which values of a network two variants on one tile change."""
    layers, height, top = 6, 30, 56
    bottom = top + layers * height
    parts = [
        svg.words(16, 28, "outputs", "strong"),
        svg.words(16, bottom + 48, "bases of one tile: computed once", "strong"),
    ]
    centres = (150, 340)
    for layer in range(layers):
        y = bottom - (layer + 1) * height
        parts.append(svg.rectangle(16, y, 448, height - 6, "box"))
        for centre in centres:
            changed, wanted = 5 + 14 * layer, 24 + 15 * (layers - 1 - layer)
            half = min(changed, wanted)
            parts.append(svg.rectangle(centre - half, y, 2 * half, height - 6, "alt"))
    for centre, name in zip(centres, ("variant 1", "variant 2"), strict=True):
        parts += [
            svg.path([(centre, bottom + 26), (centre, bottom + 2)], arrow=True),
            svg.words(centre + 6, bottom + 24, name, "small"),
            svg.path([(centre - 24, top - 6), (centre + 24, top - 6)], "altline"),
            svg.words(centre, top - 14, "window", "middle small"),
        ]
    parts += [
        svg.rectangle(16, bottom + 66, 18, 14, "box"),
        svg.words(42, bottom + 78, "the reference's values, shared by all", "small"),
        svg.rectangle(16, bottom + 90, 18, 14, "alt"),
        svg.words(42, bottom + 102, "what a variant changes and its window", "small"),
        svg.words(42, bottom + 120, "needs: all that is computed anew", "small"),
    ]
    title = "One pass over the reference, and the cone that each variant changes"
    return svg.document(title, bottom + 136, parts)


def alignment() -> str:
    """Return how profiles of a deletion and of an insertion are laid together."""
    parts = [
        svg.words(16, 30, "Deletion of TA", "strong"),
        *_row(46, "ref", "CAGTAAGTC"),
        *_row(92, "alt", "CAG  AGTC"),
        *_below(3, 5, 148, "deleted bases: probability 0"),
        svg.words(16, 216, "Insertion of TTA", "strong"),
        *_row(232, "ref", "CAG   AGTC"),
        *_row(278, "alt", "CAGTTAAGTC"),
        *_below(2, 6, 334, "their largest counts at the base before"),
    ]
    title = "Deleted bases have no probability, inserted ones count at the base before"
    return svg.document(title, 376, parts)


def _row(y: float, kind: str, letters: str) -> Iterator[str]:
    """Yield a row of bases, with gaps."""
    yield svg.words(16, y + 23, kind, "small soft")
    for i, letter in enumerate(letters):
        x = 56 + i * (_CELL + 6)
        if letter == " ":
            yield svg.path(
                [(x, y + _CELL / 2), (x + _CELL, y + _CELL / 2)], "thin dash"
            )
        else:
            yield svg.rectangle(x, y, _CELL, _CELL, kind)
            yield svg.words(x + _CELL / 2, y + 23, letter, "middle mono")


def _below(first: int, end: int, y: float, remark: str) -> Sequence[str]:
    """Return a bracket below some columns, and a remark on them."""
    left, right = (56 + i * (_CELL + 6) for i in (first, end))
    edge = right - 6
    return [
        svg.path([(left, y - 10), (left, y - 4), (edge, y - 4), (edge, y - 10)]),
        svg.words(left, y + 18, remark, "small"),
    ]


DIAGRAMS = {
    "siamese": siamese,
    "anchored": anchored,
    "incremental": incremental,
    "alignment": alignment,
}


def main() -> None:
    """Write the diagrams."""
    FOLDER.mkdir(exist_ok=True)
    for name, draw in DIAGRAMS.items():
        (FOLDER / f"{name}.svg").write_text(draw(), encoding="utf-8")


if __name__ == "__main__":
    main()
