"""Write the pages' tables of the ablation from its results.

    python -m benchmarks.ablation.table [RESULTS [MORE_STEPS]]

RESULTS and MORE_STEPS are `results.json` files that `twinsplice ablate` has written;
they are copied here first. Run from the repository's root.
"""

import pathlib
import shutil
import sys

from benchmarks import pages

from twinsplice.report import ablation
from twinsplice.workflow import ablate_config

NAME = "ablation"
FOLDER = pathlib.Path("benchmarks/ablation")
RESULTS, OWN = FOLDER / "results.json", FOLDER / "README.md"
MORE_STEPS, MORE_STEPS_PAGE = FOLDER / "more-steps.json", FOLDER / "more-steps.md"


def texts() -> dict[pathlib.Path, str]:
    """Return the table of each page."""
    summary, more = map(ablate_config.read, (RESULTS, MORE_STEPS))
    found = {
        pages.FRONT: ablation.short(summary),
        OWN: ablation.text(summary),
        MORE_STEPS_PAGE: ablation.text(more),
    }
    return {path: text.rstrip("\n") for path, text in found.items()}


def main() -> None:
    """Copy the results, if given, and write the tables."""
    for given, kept in zip(sys.argv[1:], (RESULTS, MORE_STEPS), strict=False):
        shutil.copyfile(given, kept)
    pages.write(NAME, texts())


if __name__ == "__main__":
    main()
