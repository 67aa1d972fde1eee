"""Reading of variants from VCF, BCF and plain lists; converts from 1-based positions.

Text is kept unchanged, so that a record can be written back byte for byte: htslib
would rewrite numbers and requires every contig, filter and field to be declared. BCF is
read as text converted by bcftools.
"""

import abc
import codecs
import dataclasses
import functools
import pathlib
from collections.abc import Generator, Iterator, Sequence
from types import TracebackType

from twinsplice import errors
from twinsplice.genome import variants
from twinsplice.io import hgvs_forms
from twinsplice.io.vcf import bcf, long_lines, streams, variant_lists

COLUMNS = 8
NO_PLACE = ".\t0\t.\tN\t.\t.\t.\t."
"""Text of a record whose place is not known."""
LONGEST_ALLELE = long_lines.LONGEST_ALLELE
_LONGEST_POSITION = 100
"""Digits of a position that are read."""
_HEADER_SIGNS = ("##fileformat=", "#CHROM\tPOS\t")
_DOUBTFUL = 100
"""Lines of an input that are read to find a variant among them."""


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


class Source(abc.ABC):
    """An open input: its header, then its records in order, once.

    Attributes:
        header_lines: Every header line, `#CHROM` the last, without line feeds.
            Carriage returns are kept, for writing them back.
        is_list: Whether it is a list, whose records have names.
    """

    header_lines: tuple[str, ...]
    is_list = False

    @abc.abstractmethod
    def __iter__(self) -> Iterator[Record]:
        """Yield the records; continues after an earlier loop."""

    @abc.abstractmethod
    def fraction_read(self) -> float | None:
        """Return the fraction of the input that was read, 0 to 1, where known."""

    def is_writable(self, record: Record) -> bool:
        """Return whether a record can be one of a VCF; those of a VCF can."""
        del record
        return True

    @abc.abstractmethod
    def close(self) -> None:
        """Close the file."""

    def __enter__(self) -> "Source":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def read(path: pathlib.Path, *, names: bool = False) -> Source:
    """Open a VCF (plain, gzip or bgzf), a BCF or a list of variants; `-` is stdin.

    Args:
        path: The input.
        names: Accept any names in a list, to be resolved: those that are no place
            are records without a contig.

    Raises:
        InputError: The input is missing, empty, truncated, or of another format.
            Records are checked as they are read.
    """
    stream = streams.Stream(path)
    try:
        return _FileSource(stream, names=names)
    except BaseException:
        stream.close()
        raise


class ListSource(Source):
    """Names of variants as an open input."""

    is_list = True

    def __init__(self, texts: Sequence[str], name: str) -> None:
        """Initialise a source.

        Args:
            texts: The variants, each by any name.
            name: Name of the list in messages.
        """
        self.header_lines = variant_lists.HEADER_LINES
        self._total, self._read = len(texts), 0
        self._records = self._listed(texts, name)

    def __iter__(self) -> Iterator[Record]:
        return self._records

    def fraction_read(self) -> float | None:
        """Return the fraction of the names that were read."""
        return self._read / max(self._total, 1)

    def close(self) -> None:
        """Do nothing; no file is open."""

    def _listed(self, texts: Sequence[str], name: str) -> Iterator[Record]:
        for number, text in enumerate(texts, 1):
            self._read = number
            record = _listed(text, number, name, names=True)
            if record is not None:
                yield record


def info(record: Record, name: str) -> str | None:
    """Return the text of a record's INFO field; None if it has no such field."""
    columns = record.text.split("\t", COLUMNS)
    if len(columns) < COLUMNS:
        return None
    for field in columns[COLUMNS - 1].split(";"):
        key, _, value = field.partition("=")
        if key == name:
            return value
    return None


class _FileSource(Source):
    """VCF as text, a list of variants, or BCF as the text of a VCF."""

    def __init__(self, stream: streams.Stream, *, names: bool) -> None:
        self._stream = stream
        self._store = long_lines.Store()
        self._lines = self._read_lines()
        first = self._first_line()
        if not first:
            raise stream.empty()
        if first.startswith(("##", "#CHROM")):
            self.header_lines = self._read_header(first)
            self._records = self._read_records()
        else:
            self.is_list = True
            self.header_lines = variant_lists.HEADER_LINES
            self._records = self._read_list(first, names=names)

    def __iter__(self) -> Iterator[Record]:
        return self._records

    def fraction_read(self) -> float | None:
        return self._stream.fraction_read()

    def close(self) -> None:
        self._records.close()
        self._lines.close()
        self._stream.close()
        self._store.close()

    def _read_lines(self) -> Generator[bytes, None, None]:
        """Yield lines; a long one in pieces, see `long_lines`."""
        stream = self._stream
        with stream.whole():
            if stream.is_bcf:
                yield from bcf.read_lines(stream)
            else:
                read = functools.partial(stream.unpacked().readline, long_lines.PIECE)
                yield from iter(read, b"")

    def _next_line(self) -> bytes:
        """Return the next line, whole; nothing at the end."""
        line = next(self._lines, b"")
        if not long_lines.goes_on(line):
            return line
        return b"".join(long_lines.whole(line, self._lines))

    def _first_line(self) -> str:
        """Return the first line that is not blank; `_blank` counts those before it."""
        self._blank = 0
        line = self._next_line().removeprefix(codecs.BOM_UTF8)
        while line.isspace():
            self._blank += 1
            line = self._next_line()
        return _text(line)

    def _read_header(self, first: str) -> tuple[str, ...]:
        name = self._stream.name
        lines = [first.removesuffix("\n")]
        while lines[-1].startswith("##"):
            line = _text(self._next_line())
            if not line.startswith(("##", "#CHROM")):
                number = self._blank + len(lines) + 1
                raise errors.InputError(
                    "a VCF header must end with a #CHROM line",
                    got=f"{line[:40]!r} on line {number} of {name}",
                    remedy="put the header's last line back",
                )
            lines.append(line.removesuffix("\n"))
        return tuple(lines)

    def _read_records(self) -> Generator[Record, None, None]:
        name, number = self._stream.name, self._blank + len(self.header_lines)
        # Of a line that may be very long no more is kept than its record.
        for line in self._lines:
            number += 1
            if long_lines.goes_on(line):
                record = self._long_record(line, number)
            else:
                record = _record(line, number, name)
            del line
            if record is not None:
                yield record
                del record

    def _long_record(self, first: bytes, number: int) -> Record | None:
        """Return the record of a long line, of which the first piece was read."""
        pieces = long_lines.whole(first, self._lines)
        text, omitted = long_lines.shortened(pieces, self._store)
        body = text.rstrip("\r\n")
        record = _parse(body, text[len(body) :], number, self._stream.name)
        return dataclasses.replace(record, omitted=omitted) if omitted else record

    def _read_list(self, first: str, *, names: bool) -> Generator[Record, None, None]:
        name, number, text = self._stream.name, self._blank + 1, first
        # What has no variant among its first lines is no list of them.
        doubtful: list[Record] = []
        sure = not names
        while text:
            if text.startswith(_HEADER_SIGNS):
                # Else the rest of a VCF would be read without its fields.
                raise _malformed(
                    "the header of a VCF must come first",
                    got=repr(text[:40].rstrip()),
                    where=f"line {number} of {name}",
                )
            record = _listed(text, number, name, names=names)
            text, number = _text(self._next_line()), number + 1
            if record is None:
                continue
            if sure:
                yield record
                continue
            doubtful.append(record)
            sure = bool(record.contig) or hgvs_forms.looks_like_one(record.name)
            if sure:
                yield from doubtful
            elif len(doubtful) == _DOUBTFUL:
                break
        if not sure and doubtful:
            raise variant_lists.malformed(
                doubtful[0].name, line=doubtful[0].line, name=name
            )


def _listed(text: str, number: int, name: str, *, names: bool) -> Record | None:
    """Return the record of a line of a list, if it holds any.

    Raises:
        InputError: It is no place, and names are not accepted.
    """
    if variant_lists.is_empty(text):
        return None
    written = text.strip()
    if names and variant_lists.parse(text) is None:
        return Record(number, "", -1, "N", (), NO_PLACE, name=written)
    line = variant_lists.vcf_line(text, line=number, name=name)
    if line is None:
        return None
    record = _parse(line.rstrip("\n"), "\n", number, name)
    return dataclasses.replace(record, name=written)


def _text(line: bytes) -> str:
    # Bytes that are not UTF-8 are preserved.
    return line.decode("utf-8", "surrogateescape")


def _record(line: bytes, number: int, name: str) -> Record | None:
    """Return the record of a line, if it holds anything."""
    body = line.rstrip(b"\r\n")
    ending = _text(line[len(body) :])
    return _parse(_text(body), ending, number, name) if body else None


def _parse(text: str, ending: str, number: int, name: str) -> Record:
    columns = text.split("\t", COLUMNS - 1)
    if len(columns) < COLUMNS:
        raise _malformed(
            f"a VCF record must have {COLUMNS} columns or more, separated by tabs",
            got=f"{len(columns)} ({text[:40]!r})",
            where=f"line {number} of {name}",
        )
    contig, position, _, ref, alt = columns[:5]
    ref = ref[:LONGEST_ALLELE]
    if not (position.isdigit() and position.isascii()):
        raise _malformed(
            "POS must be a whole number",
            got=repr(position[:40]),
            where=f"line {number} of {name}",
        )
    alts = () if alt == "." else tuple(each[:LONGEST_ALLELE] for each in alt.split(","))
    if not (contig and ref and all(alts)) or contig.startswith("#"):
        raise _malformed(
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


def _malformed(rule: str, *, got: str, where: str) -> errors.InputError:
    return errors.InputError(
        rule, got=f"{got} on {where}", remedy="mend or drop that line"
    )
