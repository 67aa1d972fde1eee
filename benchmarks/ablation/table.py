"""Write the READMEs' tables of the ablation from its results.

    python -m benchmarks.ablation.table [RESULTS]

RESULTS is a `results.json` that `twinsplice ablate` has written; it is copied here
first. Run from the repository's root.
"""

import pathlib
import shutil
import sys

from twinsplice.report import ablation
from twinsplice.workflow import ablate_config

BEGIN = "<!-- ablation:start -->"
END = "<!-- ablation:end -->"
RESULTS = pathlib.Path("benchmarks/ablation/results.json")
READMES = (pathlib.Path("README.md"), pathlib.Path("benchmarks/ablation/README.md"))


def replaced(page: str, table: str) -> str:
    """Return a page with the table between its markers.

    Raises:
        ValueError: The page has no markers.
    """
    head, begin, rest = page.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"a page must hold {BEGIN} and {END}; it does not")
    return f"{head}{BEGIN}\n{table}{END}{tail}"


def main() -> None:
    """Copy the results, if given, and write the tables."""
    if len(sys.argv) > 1:
        shutil.copyfile(sys.argv[1], RESULTS)
    table = ablation.text(ablate_config.read(RESULTS))
    for readme in READMES:
        page = readme.read_text(encoding="utf-8")
        readme.write_text(replaced(page, table), encoding="utf-8")


if __name__ == "__main__":
    main()
