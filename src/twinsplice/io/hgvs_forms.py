"""What looks like an HGVS name; told without anything that is slow to load."""

import functools
import html
import re
import urllib.parse

_LOOKS = re.compile(r"[^\s:]+\s*:\s*[cgnmpr]\.\s*\S|\S+\s+[cgnm]\.\S", re.IGNORECASE)
# A transcript or gene before the colon, and positions and a change without `c.`.
_NO_AXIS = re.compile(
    r"""(?P<on> (?:[NX][MR]_|ENS[A-Z]*T)\d[\d.]* | [A-Z][A-Z0-9-]*[A-Z0-9]
    | \d{1,2} | [XY])
    (?P<symbol>\([\w-]+\))? (?: \s*:\s* | \s+ )
    (?P<change>[-*]?\d+(?:[-+]\d+)?(?:_[-*]?\d+(?:[-+]\d+)?)?
    (?:[ACGT]+>[ACGT]+|(?:del|dup|ins|inv)[ACGT]*(?:ins[ACGT]+)?))""",
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
_CONTIG = re.compile(r"(?:chr)?(?:\d+|X|Y|MT?)|chr\w+", re.IGNORECASE)
_CHROMOSOME = r"(?:chr\s?)?(?:\d{1,2}|X|Y|MT?)"
# As names of variants have them in some tables, with a `_` or `/` between the alleles,
# or with one sign between all four.
_JOINED = tuple(
    re.compile(rf"(?P<contig>{_CHROMOSOME}){form}(?P<alt>[ACGTN]+)", re.IGNORECASE)
    for form in (
        r"[:_]\s?(?P<position>\d+)_(?P<ref>[ACGTN]+)[_/]",
        r"(?P<sign>[|;,])\s?(?P<position>\d+)(?P=sign)\s?(?P<ref>[ACGTN]+)(?P=sign)\s?",
    )
)
# Blanks within a place, as in `chr 17: 43090943 C>T`.
_SPACED = re.compile(r"(?<=^chr)\s(?=[\dXYM]+\b)|(?<=:)\s+(?=[\d,]+\b)", re.IGNORECASE)
# A build behind a place and alleles, as in `chr17_43090943_C_T_b38`, `… (hg38)`.
_BUILT = re.compile(
    r"""(?P<place>(?:chr)?(?:\d{1,2}|X|Y|MT?)[-:_]\d+[-:_][ACGTN]+[-:_>/][ACGTN]+)
    (?:[-:_]|[\s,]+\(?)(?P<build>b3[78]|hg19|hg38|GRCh3[78])\)?""",
    re.VERBOSE | re.IGNORECASE,
)
_BUILD = r"(?P<build>b3[78]|hg19|hg38|GRCh3[78])(?:\.p\d+)?(?:/hg(?:19|38))?"
# A build before a place or a name on a chromosome, as in `hg19 chr17:g.43090943C>T`.
_BUILD_FIRST = re.compile(rf"{_BUILD}[\s:/]+(?=(?:chr|NC_)?[\dXYM])", re.IGNORECASE)
# And in the middle or behind: `Chr17(GRCh37):g.`, `GRCh37(chr17):g.`, `… (GRCh37)`.
_BUILD_WITHIN = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"^(?P<before>[^\s:()]+)\s?\({_BUILD}\)\s?(?P<after>:\s?[gm]\..*)$",
        rf"^{_BUILD}\s?\((?P<before>[^\s:()]+)\)\s?(?P<after>:\s?[gm]\..*)$",
        rf"^(?P<before>[^\s:()]+\s?:)(?P<after>\s?[gm]\..*?)[\s,]+\(?{_BUILD}\)?$",
    )
)
_RECORD = re.compile(r"\bLRG_?(\d+)[_\s]?(t\d+)\b", re.IGNORECASE)
# What only SPDI writes, which counts from 0: an empty allele, or a number of bases.
_SPDI = re.compile(
    r"""(?P<on>N[CTW]_\d+(?:\.\d+)?):(?P<place>\d{1,10}):
    (?:(?P<old>[ACGT]*):|(?P<count>\d{1,5}):)(?P<new>[ACGT]*)""",
    re.VERBOSE | re.IGNORECASE,
)
_BLANKS = re.compile(r"(\s)\s+")
# Quotes about the cells of a table's line.
_CELLS = re.compile(r'"\s*([,;|\t])\s*"?|([,;|\t])\s*"')
_ARROW = re.compile(r"(?<=[ACGTacgt])[-=]+>(?=[ACGTacgt])")
_ON = r"(?:(?:N[MR]|X[MR])_\d+(?:\.\d+)?|ENST\d+(?:\.\d+)?)"
_GENE = r"(?!(?:N[CGMR]|X[MR])_|ENST\d)[A-Za-z][\w-]*"
_BLANK = r"\s*[:,|]?\s*"
_EXON = r"(?:ex(?:on)?\.?\s?\d+\s*[:,|]?\s*)"
_CHANGE = r"(?=[cn]\.)"
# What stands about a transcript in tables and reports, and the form that it means.
_SETTINGS = (
    # `NM_007294.4 (BRCA1): c.68_69del`
    (
        rf"(?P<on>{_ON})\s*\(\s*(?P<of>{_GENE})\s*\){_BLANK}{_CHANGE}",
        r"\g<on>(\g<of>):",
    ),
    # `BRCA1 (NM_007294.4) c.68_69del`
    (
        rf"(?P<of>{_GENE})\s*\(\s*(?P<on>{_ON})\s*\){_BLANK}{_CHANGE}",
        r"\g<on>(\g<of>):",
    ),
    # `BRCA1 NM_007294.4:c.68_69del`; and with an exon, as ANNOVAR has it.
    (
        rf"(?P<of>{_GENE}){_BLANK}{_EXON}?(?P<on>{_ON}){_BLANK}{_EXON}?{_CHANGE}",
        r"\g<on>(\g<of>):",
    ),
    # `NM_007294.4:BRCA1:c.68_69del`
    (
        rf"(?P<on>{_ON})[\s:,|]\s*(?P<of>{_GENE}){_BLANK}{_EXON}?{_CHANGE}",
        r"\g<on>(\g<of>):",
    ),
    # `NC_000017.11:NM_007294.4:c.68_69del`
    (rf"(?P<of>N[CG]_\d+(?:\.\d+)?)[:\s]+(?P<on>{_ON}):{_CHANGE}", r"\g<of>(\g<on>):"),
    # `BRCA1, c.68_69del`, `BRCA1:exon2:c.68_69del`, `BRCA1 exon 2 c.68_69del`
    (rf"(?P<on>{_ON}|{_GENE})(?:\s*[,|]\s*|[:\s]\s*{_EXON}){_CHANGE}", r"\g<on>:"),
)
_SET = tuple(
    (re.compile(sign, re.IGNORECASE | re.ASCII), form) for sign, form in _SETTINGS
)
# The protein that ANNOVAR puts behind a change.
_PROTEIN = re.compile(r"(?<=:)([cn]\.[^:\s]+):p\.\S*$", re.IGNORECASE)
_AXIS = re.compile(r"\b[cn]\.", re.IGNORECASE)
_ON_CHROMOSOME = re.compile(r":\s?[gm]\.", re.IGNORECASE)
# What is no name of any form, and why.
_NO_NAMES = (
    (re.compile(r".*\bIVS", re.IGNORECASE), "write c.88+1 for IVS positions"),
    (
        re.compile(r"(?:rs|VCV|RCV|SCV|CA|COSV|COSM)\d+|ClinVar\b.*", re.IGNORECASE),
        "identifiers of databases are not looked up: give place and alleles, or a name "
        "on a transcript",
    ),
    (re.compile(r".*\bp\.\S"), "a protein change does not tell the DNA change"),
    (
        re.compile(r"[cgnm]\.\S"),
        "it must say what it counts on, as NM_007294.4:c.68_69del does",
    ),
    (
        re.compile(rf"{_ON}(?:\({_GENE}\))?:?(?:[cn]\.)?$", re.IGNORECASE),
        "the change is missing, as in NM_007294.4:c.68_69del",
    ),
    (
        re.compile(r"(?:chr)?(?:\d{1,2}|X|Y|MT?)[-:_ ][\d,]+$", re.IGNORECASE),
        "the alleles are missing, as in chr17-43090943-C-T",
    ),
    (
        re.compile(
            r"""(?:chr)?(?:\d{1,2}|X|Y|MT?)[-:_ ]\d+[-:_ ]
            (?:[ACGTN]+[-:_ >]-*|-*[-:_ >][ACGTN]+)$""",
            re.VERBOSE | re.IGNORECASE,
        ),
        "an allele is empty: both begin with the base before them, as in a VCF",
    ),
)
_QUOTES = "\"'`\u2018\u2019\u201c\u201d\u00ab\u00bb"
_PLAIN = str.maketrans(
    {
        **dict.fromkeys("\u2192\u27f6\u21d2\u2794\uff1e\u203a", ">"),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2212", "-"),
        **dict.fromkeys("\u00a0\u2007\u202f", " "),
        **dict.fromkeys("\u200b\u2060\ufeff"),
    }
)


# A line is asked for several times in a row; few are kept, for they may be long.
@functools.lru_cache(maxsize=4)
def plain(text: str) -> str:
    """Return a name as it was meant where text processors and web pages changed it.

    Quotes and parentheses about it go, arrows are `>`, `&gt;` and `%3E` too, dashes are
    `-`; a place joined by `_` is joined by `-`, and a build behind it comes first. A
    gene beside a transcript is put in parentheses.
    """
    cleaned = _unwrapped(_unescaped(text.translate(_PLAIN)).strip())
    # Else what reads blanks takes the square of their number.
    cleaned = _BLANKS.sub(r"\1", cleaned)
    cleaned = _CELLS.sub(r"\1\2", _ARROW.sub(">", cleaned)).strip()
    if built := _BUILT.fullmatch(cleaned):
        return f"{built['build']}:{plain(built['place'])}"
    if first := _BUILD_FIRST.match(cleaned):
        rest = plain(cleaned[first.end() :])
        return rest if _ON_CHROMOSOME.search(rest) else f"{first['build']}:{rest}"
    cleaned = _SPACED.sub("", cleaned)
    for form in _JOINED:
        if joined := form.fullmatch(cleaned):
            return "-".join(joined.group("contig", "position", "ref", "alt"))
    cleaned = _spdi(cleaned)
    if _ON_CHROMOSOME.search(cleaned):
        return _without_build(cleaned)[0]
    cleaned = _RECORD.sub(r"LRG_\1\2", cleaned)
    return _PROTEIN.sub(r"\1", _set(cleaned)) if _AXIS.search(cleaned) else cleaned


def _spdi(text: str) -> str:
    """Return what only SPDI writes as a name on its chromosome."""
    found = _SPDI.fullmatch(text)
    if found is None or (found["old"] and found["new"]):
        return text
    old, new, place = found["old"] or "", found["new"], int(found["place"])
    count = int(found["count"] or len(old))
    if not count:
        return f"{found['on']}:g.{place}_{place + 1}ins{new}" if new else text
    span = f"{place + 1}" if count == 1 else f"{place + 1}_{place + count}"
    return f"{found['on']}:g.{span}del{old}{'ins' * bool(new)}{new}"


def build_of(text: str) -> str:
    """Return the build that a name on a chromosome states beside it; empty if none."""
    cleaned = _unwrapped(_unescaped(text.translate(_PLAIN)).strip())
    if not _ON_CHROMOSOME.search(cleaned):
        return ""
    first = _BUILD_FIRST.match(cleaned)
    return first["build"] if first else _without_build(cleaned)[1]


def _without_build(text: str) -> tuple[str, str]:
    """Return a name on a chromosome without the build within it, and the build."""
    for form in _BUILD_WITHIN:
        if found := form.fullmatch(text):
            return found["before"] + found["after"], found["build"]
    return text, ""


def _unescaped(text: str) -> str:
    """Return a text without the escapes of web pages and their addresses."""
    if "%" in text:
        text = urllib.parse.unquote(text)
    return html.unescape(text) if "&" in text else text


def _unwrapped(text: str) -> str:
    """Return a text without quotes or parentheses about all of it."""
    while len(text) > 1 and text[0] in _QUOTES and text[-1] in _QUOTES:
        text = text[1:-1].strip()
    inner = text[1:-1]
    return inner.strip() if text == f"({inner})" and "(" not in inner else text


def _set(text: str) -> str:
    """Return a name with its transcript and gene as HGVS has them."""
    for sign, form in _SET:
        if found := sign.match(text):
            return found.expand(form) + text[found.end() :]
    return text


def why_not(text: str) -> str:
    """Return why a text that looks like no name is none, where that can be told."""
    cleaned = plain(text)
    return next((why for sign, why in _NO_NAMES if sign.match(cleaned)), "")


def looks_like_one(text: str) -> bool:
    """Return whether a text seems to be meant as an HGVS name."""
    return bool(_LOOKS.match(plain(text)))


def with_axis(text: str) -> str | None:
    """Return a name with the `c.`, `n.` or `g.` that it lacks, if it does."""
    found = _NO_AXIS.fullmatch(plain(text))
    if found is None:
        return None
    on, symbol, change = found.group("on", "symbol", "change")
    if _CONTIG.fullmatch(on):
        # `17:5A>G` is a place and alleles.
        return None if ">" in change else f"{on}:g.{change}"
    axis = "n" if on.upper().startswith(("NR_", "XR_")) else "c"
    return f"{on}{symbol or ''}:{axis}.{change}"
