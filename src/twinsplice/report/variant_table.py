"""Scores of a few variants as text, for a terminal or a pipe."""

import polars as pl

_FIRST = ("name", "chrom", "pos", "ref", "alt", "gene", "strand", "hgvs_c")
_SCORES = ("DS_", "DP_")
_LAST = ("skip_reason", "note")
_WIDEST = 40


def text(table: pl.DataFrame, *, aligned: bool) -> str:
    """Return the main columns of a table of scores, a line for each row.

    Args:
        table: Scores of a list of variants, with the columns of a TSV output.
        aligned: Pad columns with blanks, for a reader; else separate them by tabs.
    """
    chosen = [name for name in table.columns if _is_main(name)]
    order = [name for name in _FIRST if name in chosen]
    order += [name for name in chosen if name not in (*_FIRST, *_LAST)]
    order += [name for name in _LAST if name in chosen]
    columns = [[name, *map(_cell, table[name].to_list())] for name in order]
    if aligned:
        # What has nothing to say takes no room; notes come last and may be long.
        columns = [column for column in columns if any(column[1:])]
        columns = [_padded(column) for column in columns]
    gap = "  " if aligned else "\t"
    rows = zip(*columns, strict=True)
    return "".join(f"{gap.join(row).rstrip(' ')}\n" for row in rows)


def _is_main(name: str) -> bool:
    # Of several models, the columns of all but the first begin with a key.
    return name in (*_FIRST, *_LAST) or any(
        name.startswith(part) or f"_{part}" in name for part in _SCORES
    )


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.2f}"
    letters = (letter if letter.isprintable() else " " for letter in str(value))
    return " ".join("".join(letters).split())


def _padded(column: list[str]) -> list[str]:
    width = min(max(map(len, column)), _WIDEST)
    return [cell.ljust(width) for cell in column]
