"""BCF as bytes: what a record names, and one more INFO field in it.

pysam's own records are not used: on writing they add, change or delete INFO/END.
Here every byte but those of our own fields stays.

Source: the BCF2 chapter of the VCF specification, v4.3, section 6.
"""

import dataclasses
import io
import re
import struct
from collections.abc import Collection, Iterator, Mapping, Sequence

MAGIC = b"BCF\x02"

# QUAL stays bytes: as a number, the NaN that means "missing" would change.
_FIXED = struct.Struct("<iii4sII")
_LENGTHS = struct.Struct("<II")
_INTEGERS = {1: struct.Struct("<b"), 2: struct.Struct("<h"), 3: struct.Struct("<i")}
_WIDTHS = {0: 0, 1: 1, 2: 2, 3: 4, 5: 4, 7: 1}
_TEXT = 7
_LONG = 15

_DICTIONARY_LINE = re.compile(r"##(?:FILTER|INFO|FORMAT)=<ID=([^,>]+)")
_CONTIG_LINE = re.compile(r"##contig=<ID=([^,>]+)")
_INDEX = re.compile(r",IDX=(\d+)>\s*$")


class DamagedError(ValueError):
    """The bytes are no BCF, or break off."""


@dataclasses.dataclass(frozen=True, slots=True)
class Site:
    """What a record names; `position` is 0-based, as BCF has it."""

    contig: int
    position: int
    alleles: tuple[str, ...]


def read_header(stream: io.BufferedReader) -> list[str]:
    """Return the header's lines; the stream then stands at the first record."""
    if not _exactly(stream, 5).startswith(MAGIC):
        raise DamagedError("it is not of BCF version 2")
    (length,) = struct.unpack("<I", _exactly(stream, 4))
    text = _exactly(stream, length).rstrip(b"\0")
    return text.decode("utf-8", "surrogateescape").splitlines()


def read_records(stream: io.BufferedReader) -> Iterator[bytes]:
    """Yield every record as it stands, its two lengths first."""
    while lengths := stream.read(_LENGTHS.size):
        if len(lengths) < _LENGTHS.size:
            raise DamagedError("it breaks off within a record")
        yield lengths + _exactly(stream, sum(_LENGTHS.unpack(lengths)))


def header_bytes(lines: Sequence[str]) -> bytes:
    """Return a header as a BCF begins with it."""
    text = "".join(f"{line}\n" for line in numbered(lines))
    packed = text.encode("utf-8", "surrogateescape") + b"\0"
    return MAGIC + b"\x02" + struct.pack("<I", len(packed)) + packed


def numbered(lines: Sequence[str]) -> list[str]:
    """Return header lines with every dictionary number spelt out, as IDX."""
    numbers = dictionary(lines)
    return [_with_number(line, numbers) for line in lines]


def dictionary(lines: Sequence[str]) -> dict[str, int]:
    """Return the number that records use for each filter, INFO and FORMAT name."""
    return _assigned(lines, _DICTIONARY_LINE, {"PASS": 0})


def contigs(lines: Sequence[str]) -> dict[int, str]:
    """Return the contig that each number in records stands for."""
    names = _assigned(lines, _CONTIG_LINE, {})
    return {number: name for name, number in names.items()}


def site(record: bytes) -> Site:
    """Return what a record names."""
    start = _LENGTHS.size
    contig, position, _, _, counts, _ = _FIXED.unpack_from(record, start)
    _, at = _value(record, start + _FIXED.size)
    alleles = []
    for _ in range(counts >> 16):
        allele, at = _value(record, at)
        alleles.append(allele.rstrip(b"\0").decode("utf-8", "surrogateescape"))
    return Site(contig=contig, position=position, alleles=tuple(alleles))


def with_info(record: bytes, drop: Collection[int], add: Mapping[int, str]) -> bytes:
    """Return a record with other INFO fields.

    Args:
        record: As read.
        drop: Dictionary numbers of the fields to leave out.
        add: Text of the fields to put at the end, by dictionary number.
    """
    shared, individual = _LENGTHS.unpack_from(record)
    start, end = _LENGTHS.size, _LENGTHS.size + shared
    *fixed, counts, samples = _FIXED.unpack_from(record, start)
    at = _info_start(record, alleles=counts >> 16)
    kept = [record[start + _FIXED.size : at]]
    fields = 0
    for _ in range(counts & 0xFFFF):
        key, after_key = _value(record, at)
        _, after = _value(record, after_key)
        if int.from_bytes(key, "little") not in drop:
            kept.append(record[at:after])
            fields += 1
        at = after
    if at != end:
        raise DamagedError("a record's length is not that of its fields")
    kept += [_typed_integer(key) + _typed_text(text) for key, text in add.items()]
    counts = counts & ~0xFFFF | (fields + len(add))
    body = _FIXED.pack(*fixed, counts, samples) + b"".join(kept)
    return _LENGTHS.pack(len(body), individual) + body + record[end:]


def _assigned(
    lines: Sequence[str], pattern: re.Pattern[str], known: dict[str, int]
) -> dict[str, int]:
    """Number names: as their line says, else as the next; once for each name."""
    following = len(known)
    for line in lines:
        if (found := pattern.match(line)) and found.group(1) not in known:
            said = _INDEX.search(line)
            number = int(said.group(1)) if said else following
            known[found.group(1)] = number
            following = max(following, number + 1)
    return known


def _with_number(line: str, numbers: Mapping[str, int]) -> str:
    found = _DICTIONARY_LINE.match(line)
    if found is None or _INDEX.search(line):
        return line
    return f"{line.rstrip().removesuffix('>')},IDX={numbers[found.group(1)]}>"


def _info_start(record: bytes, *, alleles: int) -> int:
    at = _LENGTHS.size + _FIXED.size
    # The identifier, the alleles and the filters come before.
    for _ in range(alleles + 2):
        _, at = _value(record, at)
    return at


def _value(record: bytes, at: int) -> tuple[bytes, int]:
    """Return the bytes of a typed value and where the next one starts."""
    kind, count = record[at] & 15, record[at] >> 4
    at += 1
    if count == _LONG:
        integer = _INTEGERS[record[at] & 15]
        (count,) = integer.unpack_from(record, at + 1)
        at += 1 + integer.size
    end = at + count * _WIDTHS[kind]
    return record[at:end], end


def _typed_integer(value: int) -> bytes:
    for kind, packed in _INTEGERS.items():
        # The lowest eight values of each width are reserved; none is negative here.
        if value < 1 << (8 * packed.size - 1):
            return bytes([1 << 4 | kind]) + packed.pack(value)
    raise ValueError(f"{value} does not fit 32 bits")


def _typed_text(text: str) -> bytes:
    packed = text.encode("utf-8", "surrogateescape")
    if len(packed) < _LONG:
        return bytes([len(packed) << 4 | _TEXT]) + packed
    return bytes([_LONG << 4 | _TEXT]) + _typed_integer(len(packed)) + packed


def _exactly(stream: io.BufferedReader, size: int) -> bytes:
    found = stream.read(size)
    if len(found) < size:
        raise DamagedError("it breaks off")
    return found
