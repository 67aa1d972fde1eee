"""Write the pages' tables of the ablation from its results.

    python -m benchmarks.ablation.table [RESULTS [MORE_STEPS]]

RESULTS and MORE_STEPS are `results.json` files that `make ablate` has written;
they are copied here first. Run from the repository's root.
"""

import pathlib
import shutil
import sys

from benchmarks import pages
from benchmarks.ablation import settings as ablation_settings
from benchmarks.ablation import text as ablation_text

NAME = "ablation"
FOLDER = pathlib.Path("benchmarks/ablation")
RESULTS, OWN = FOLDER / "results.json", FOLDER / "README.md"
MORE_STEPS, MORE_STEPS_PAGE = FOLDER / "more-steps.json", FOLDER / "more-steps.md"


def texts() -> dict[pathlib.Path, str]:
    """Return the table of each page."""
    summary, more = map(ablation_settings.read, (RESULTS, MORE_STEPS))
    tables = {
        OWN: ablation_text.text(summary),
        MORE_STEPS_PAGE: ablation_text.text(more),
    }
    return {path: text.rstrip("\n") for path, text in tables.items()}


def main() -> None:
    """Copy the results, if given, and write the tables."""
    for source, target in zip(sys.argv[1:], (RESULTS, MORE_STEPS), strict=False):
        shutil.copyfile(source, target)
    pages.write(NAME, texts())


if __name__ == "__main__":
    main()
