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
from twinsplice.io import hgvs_forms
from twinsplice.io.vcf import bcf, long_lines, records, streams, variant_lists

Record = records.Record
COLUMNS, NO_PLACE = records.COLUMNS, records.NO_PLACE
_HEADER_SIGNS = ("##fileformat=", "#CHROM\tPOS\t")
LONGEST_LINE = 1 << 26
"""Bytes of a line that is held as a whole: one of a header or a list."""
_DOUBTFUL = 100
"""Lines of an input that are read to find a variant among them."""


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

    @property
    def is_bcf(self) -> bool:
        """Whether bcftools reads it, in a process of its own."""
        return False

    def forget_header(self) -> None:
        """Keep no more of the header than its last line: it has been written."""
        self.header_lines = self.header_lines[-1:]

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
            found = self._read_records(len(self.header_lines))
        else:
            self.is_list = True
            self.header_lines = variant_lists.HEADER_LINES
            found = self._read_list(first, names=names)
        self._records = self._explained(found)

    def __iter__(self) -> Iterator[Record]:
        return self._records

    def fraction_read(self) -> float | None:
        return self._stream.fraction_read()

    @property
    def is_bcf(self) -> bool:
        return self._stream.is_bcf

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
        pieces, size = list[bytes](), 0
        for piece in long_lines.whole(line, self._lines):
            pieces.append(piece)
            size += len(piece)
            if size > LONGEST_LINE:
                # A device, or a file of something else, may have no line end at all.
                raise errors.InputError(
                    f"a line of a header or a list has at most {LONGEST_LINE:,} bytes",
                    got=f"more in {self._stream.name}",
                    remedy="check that this is the file you meant",
                )
        return b"".join(pieces)

    def _first_line(self) -> str:
        """Return the first line that is not blank; `_blank` counts those before it."""
        self._blank = 0
        line = self._next_line().removeprefix(codecs.BOM_UTF8)
        while line.isspace():
            self._blank += 1
            line = self._next_line()
        return records.decoded(line)

    def _read_header(self, first: str) -> tuple[str, ...]:
        name = self._stream.name
        lines = [first.removesuffix("\n")]
        while lines[-1].startswith("##"):
            line = records.decoded(self._next_line())
            if not line.startswith(("##", "#CHROM")):
                number = self._blank + len(lines) + 1
                raise errors.InputError(
                    "a VCF header must end with a #CHROM line",
                    got=f"{line[:40]!r} on line {number} of {name}",
                    remedy="put the header's last line back",
                )
            lines.append(line.removesuffix("\n"))
        return tuple(lines)

    def _explained(
        self, found: Generator[Record, None, None]
    ) -> Generator[Record, None, None]:
        with self._stream.explained():
            yield from found

    def _read_records(self, header: int) -> Generator[Record, None, None]:
        name, number = self._stream.name, self._blank + header
        # Of a line that may be very long no more is kept than its record.
        for line in self._lines:
            number += 1
            if long_lines.goes_on(line):
                record = self._long_record(line, number)
            else:
                record = records.of_line(line, number, name)
            del line
            if record is not None:
                yield record
                del record

    def _long_record(self, first: bytes, number: int) -> Record | None:
        """Return the record of a long line, of which the first piece was read."""
        pieces = long_lines.whole(first, self._lines)
        text, omitted = long_lines.shortened(pieces, self._store)
        body = text.rstrip("\r\n")
        record = records.parse(body, text[len(body) :], number, self._stream.name)
        return dataclasses.replace(record, omitted=omitted) if omitted else record

    def _read_list(self, first: str, *, names: bool) -> Generator[Record, None, None]:
        name, number, text = self._stream.name, self._blank + 1, first
        # What has no variant among its first lines is no list of them.
        doubtful: list[Record] = []
        sure = not names
        while text:
            if text.startswith(_HEADER_SIGNS):
                # Else the rest of a VCF would be read without its fields.
                raise records.malformed(
                    "the header of a VCF must come first",
                    got=repr(text[:40].rstrip()),
                    where=f"line {number} of {name}",
                )
            record = _listed(text, number, name, names=names)
            text, number = records.decoded(self._next_line()), number + 1
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
    columns = variant_lists.columns(text)
    if names and not columns and variant_lists.parse(text) is None:
        return Record(number, "", -1, "N", (), NO_PLACE, name=written)
    line = variant_lists.vcf_line(text, line=number, name=name)
    if line is None:
        return None
    record = records.parse(line.rstrip("\n"), "\n", number, name)
    note = variant_lists.NO_SAMPLES if len(columns) > COLUMNS else ""
    return dataclasses.replace(record, name=written, note=note)
