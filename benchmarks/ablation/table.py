"""Write the READMEs' tables of the ablation from its results.

    python -m benchmarks.ablation.table [RESULTS]

RESULTS is a `results.json` that `twinsplice ablate` has written; it is copied here
first. Run from the repository's root.
"""

import pathlib
import shutil
import sys

from benchmarks import pages

from twinsplice.report import ablation
from twinsplice.workflow import ablate_config

NAME = "ablation"
RESULTS = pathlib.Path("benchmarks/ablation/results.json")
OWN = pathlib.Path("benchmarks/ablation/README.md")


def texts() -> dict[pathlib.Path, str]:
    """Return the table of each page."""
    summary = ablate_config.read(RESULTS)
    found = {pages.FRONT: ablation.short(summary), OWN: ablation.text(summary)}
    return {path: text.rstrip("\n") for path, text in found.items()}


def main() -> None:
    """Copy the results, if given, and write the tables."""
    if len(sys.argv) > 1:
        shutil.copyfile(sys.argv[1], RESULTS)
    pages.write(NAME, texts())


if __name__ == "__main__":
    main()
