"""Ask for the consequences of published variants, beside what was published.

    python -m benchmarks.consequences.run --reference GRCh37.fa [--keep]

Run from the repository's root. With --keep what is told is put into published.tsv and
README.md.
"""

import argparse
import collections
import pathlib
from collections.abc import Sequence

import polars as pl
from benchmarks import pages

import twinsplice

FOLDER = pathlib.Path(__file__).parent
PUBLISHED, PAGE = FOLDER / "published.tsv", FOLDER / "README.md"
FIRST, AMONG, OTHER, NONE = "first", "among others", "another event", "no change"
WORDS = {
    FIRST: "as the first or only event",
    AMONG: "among other events",
    NONE: "no change is predicted, which is said",
    OTHER: "another event is told",
}
CHOSEN = ("before", "after")
"""When a variant was put on the list: before what is told of it was read, or after."""


def published() -> pl.DataFrame:
    """Return the variants, what was published of them, and what was told last."""
    return pl.read_csv(PUBLISHED, separator="\t")


def told(variants: pl.DataFrame, table: pl.DataFrame) -> list[str]:
    """Return for each variant whether what was published is told.

    Args:
        variants: The variants, with `event` and `bases` as published.
        table: The consequences, by `name`; of the first transcript they count.
    """
    columns = variants.select("name", "event", "bases").rows()
    return [
        _one((event, bases), _events(table, name)) for name, event, bases in columns
    ]


def _events(table: pl.DataFrame, name: str) -> list[tuple[str | None, int | None]]:
    rows = table.filter(pl.col("name") == name)
    first = rows.filter(pl.col("transcript") == rows["transcript"][0])
    return first.select("event", "bases").rows()


def _one(
    right: tuple[str, int], events: Sequence[tuple[str | None, int | None]]
) -> str:
    if events[0][0] is None:
        return NONE
    if right not in events:
        return OTHER
    return FIRST if events[0] == right else AMONG


def main() -> None:
    """Ask, and print what is told."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reference", type=pathlib.Path, required=True)
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args()
    variants = published()
    with twinsplice.open(options.reference, "grch37") as scorer:
        table = scorer.consequences(variants["name"].to_list())
    variants = variants.with_columns(told=pl.Series(told(variants, table)))
    page = summary(variants)
    print(page)
    if options.keep:
        variants.write_csv(PUBLISHED, separator="\t")
        pages.write("consequences", {PAGE: page})


def summary(variants: pl.DataFrame) -> str:
    """Return the table of the page."""
    lists = [variants.filter(pl.col("chosen") == when) for when in CHOSEN]
    counts = [collections.Counter(one["told"].to_list()) for one in lists]
    head = "| what was published is told | " + " | ".join(
        f"of {len(one)} chosen {when}" for one, when in zip(lists, CHOSEN, strict=True)
    )
    rows = [
        f"| {words} | " + " | ".join(str(count[kind]) for count in counts) + " |"
        for kind, words in WORDS.items()
    ]
    return "\n".join([f"{head} |", "|---|---|---|", *rows])


if __name__ == "__main__":
    main()
