"""A crowd of variants: every one is shown once, and every shade has a key."""

import re

import numpy as np

from support import markup
from twinsplice.report import drawing
from twinsplice.report.evaluation import density
from twinsplice.stats import binning


def drawn(count: int) -> tuple[binning.Density, str]:
    rng = np.random.default_rng(0)
    crowd = binning.density(rng.random(count) ** 3, rng.random(count) ** 2, 40)
    with drawing.styled():
        plane = drawing.plane("x", "y")
        hints = density.draw(plane, crowd, [f"v{number}" for number in range(count)])
    return crowd, drawing.svg(plane, "crowd", "A crowd", hints)


def test_every_variant_is_shown_once() -> None:
    crowd, svg = drawn(2000)
    dense = crowd.count[crowd.count > density.SPARSE]
    assert len(dense)
    shaded = re.findall(r"<title>([\d,]+) variants</title>", svg)
    assert sorted(int(n.replace(",", "")) for n in shaded) == sorted(dense.tolist())
    assert markup.marks(svg, "squares") == len(dense)
    singles = re.findall(r"<title>v(\d+)</title>", svg)
    assert len(singles) == markup.marks(svg, "points")
    assert len(singles) + dense.sum() == 2000


def test_a_point_bears_its_own_name() -> None:
    _, svg = drawn(3)
    places = re.findall(r'<use [^>]*x="([\d.]+)"[^>]*><title>v(\d+)</title>', svg)
    x = np.random.default_rng(0).random(3) ** 3
    by_place = [int(name) for _, name in sorted(places, key=lambda p: float(p[0]))]
    assert by_place == np.argsort(x).tolist()


def test_the_shades_have_keys() -> None:
    crowd, svg = drawn(2000)
    used = set(re.findall(r"var\(--shade-\d\)", svg))
    assert len(density.keys(crowd)) == len(used) + 1
    assert list(density.keys(crowd))[:2] == ["1 variant", "4-9"]


def test_no_variants_draw_nothing() -> None:
    crowd, svg = drawn(0)
    assert not density.keys(crowd)
    assert markup.marks(svg, "squares") == markup.marks(svg, "points") == 0
