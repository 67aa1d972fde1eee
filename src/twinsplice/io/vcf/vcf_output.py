"""Writing records back as they came, with INFO fields of our own added.

The name says the form: `.vcf.gz` (bgzip with an index), `.bcf` (with an index),
`-` (text to stdout), anything else plain text. Files appear whole or not at all.
"""

import abc
import contextlib
import pathlib
import re
import struct
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence

from twinsplice import errors
from twinsplice.io import drafts
from twinsplice.io.vcf import bcf, bgzf, conversion, streams, vcf

ENDINGS = (".vcf", ".vcf.gz", ".vcf.bgz", ".bcf")

_BUFFER = 1 << 18
_PACKED = (".gz", ".bgz")
_INFO_LINE = re.compile(r"##INFO=<ID=([^,>]+)")
# TBI, the usual index, cannot hold places beyond this (SAM tools, tabix(1)).
_TBI_LIMIT = 1 << 29
# htslib's own limit on positions.
_HTSLIB_LIMIT = 1 << 31
# What VCF 4.3 (section 1.2) wants encoded, with blanks, and the `|` that parts
# the sub-fields of our own INFO values.
_RESERVED = re.compile(r"[\s;=,%|\x00-\x1f]")


_Write = Callable[[bytes], object]


class Sink(abc.ABC):
    """An open output."""

    @abc.abstractmethod
    def write(self, record: vcf.Record, info: Mapping[str, str]) -> None:
        """Write a record, in the order of calls.

        Args:
            record: As it was read.
            info: INFO fields to add, formatted, lists joined by commas. Fields
                of the output's own names that the record had before go.

        Raises:
            InputError: The output is to be indexed and the record is out of order.
        """


def info_text(value: str) -> str:
    """Return text fit for an INFO value: reserved characters percent-encoded."""
    return _RESERVED.sub(lambda found: f"%{ord(found.group()):02X}", value)


@contextlib.contextmanager
def open_output(
    path: pathlib.Path, source: vcf.Source, info_lines: Sequence[str]
) -> Iterator[Sink]:
    """Open an output for the length of a block; an error in the block undoes it.

    Text goes to stdout and to pipes as it comes, unless it is made from BCF: then
    it comes at the end.

    Args:
        path: Where to; its name gives the form.
        source: The input, for its header and its form.
        info_lines: `##INFO=<ID=...>` lines of the fields to be added, of
            Type=String; they go before `#CHROM`, in place of older ones.

    Raises:
        InputError: The place cannot be written to.
    """
    plan = _Plan(source, info_lines)
    if path == streams.STANDARD:
        if sys.stdout is None:
            raise errors.InputError(
                "an output must be open for writing",
                got="a standard output that is closed",
                remedy="give a file with -o",
            )
        with _flowing(sys.stdout.buffer.write, plan) as sink:
            yield sink
        sys.stdout.buffer.flush()
    elif drafts.is_special(path):
        with path.open("wb", _BUFFER) as special, _flowing(special.write, plan) as sink:
            yield sink
    else:
        with drafts.publishing(path) as draft, _file(draft, plan) as sink:
            yield sink
        # htslib prefers a .csi, so one left by an earlier file would mislead it.
        if path.name.endswith(_PACKED) and _index(path, "tbi").exists():
            _index(path, "csi").unlink(missing_ok=True)


class _Plan:
    """What to write, whatever the place.

    Attributes:
        is_bcf: Whether records come as BCF.
        header: Header lines, with our own.
        own: Names of our INFO fields.
        stale: Numbers that a BCF's records use for older fields of these names.
    """

    def __init__(self, source: vcf.Source, info_lines: Sequence[str]) -> None:
        self.is_bcf = source.is_bcf
        self.own = frozenset(_names(info_lines))
        # Taking a line away must not change the numbers of those after it.
        lines = (
            bcf.numbered(source.header_lines) if self.is_bcf else source.header_lines
        )
        self.header = _header(lines, info_lines, self.own)
        numbers = bcf.dictionary(lines)
        self.stale = {numbers[name] for name in self.own if name in numbers}


@contextlib.contextmanager
def _flowing(write: _Write, plan: _Plan) -> Iterator[Sink]:
    """Text to where nothing can be renamed."""
    if not plan.is_bcf:
        yield _TextSink(write, plan)
        return
    with tempfile.TemporaryDirectory() as name:
        whole = pathlib.Path(name, "whole.vcf")
        with _converted(whole, plan) as sink:
            yield sink
        with whole.open("rb") as text:
            while chunk := text.read(_BUFFER):
                write(chunk)


@contextlib.contextmanager
def _file(draft: pathlib.Path, plan: _Plan) -> Iterator[Sink]:
    """A file and, where it is to have one, its index."""
    to_bcf, packed = draft.name.endswith(".bcf"), draft.name.endswith(_PACKED)
    order = _Order()
    way = _unchanged if to_bcf == plan.is_bcf else _converted
    with way(draft, plan) as sink:
        yield _Ordered(sink, order) if to_bcf or packed else sink
    if to_bcf:
        conversion.index_bcf(draft)
    elif packed:
        conversion.index_text(draft, csi=order.furthest >= _TBI_LIMIT)


@contextlib.contextmanager
def _unchanged(target: pathlib.Path, plan: _Plan) -> Iterator[Sink]:
    """A file of the input's form: text, packed or not, or BCF."""
    if plan.is_bcf:
        with bgzf.open_file(target) as handle:
            yield _BcfSink(handle.write, plan)
    elif target.name.endswith(_PACKED):
        with bgzf.open_file(target) as handle:
            yield _TextSink(handle.write, plan)
    else:
        with target.open("wb", buffering=_BUFFER) as handle:
            yield _TextSink(handle.write, plan)


@contextlib.contextmanager
def _converted(target: pathlib.Path, plan: _Plan) -> Iterator[Sink]:
    """A file of the other form: first one of the input's, then that converted."""
    stage = target.with_name("stage.bcf" if plan.is_bcf else "stage.vcf")
    with _unchanged(stage, plan) as sink:
        yield sink
    if plan.is_bcf:
        conversion.to_text(stage, target)
    else:
        conversion.to_bcf(stage, target)


class _TextSink(Sink):
    """Records as text."""

    def __init__(self, write: _Write, plan: _Plan) -> None:
        self._write = write
        self._own = plan.own
        write(_bytes("".join(f"{line}\n" for line in plan.header)))

    def write(self, record: vcf.Record, info: Mapping[str, str]) -> None:
        columns = record.text.split("\t", vcf.COLUMNS)
        columns[vcf.COLUMNS - 1] = _merged(columns[vcf.COLUMNS - 1], self._own, info)
        self._write(_bytes("\t".join(columns) + record.ending))


class _BcfSink(Sink):
    """Records as BCF."""

    def __init__(self, write: _Write, plan: _Plan) -> None:
        self._write = write
        self._numbers = bcf.dictionary(plan.header)
        self._stale = plan.stale
        write(bcf.header_bytes(plan.header))

    def write(self, record: vcf.Record, info: Mapping[str, str]) -> None:
        if record.native is None:
            raise TypeError("a record of a text was given to a BCF's output")
        add = {self._numbers[name]: value for name, value in info.items()}
        try:
            changed = bcf.with_info(record.native, self._stale, add)
        except (ValueError, LookupError, struct.error) as error:
            raise errors.InputError(
                "a BCF must be whole and sound",
                got=f"a damaged record, the input's number {record.line}",
                remedy="copy or make it again",
            ) from error
        self._write(changed)


class _Order:
    """Where an output stands, if it is to be indexed.

    Attributes:
        furthest: The last base of any record so far (0-based).
    """

    def __init__(self) -> None:
        self._seen: set[str] = set()
        self._contig = ""
        self._position = -1
        self.furthest = 0

    def check(self, contig: str, position: int, length: int) -> None:
        """Take note of a record; raise InputError where it cannot come here."""
        moved = contig != self._contig
        if contig in self._seen if moved else position < self._position:
            raise errors.InputError(
                "an indexed output needs records sorted by contig and position",
                got=f"{contig}:{position + 1} after "
                f"{self._contig}:{self._position + 1}",
                remedy="sort with bcftools sort, or write to a name ending in .vcf",
            )
        if position + length >= _HTSLIB_LIMIT:
            raise errors.InputError(
                f"an indexed output needs positions below {_HTSLIB_LIMIT:,}",
                got=f"{contig}:{position + 1}",
                remedy="mend that record, or write to a name ending in .vcf",
            )
        if moved:
            self._seen.add(contig)
        self._contig, self._position = contig, position
        self.furthest = max(self.furthest, position + length)


class _Ordered(Sink):
    """A sink that takes records in order only."""

    def __init__(self, inner: Sink, order: _Order) -> None:
        self._inner = inner
        self._order = order

    def write(self, record: vcf.Record, info: Mapping[str, str]) -> None:
        self._order.check(record.contig, record.position, len(record.ref))
        self._inner.write(record, info)


def _index(path: pathlib.Path, kind: str) -> pathlib.Path:
    return path.with_name(f"{path.name}.{kind}")


def _names(info_lines: Sequence[str]) -> Iterator[str]:
    for line in info_lines:
        found = _INFO_LINE.match(line)
        if found is None:
            raise ValueError(f"not an INFO header line: {line!r}")
        yield found.group(1)


def _header(
    lines: Sequence[str], info_lines: Sequence[str], own: frozenset[str]
) -> list[str]:
    """Return the header with our lines last but for `#CHROM`, older ones gone."""
    kept = [
        line
        for line in lines
        if not ((found := _INFO_LINE.match(line)) and found.group(1) in own)
    ]
    ending = "\r" if kept[-1].endswith("\r") else ""
    return [*kept[:-1], *(line + ending for line in info_lines), kept[-1]]


def _merged(old: str, own: frozenset[str], info: Mapping[str, str]) -> str:
    """Return an INFO column less its own fields' old values, plus the new ones."""
    kept = old
    if any(name in old for name in own):
        fields = old.split(";")
        kept = ";".join(each for each in fields if each.split("=", 1)[0] not in own)
    added = ";".join(f"{name}={value}" for name, value in info.items())
    if not added:
        return old if kept == old else kept or "."
    if kept in {"", "."}:
        return added
    return f"{kept}{added}" if kept.endswith(";") else f"{kept};{added}"


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
