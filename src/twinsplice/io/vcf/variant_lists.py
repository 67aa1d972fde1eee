"""Plain lists of variants, one a line, read as lines of a minimal VCF.

A line is `chrom-pos-ref-alt`, `chrom:pos:ref:alt`, `chrom:pos ref>alt`, or the
four separated by blanks. Positions are 1-based, as in VCF. Lines that are blank
or start with `#` are skipped.
"""

import re

from twinsplice import errors

HEADER_LINES = (
    "##fileformat=VCFv4.2",
    "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO",
)

# A contig may contain `-` or `:` (HLA alleles), hence the greedy first group.
_LINE = re.compile(
    r"""\s* (?P<contig>\S+) [-:\s]\s* (?P<position>\d+)
    (?: [-:]|\s+ )? (?P<ref>[A-Za-z]+)
    (?: [-:>/]|\s+ ) (?P<alt>[A-Za-z*]+(?:,[A-Za-z*]+)*) \s*""",
    re.VERBOSE | re.ASCII,
)


def vcf_line(text: str, *, line: int, name: str) -> str | None:
    """Return one line of a list as a VCF record, or None without a variant.

    Args:
        text: The line.
        line: Its number (from 1), for messages.
        name: The input's name, for messages.

    Raises:
        InputError: The line is not a variant.
    """
    if not text.strip() or text.startswith("#"):
        return None
    fields = _LINE.fullmatch(text)
    if fields is None:
        raise errors.InputError(
            "an input must begin with ##fileformat (a VCF) or hold one variant a "
            "line, as chrom-pos-ref-alt",
            got=f"{text.strip()[:40]!r} on line {line} of {name}",
            remedy="give a VCF or mend that line",
        )
    contig, position, ref, alt = fields.group("contig", "position", "ref", "alt")
    return f"{contig}\t{position}\t.\t{ref}\t{alt}\t.\t.\t.\n"
