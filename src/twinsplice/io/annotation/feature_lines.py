"""Lines of GTF and GFF3 files, and their attributes.

Which of the two a file is shows in the attributes of its exons (`key "value";` or
`key=value;`): first lines are missing, or wrong, in files of many programs.

Source: GTF 2.2, mblab.wustl.edu/GTF22.html; GFF3 1.26,
github.com/The-Sequence-Ontology/Specifications.
"""

import re
import urllib.parse
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from twinsplice import errors
from twinsplice.io import lines

COLUMNS = 9
# Past the end of any contig.
_BEYOND = 1 << 40
_SEQUENCE = ("##FASTA", ">")
"""What GFF3 ends with; older files have sequences without a word before them."""
_DISPLAY = ("track", "browser")
_STRANDS = frozenset("+-.?")
_GTF_PAIR = re.compile(r'([\w.:-]+)\s+(?:"([^"]*)"|([^;"]*?))\s*(?:;|$)')
_GFF3_KEY = re.compile(r"\s*[\w.:-]+\s*=")


class Row(NamedTuple):
    """The used fields of one line; bases 0-based, half-open."""

    number: int
    contig: str
    feature: str
    start: int
    end: int
    strand: str
    attributes: str

    @property
    def stranded(self) -> bool:
        """Whether its strand is known."""
        return self.strand in {"+", "-"}


def features(
    numbered: Iterable[tuple[int, str]], where: str
) -> Iterator[tuple[int, list[str]]]:
    """Yield the columns of feature lines, with their numbers.

    Raises:
        InputError: A line has not nine columns.
    """
    for number, line in numbered:
        if line.startswith(_SEQUENCE):
            return
        if not line or line[0] == "#":
            continue
        columns = line.split("\t")
        if is_display(line):
            continue
        if len(columns) != COLUMNS:
            raise lines.malformed(
                "a line of a GTF or GFF3 file has nine tab-separated columns",
                where=where,
                number=number,
                got=f"{len(columns)}",
            )
        yield number, columns


def is_display(line: str) -> bool:
    """Return whether a line tells a genome browser how to show those below."""
    return line.startswith(_DISPLAY) and line.split(maxsplit=1)[0] in _DISPLAY


def row(number: int, columns: list[str], where: str) -> Row:
    """Return a line's fields.

    Raises:
        InputError: Its places or its strand make no sense.
    """
    contig, _, feature, first, last, _, strand, _, attributes = columns
    try:
        start, end = int(first) - 1, int(last)
        valid = 0 <= start < end < _BEYOND and strand in _STRANDS
    except ValueError:
        valid = False
    if not valid:
        raise lines.malformed(
            "an exon has a start, an end not before it, and a strand",
            where=where,
            number=number,
            got=f"'{first} {last} {strand}'",
        )
    return Row(number, contig, feature, start, end, strand, attributes)


def is_gff3(attributes: str) -> bool:
    """Return whether attributes are written as GFF3 has them, rather than GTF."""
    return _GFF3_KEY.match(attributes) is not None


def gtf_attributes(text: str) -> dict[str, str]:
    """Return GTF attributes; values of a key that comes again are joined by commas.

    Quoted values may hold semicolons; values need no quotes.
    """
    found: dict[str, str] = {}
    for key, quoted, bare in _GTF_PAIR.findall(text):
        value = quoted or bare
        found[key] = f"{found[key]},{value}" if key in found else value
    return found


def gff3_attributes(text: str) -> dict[str, str]:
    """Return GFF3 attributes, decoded."""
    pairs = (part.partition("=") for part in text.split(";"))
    return {key.strip(): urllib.parse.unquote(value.strip()) for key, _, value in pairs}


def orphan(rule: str, line: Row, where: str) -> errors.InputError:
    """Return the error for a line that belongs to nothing."""
    return lines.malformed(
        f"an exon of {rule}",
        where=where,
        number=line.number,
        got=f"'{line.attributes[:60]}'",
    )
