"""The common schema of labelled variants, and the reading of their tables.

Columns are matched by name without regard to case and punctuation, since the same
table exists with tabs, with commas and with other spellings.
"""

import collections
import dataclasses
import enum
import functools
import math
import pathlib
import re
from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from twinsplice import errors
from twinsplice.genome import coordinates
from twinsplice.io import lines

_MISSING = frozenset({"", "na", "nan", "none", "null", "."})
_LARGEST = 10**15
"""Beyond this, a number written as a fraction is no longer a whole one."""
_TRUTHS = {
    **dict.fromkeys(("1", "1.0", "true", "t", "yes", "y"), True),
    **dict.fromkeys(("0", "0.0", "false", "f", "no", "n"), False),
}


class Unlabelled(enum.StrEnum):
    """The reason why a row of a table is not a labelled variant."""

    NOT_MEASURED = "not_measured"
    NOT_A_MUTANT = "not_a_mutant"
    NO_COORDINATES = "no_coordinates"
    NO_ALT = "no_alt_allele"
    LOW_FREQUENCY = "low_frequency"
    CONFLICTING = "conflicting"
    UNCERTAIN = "uncertain_significance"
    NO_CONSEQUENCE = "no_consequence_given"
    OTHER_CONSEQUENCE = "may_act_otherwise_than_by_splicing"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """A variant, or a pair of sequences, and its laboratory measurement.

    Attributes:
        name: Its name in the table.
        contig: Its contig in the table; empty if there is none.
        position: First base of `ref` (0-based); None without coordinates.
        ref: Reference allele, plus strand, upper case.
        alt: Alternate allele; None if only sequences are given.
        altered: Whether it alters splicing; None if undecided.
        value: The measured change, as a fraction -1 to 1; NaN if not measured.
        group: Group of dependent variants, such as its exon or gene; its own name if
            unknown.
        strand: The transcribed strand, if the table has it.
        ref_seq: The tested sequence, in the direction of transcription.
        alt_seq: The changed sequence.
        exon: Start and end of the tested exon in `ref_seq` (0-based, half-open).
    """

    name: str
    contig: str
    position: int | None
    ref: str
    alt: str | None
    altered: bool | None
    value: float
    group: str
    strand: coordinates.Strand | None = None
    ref_seq: str = ""
    alt_seq: str = ""
    exon: tuple[int, int] | None = None


@dataclasses.dataclass(frozen=True, eq=False, slots=True)
class Labels:
    """The labelled variants of a table.

    Attributes:
        rows: Labelled variants, in the table's order.
        skipped: Counts of other rows, by reason.
    """

    rows: list[Labelled]
    skipped: collections.Counter[str]


def completed(row: Labelled) -> Labelled | Unlabelled:
    """Return a row with name and group, if it has coordinates or sequences."""
    placed = bool(row.contig and row.position is not None and row.ref and row.alt)
    if not placed and not (row.ref_seq and row.alt_seq):
        return Unlabelled.NO_COORDINATES
    position = "" if row.position is None else row.position + 1
    name = row.name or f"{row.contig}-{position}-{row.ref}-{row.alt}"
    return dataclasses.replace(
        row,
        name=name,
        group=row.group or name,
        position=row.position if placed else None,
        alt=row.alt or None,
    )


def collected(results: Iterator[Labelled | Unlabelled], path: pathlib.Path) -> Labels:
    """Collect labelled variants, and count the reasons of other rows.

    Raises:
        InputError: There are no rows.
    """
    rows: list[Labelled] = []
    skipped: collections.Counter[str] = collections.Counter()
    for result in results:
        if isinstance(result, Unlabelled):
            skipped[result.value] += 1
        else:
            rows.append(result)
    if not rows and not skipped:
        raise errors.InputError(
            "a table of labels must have rows",
            got=f"none in {path}",
            remedy="check the step that made it",
        )
    return Labels(rows, skipped)


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    """A row of a table, with access by column name.

    Attributes:
        path: The table.
        number: Its line (from 1).
        cells: Its cells, by the plain form of each column's name.
    """

    path: pathlib.Path
    number: int
    cells: Mapping[str, str]

    def text(self, *names: str) -> str:
        """Return the first non-empty cell of some columns; empty if there is none."""
        for name in names:
            cell = self.cells.get(plain(name), "").strip()
            if cell.lower() not in _MISSING:
                return cell
        return ""

    def whole(self, *names: str) -> int | None:
        """Return an integer; None where missing.

        Raises:
            InputError: The cell holds something else.
        """
        number = self.number_of(*names)
        if math.isnan(number):
            return None
        if number != int(number) or abs(number) > _LARGEST:
            raise self.malformed(f"{names[0]} must be a whole number", str(number))
        return int(number)

    def base(self, *names: str) -> int | None:
        """Return a 1-based position as 0-based; None where missing.

        Raises:
            InputError: The cell holds something else.
        """
        number = self.whole(*names)
        if number is None:
            return None
        if number < 1:
            raise self.malformed(f"{names[0]} must be 1 or more", str(number))
        return number - 1

    def bounds(self, start: str, end: str) -> tuple[int, int] | None:
        """Return an interval (0-based, half-open); None where an end is missing.

        Raises:
            InputError: A cell holds something else.
        """
        first, last = self.whole(start), self.whole(end)
        return None if first is None or last is None else (first, last)

    def number_of(self, *names: str) -> float:
        """Return a number; NaN where missing.

        Raises:
            InputError: The cell holds something else.
        """
        cell = self.text(*names)
        if not cell:
            return math.nan
        try:
            number = float(cell)
        except ValueError:
            number = math.inf
        if not math.isfinite(number):
            raise self.malformed(f"{names[0]} must be a number", repr(cell[:40]))
        return number

    def truth(self, *names: str) -> bool | None:
        """Return a truth value; None where missing.

        Raises:
            InputError: The cell is neither yes nor no.
        """
        cell = self.text(*names).lower()
        if cell and cell not in _TRUTHS:
            rule = f"{names[0]} must be 1 or 0, or true or false"
            raise self.malformed(rule, repr(cell[:40]))
        return _TRUTHS.get(cell)

    def strand(self, *names: str) -> coordinates.Strand | None:
        """Return a strand; None where missing.

        Raises:
            InputError: The cell holds something else.
        """
        cell = self.text(*names)
        if not cell:
            return None
        for strand, spelled in (("+", ("+", "1", "+1")), ("-", ("-", "-1"))):
            if cell in spelled:
                return coordinates.Strand(strand)
        raise self.malformed(f"{names[0]} must be + or -", repr(cell[:40]))

    def malformed(self, rule: str, got: str) -> errors.InputError:
        """Return the error for a row that breaks a rule."""
        return lines.malformed(rule, where=str(self.path), number=self.number, got=got)


@functools.lru_cache(maxsize=1024)
def plain(name: str) -> str:
    """Return a column's name in lower case, without blanks and punctuation."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def read(path: pathlib.Path, *needed: Sequence[str]) -> Iterator[Row]:
    """Yield the rows of a table, separated by tabs or by commas; gzipped or not.

    Args:
        path: The table; its first line names the columns.
        *needed: Required columns, each by all its possible names.

    Raises:
        InputError: It cannot be read, lacks a column, or has a row of another length.
    """
    numbers, table = _cells(path)
    names = [plain(cell) for cell in table.row(0)[:-1]] if numbers else []
    for spelled in needed:
        if not {plain(name) for name in spelled} & set(names):
            raise errors.InputError(
                f"a table of this format must have a column {' or '.join(spelled)}",
                got=f"{', '.join(names)[:60] or 'no line'} in {path}",
                remedy="choose the --format that it has, or mend its first line",
            )
    for number, (*cells, last) in zip(numbers[1:], table[1:].iter_rows(), strict=True):
        row = Row(path, number, dict(zip(names, cells, strict=True)))
        if last != f"line {number}":
            got = f"{'more' if last else 'fewer'} of them"
            raise row.malformed(f"a row must have {len(names)} cells", got)
        if any(cells):
            yield row


def _cells(path: pathlib.Path) -> tuple[list[int], pl.DataFrame]:
    """Return the cells of a table's lines, and each line's number.

    A last cell `line N` is appended: it is displaced in rows of another length.
    """
    numbered = [(n, line.rstrip("\r")) for n, line in lines.read(path)]
    if not numbered:
        return [], pl.DataFrame()
    header = numbered[0][1].removeprefix("\ufeff")
    separator = "\t" if "\t" in header else ","
    rows = [(1, header), *(row for row in numbered[1:] if row[1])]
    try:
        table = pl.read_csv(
            "\n".join(f"{line}{separator}line {n}" for n, line in rows).encode(),
            has_header=False,
            separator=separator,
            infer_schema=False,
            truncate_ragged_lines=True,
        ).fill_null("")
        # A quotation mark without its partner joins lines.
        parsed = len(table) == len(rows)
    except pl.exceptions.PolarsError:
        parsed = False
    if not parsed:
        raise errors.InputError(
            "a row of a table must stand on one line, its quotation marks in pairs",
            got=f"one that does not, in {path}",
            remedy="mend or drop that line",
        )
    return [n for n, _ in rows], table
