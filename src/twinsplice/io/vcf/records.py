"""Records of a VCF, and the lines that they are written as; from 1-based positions."""

import dataclasses

from twinsplice import errors
from twinsplice.genome import variants
from twinsplice.io.vcf import long_lines

COLUMNS = 8
NO_PLACE = ".\t0\t.\tN\t.\t.\t.\t."
"""Text of a record whose place is not known."""
_LONGEST_POSITION = 100
"""Digits of a position that are read."""


@dataclasses.dataclass(frozen=True, slots=True)
class Record:
    """One record: its site and alleles, and its text for writing it back.

    Attributes:
        line: Number of its line (from 1); of a BCF, in its text.
        contig: As the input names it.
        position: First base of `ref` (0-based; -1 for the telomere, POS 0).
        ref: Reference allele, in the input's own case; of a very long one the first
            `LONGEST_ALLELE` letters.
        alts: Alternate alleles likewise; none where ALT is `.`.
        text: The line without its line end, and without what is `omitted`.
        ending: The line end; empty for a last line without one.
        name: The variant as a list names it; empty in a VCF.
        note: What a reader must know of how the name was understood, or a guess at
            what is wrong with it.
        refusal: The reason why no place is known; `contig` is empty then.
        of: Transcript and gene that the name is of, by all their names, nearest first.
        omitted: Letters of very long alleles that the text lacks.
    """

    line: int
    contig: str
    position: int
    ref: str
    alts: tuple[str, ...]
    text: str
    ending: str = "\n"
    name: str = ""
    note: str = ""
    refusal: variants.SkipReason | None = None
    of: tuple[str, ...] = ()
    omitted: long_lines.Omitted | None = None


def decoded(line: bytes) -> str:
    """Return the text of a line."""
    # Bytes that are not UTF-8 are preserved.
    return line.decode("utf-8", "surrogateescape")


def of_line(line: bytes, number: int, name: str) -> Record | None:
    """Return the record of a line, if it holds anything; see `parse`."""
    body = line.rstrip(b"\r\n")
    ending = decoded(line[len(body) :])
    return parse(decoded(body), ending, number, name) if body else None


def parse(text: str, ending: str, number: int, name: str) -> Record:
    """Return the record of a line's text.

    Args:
        text: The line without its line end.
        ending: Its line end.
        number: Its number.
        name: Name of the file, for messages.

    Raises:
        InputError: It is no record.
    """
    columns = text.split("\t", COLUMNS - 1)
    if len(columns) < COLUMNS:
        raise malformed(
            f"a VCF record must have {COLUMNS} columns or more, separated by tabs",
            got=f"{len(columns)} ({text[:40]!r})",
            where=f"line {number} of {name}",
        )
    contig, position, _, ref, alt = columns[:5]
    ref = ref[: long_lines.LONGEST_ALLELE]
    if not (position.isdigit() and position.isascii()):
        raise malformed(
            "POS must be a whole number",
            got=repr(position[:40]),
            where=f"line {number} of {name}",
        )
    listed = () if alt == "." else alt.split(",")
    alts = tuple(each[: long_lines.LONGEST_ALLELE] for each in listed)
    if not (contig and ref and all(alts)) or contig.startswith("#"):
        raise malformed(
            "CHROM, REF and ALT must hold something, and the header come first",
            got=repr(text[:40]),
            where=f"line {number} of {name}",
        )
    start = _first_base(position)
    return Record(number, contig, start, ref, alts, text, ending)


def _first_base(position: str) -> int:
    # Digits that Python refuses to read stand for a place beyond any.
    if len(position) > _LONGEST_POSITION:
        position = position.lstrip("0")[:_LONGEST_POSITION] or "0"
    return int(position) - 1


def malformed(rule: str, *, got: str, where: str) -> errors.InputError:
    """Return the error for a line that is no record."""
    return errors.InputError(
        rule, got=f"{got} on {where}", remedy="mend or drop that line"
    )
