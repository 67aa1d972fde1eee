"""Plain lists of variants, one a line, read as lines of a minimal VCF.

A line is `chrom-pos-ref-alt`, `chrom:pos:ref:alt`, `chrom:pos ref>alt`, the four
separated by blanks, a region `chrom:start-end ref/alt`, or a line of a VCF, of which
all columns but those of samples are kept. Positions are 1-based, as in VCF; an alt of
`.` is none. Lines that are blank or start with `#` are skipped.
"""

import re

from twinsplice import errors
from twinsplice.genome import whole_numbers
from twinsplice.io import hgvs_forms

HEADER_LINES = (
    "##fileformat=VCFv4.2",
    "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO",
)

_POSITION = r"(?P<position>\d{1,18}|\d{1,3}(?:,\d{3})+)"
_ALTS = r"(?P<alt>[A-Za-z*]+(?:,[A-Za-z*]+)*|\.)"
# A contig may contain `-` or `:` (HLA alleles), hence the greedy first group.
_LINE = re.compile(
    rf"""(?P<contig>\S+) [-:\s]\s* {_POSITION}
    (?: [-:]|\s+ )? (?P<ref>[A-Za-z]+)
    (?: [-:>/]|\s+ ) {_ALTS}""",
    re.VERBOSE | re.ASCII,
)
_REGION = re.compile(
    rf"""(?P<contig>\S+?):{_POSITION}-(?P<end>[1-9][\d,]*)
    [:\s]\s* (?P<ref>[A-Za-z]+) [:/>] {_ALTS}""",
    re.VERBOSE | re.ASCII,
)
NO_SAMPLES = "the columns of its samples are left out: no header names them"
"""What must be known of a VCF's line that has more than the columns of a site."""
_COLUMNS = 8
# A whole one; what ALT holds is checked as that of any record.
_RECORD = re.compile(r"[^\s#][^\s]*\t\d{1,18}\t[^\t]*\t[A-Za-z]+\t[^\s]+(?:\t.*){3}")
_VCF = re.compile(
    rf"(?P<contig>\S+)\s+{_POSITION}\s+\S+\s+(?P<ref>[A-Za-z]+)\s+{_ALTS}(?:\s.*)?",
    re.ASCII,
)


def is_empty(text: str) -> bool:
    """Return whether a line holds no variant, being blank or a comment."""
    return not text.strip() or text.startswith("#")


def columns(text: str) -> list[str]:
    """Return the columns of a line that is one of a VCF; else none."""
    line = text.rstrip("\r\n")
    cells = line.split("\t") if line.count("\t") >= _COLUMNS - 1 else []
    return cells if cells and _RECORD.fullmatch(line) else []


def parse(text: str) -> tuple[str, int, str, str] | None:
    """Return contig, position (1-based), REF and ALT of a line; None if it has none."""
    line = hgvs_forms.plain(text)
    # `c.88-3C>T` would be a place on a contig of an odd name.
    if hgvs_forms.looks_like_one(line):
        return None
    region = _REGION.fullmatch(line)
    fields = region or _LINE.fullmatch(line) or _VCF.fullmatch(line)
    if fields is None:
        return None
    contig, ref, alt = fields.group("contig", "ref", "alt")
    position = whole_numbers.parse(fields["position"])
    if region and whole_numbers.parse(region["end"]) - position + 1 != len(ref):
        return None
    return contig, position, ref, alt


def vcf_line(text: str, *, line: int, name: str) -> str | None:
    """Return one line of a list as a VCF record, or None without a variant.

    Args:
        text: The line.
        line: Its number (from 1), for messages.
        name: The input's name, for messages.

    Raises:
        InputError: The line is not a variant.
    """
    if is_empty(text):
        return None
    if cells := columns(text):
        return "\t".join(cells[:_COLUMNS]) + "\n"
    fields = parse(text)
    if fields is None:
        raise malformed(text, line=line, name=name)
    contig, position, ref, alt = fields
    return f"{contig}\t{position}\t.\t{ref}\t{alt}\t.\t.\t.\n"


def malformed(text: str, *, line: int, name: str) -> errors.InputError:
    """Return the error for a line that is not a variant; see `vcf_line`."""
    return errors.InputError(
        "an input must begin with ##fileformat (a VCF) or hold one variant a "
        "line, as chrom-pos-ref-alt",
        got=f"{text.strip()[:40]!r} on line {line} of {name}",
        remedy="give a VCF or mend that line",
    )
