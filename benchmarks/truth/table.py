"""README tables out of results.json."""

import pathlib

RESULTS = pathlib.Path("benchmarks/truth/results.json")


def update() -> None:
    """Write the tables."""
