"""The page of the Python face, from docstrings."""

from collections.abc import Sequence

import twinsplice
from twinsplice import models

PATH = "docs/api/index.md"
RESULTS = (
    "twinsplice.settings.score.Summary",
    "twinsplice.scoring.one_variant.variant_profiles.VariantProfile",
    "twinsplice.scoring.runs.scans.Scan",
    "twinsplice.effect.saturation_effects.Effects",
)
"""What scorers return beside data frames."""
OTHERS = (
    "twinsplice.report.variant_plot.write",
    "twinsplice.report.saturation_map.write",
    "twinsplice.io.reference_map.read",
    "twinsplice.io.reference_map.ReferenceMap",
    "twinsplice.errors",
)
"""What the guides use beside."""


def pages() -> dict[str, str]:
    """Return the page by its path."""
    offered = [name for name in twinsplice.__all__ if not name.startswith("__")]
    offered.sort(key=lambda name: (name != "Scorer", name))
    sections: dict[str, Sequence[str]] = {
        "Offered by name": [f"twinsplice.{name}" for name in offered],
        "Results": RESULTS,
        "Networks": [f"twinsplice.models.{name}" for name in models.__all__],
        "Pictures, maps, errors": OTHERS,
    }
    blocks = [
        "# API reference",
        "What `twinsplice` offers, from its docstrings. Tables are polars data frames"
        " with the [columns](../reference/output.md) of the TSV.",
    ]
    for heading, members in sections.items():
        blocks += [f"## {heading}", *map(_directive, members)]
    return {PATH: "\n\n".join(blocks) + "\n"}


def _directive(name: str) -> str:
    return f"::: {name}\n    options:\n      heading_level: 3"
