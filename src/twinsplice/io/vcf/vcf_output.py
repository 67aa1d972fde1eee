"""Writing of records unchanged but for added INFO fields.

The output's name selects the format: `.vcf.gz` (bgzip with an index), `.bcf` (with an
index), `-` (text to stdout), else plain text. Files are written atomically.
"""

import abc
import contextlib
import pathlib
import re
import sys
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from twinsplice import errors, heap
from twinsplice.io import drafts
from twinsplice.io.vcf import bgzf, conversion, streams, vcf

ENDINGS = (".vcf", ".vcf.gz", ".vcf.bgz", ".bcf")

_BUFFER = 1 << 18
_LONG = 1 << 24
"""Letters of a line that are written at once."""
_LINES = 1_000
"""Header lines that are."""
_PACKED = (".gz", ".bgz")
_INFO = "##INFO=<"
# A key and its value, which may be quoted; ID need not be the first key.
_PAIR = re.compile(r'(\w+)=("(?:[^"\\]|\\.)*"|[^,>]*)[,>]?')
# TBI, the usual index, is limited to positions below this (SAM tools, tabix(1)).
_TBI_LIMIT = 1 << 29
# htslib's own limit on positions.
_HTSLIB_LIMIT = 1 << 31
# Characters that VCF 4.3 (section 1.2) requires to be encoded, blanks, and the `|`
# that separates the sub-fields of the added INFO values.
_RESERVED = re.compile(r"[\s;=,%|\x00-\x1f]")


_Write = Callable[[bytes], object]


class Sink(abc.ABC):
    """An open output.

    Attributes:
        index: Ending of the index that the output has, once it is closed.
        note: Why it has none, if it should; else empty.
    """

    index = note = ""

    @abc.abstractmethod
    def write(self, record: vcf.Record, info: Mapping[str, str]) -> None:
        """Write a record.

        Args:
            record: The record as read.
            info: INFO fields to add, formatted, lists joined by commas. Existing
                fields of the same names are replaced.

        Raises:
            InputError: The output is to be indexed and the record is out of order.
        """


def info_text(value: str) -> str:
    """Return text as an INFO value: reserved characters are percent-encoded."""
    return _RESERVED.sub(lambda letter: f"%{ord(letter.group()):02X}", value)


@contextlib.contextmanager
def open_output(
    path: pathlib.Path,
    source: vcf.Source,
    info_lines: Sequence[str],
    older: Collection[str] = (),
) -> Iterator[Sink]:
    """Open an output for writing within a block; an error in the block discards it.

    Text is written to stdout and to pipes at once. A BCF is converted at the end.

    Args:
        path: The output; its ending selects the format.
        source: The input, for its header.
        info_lines: `##INFO=<ID=...>` lines of the fields to be added; they are
            inserted before `#CHROM` and replace older ones.
        older: Names of further INFO fields that are left out, as they are of an older
            run.

    Raises:
        InputError: The output cannot be written to.
    """
    plan = _Plan(source, info_lines, older)
    if path == streams.STANDARD:
        if not hasattr(sys.stdout, "buffer"):
            raise errors.InputError(
                "an output must be open for writing",
                got="a standard output that is closed",
                remedy="give a file with -o",
            )
        yield _TextSink(sys.stdout.buffer.write, plan)
        sys.stdout.buffer.flush()
    elif drafts.is_special(path):
        with path.open("wb", _BUFFER) as special:
            yield _TextSink(special.write, plan)
    else:
        with drafts.publishing(path) as draft, _file(draft, plan) as sink:
            yield sink
        if sink.index and not _index(path, sink.index).is_file():
            sink.index, sink.note = "", _without_index(path)
        # An older file's index would be taken for this one's.
        if path.name.endswith((*_PACKED, ".bcf")):
            for kind in {"tbi", "csi"} - {sink.index}:
                with contextlib.suppress(OSError):
                    _index(path, kind).unlink(missing_ok=True)


class _Plan:
    """The header and the added fields of an output.

    Attributes:
        header: Header lines, with those of the added fields.
        own: Names of the added INFO fields, and of older ones that are left out.
    """

    def __init__(
        self,
        source: vcf.Source,
        info_lines: Sequence[str],
        older: Collection[str],
    ) -> None:
        self._source = source
        self.own = frozenset((*_names(info_lines), *older))
        self.header = _header(source.header_lines, info_lines, self.own)

    def written(self) -> None:
        """Forget the header, which has been written."""
        self.header.clear()
        self._source.forget_header()


@contextlib.contextmanager
def _file(draft: pathlib.Path, plan: _Plan) -> Iterator[Sink]:
    """Open a file; write its index, if it has one, at the end."""
    to_bcf, packed = draft.name.endswith(".bcf"), draft.name.endswith(_PACKED)
    order = _Order()
    text = draft.with_name("stage.vcf") if to_bcf else draft
    opened = bgzf.open_file(text) if packed else text.open("wb", buffering=_BUFFER)
    with opened as handle:
        sink: Sink = _TextSink(handle.write, plan)
        if to_bcf or packed:
            sink = _Ordered(sink, order)
        yield sink
    # htslib needs room for names of its own.
    order.forget()
    heap.trim()
    if to_bcf:
        conversion.to_bcf(text, draft)
    if to_bcf or packed:
        sink.index = _indexed(draft, order)
        if not sink.index:
            sink.note = _without_index(draft)


def _without_index(path: pathlib.Path) -> str:
    return (
        f"{path.name} is whole, but has no index: htslib cannot make one of its "
        "positions, or not write it"
    )


class _TextSink(Sink):
    """Records as text."""

    def __init__(self, write: _Write, plan: _Plan) -> None:
        self._write = write
        self._own = plan.own
        # Where none of these is, none of the others is.
        self._signs = tuple(
            name
            for name in sorted(plan.own)
            if not any(each in name for each in plan.own if each != name)
        )
        # In parts: of a million contigs the whole takes much room.
        for first in range(0, len(plan.header), _LINES):
            part = plan.header[first : first + _LINES]
            write(_bytes("".join(f"{line}\n" for line in part)))
        plan.written()

    def write(self, record: vcf.Record, info: Mapping[str, str]) -> None:
        text = record.text
        start, end = _info_span(text)
        others = text[start:end]
        if any(sign in others for sign in self._signs):
            others = _without(others, self._own)
        merged = _merged(others, info)
        if len(text) <= _LONG and record.omitted is None:
            changed = f"{text[:start]}{merged}{text[end:]}{record.ending}"
            self._write(_bytes(changed))
            return
        # Copies of a very long line would take more memory than all else.
        if record.omitted is not None:
            for part in record.omitted.restored(text[:start]):
                self._write(part)
        else:
            for first in range(0, start, _LONG):
                self._write(_bytes(text[first : min(first + _LONG, start)]))
        self._write(_bytes(merged))
        for first in range(end, len(text), _LONG):
            self._write(_bytes(text[first : first + _LONG]))
        self._write(_bytes(record.ending))


def _info_span(text: str) -> tuple[int, int]:
    """Return where the INFO column of a record begins and ends in its text."""
    start = 0
    for _ in range(vcf.COLUMNS - 1):
        start = text.index("\t", start) + 1
    end = text.find("\t", start)
    return start, len(text) if end < 0 else end


class _Order:
    """The order of records in an indexed output.

    Attributes:
        furthest: The largest end of any record so far (0-based).
    """

    def __init__(self) -> None:
        self._seen: set[str] = set()
        self._contig = ""
        self._position = -1
        self.furthest = 0

    def check(self, contig: str, position: int, length: int) -> None:
        """Check a record against its predecessors.

        Raises:
            InputError: It is out of order, or beyond htslib's positions.
        """
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

    def forget(self) -> None:
        """Forget the names of contigs: no record is to come."""
        self._seen.clear()


class _Ordered(Sink):
    """A sink that accepts sorted records only."""

    def __init__(self, inner: Sink, order: _Order) -> None:
        self._inner = inner
        self._order = order

    def write(self, record: vcf.Record, info: Mapping[str, str]) -> None:
        self._order.check(record.contig, record.position, len(record.ref))
        self._inner.write(record, info)


def _indexed(draft: pathlib.Path, order: _Order) -> str:
    """Write the index of an output; return its ending, or nothing if there is none.

    Not even a full disk may cost the scores: the output is whole without its index.
    """
    is_bcf = draft.name.endswith(".bcf")
    # END may lie beyond what the usual index holds, and REF not tell.
    is_near = not is_bcf and order.furthest < _TBI_LIMIT
    kinds: tuple[str, ...] = ("tbi", "csi") if is_near else ("csi",)
    for kind in kinds:
        with contextlib.suppress(errors.InputError):
            if is_bcf:
                conversion.index_bcf(draft)
            else:
                conversion.index_text(draft, csi=kind == "csi")
            return kind
        _index(draft, kind).unlink(missing_ok=True)
    return ""


def _index(path: pathlib.Path, kind: str) -> pathlib.Path:
    return path.with_name(f"{path.name}.{kind}")


def _names(info_lines: Sequence[str]) -> Iterator[str]:
    for line in info_lines:
        name = _name(line)
        if name is None:
            raise ValueError(f"not an INFO header line: {line!r}")
        yield name


def _name(line: str) -> str | None:
    """Return the ID that a header line of an INFO field declares, if it is one."""
    if line.startswith(_INFO):
        for pair in _PAIR.finditer(line, len(_INFO)):
            if pair[1] == "ID":
                return pair[2]
    return None


def _header(
    lines: Sequence[str], info_lines: Sequence[str], ours: frozenset[str]
) -> list[str]:
    """Return the header with the added lines before `#CHROM`, without older ones."""
    others = [line for line in lines if _name(line) not in ours]
    ending = "\r" if others[-1].endswith("\r") else ""
    # Names of files may hold line feeds.
    added = (errors.printable(line, keep="\t") + ending for line in info_lines)
    return [*others[:-1], *added, others[-1]]


def _without(info: str, ours: frozenset[str]) -> str:
    """Return an INFO column without fields of some names."""
    fields = info.split(";")
    others = [field for field in fields if field.split("=", 1)[0] not in ours]
    return info if len(others) == len(fields) else ";".join(others) or "."


def _merged(others: str, info: Mapping[str, str]) -> str:
    """Return an INFO column with fields added."""
    added = ";".join(f"{name}={value}" for name, value in info.items())
    if not added:
        return others
    if others in {"", "."}:
        return added
    return f"{others}{added}" if others.endswith(";") else f"{others};{added}"


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
