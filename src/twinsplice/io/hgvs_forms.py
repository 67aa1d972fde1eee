"""What looks like an HGVS name; told without anything that is slow to load."""

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
# As names of variants have them in some tables, with a `_` or `/` between the alleles.
_JOINED = re.compile(
    r"((?:chr)?(?:\d{1,2}|X|Y|MT?))_(\d+)_([ACGTN]+)[_/]([ACGTN]+)", re.IGNORECASE
)
# A build behind a place and alleles, as in `chr17_43090943_C_T_b38`.
_BUILT = re.compile(
    r"""(?P<place>(?:chr)?(?:\d{1,2}|X|Y|MT?)[-:_]\d+[-:_][ACGTN]+[-:_>/][ACGTN]+)
    [-:_](?P<build>b3[78]|hg19|hg38|GRCh3[78])""",
    re.VERBOSE | re.IGNORECASE,
)
_ARROW = re.compile(r"(?<=[ACGTacgt])[-=]+>(?=[ACGTacgt])")
_ON = r"(?:(?:N[MR]|X[MR])_\d+(?:\.\d+)?|ENST\d+(?:\.\d+)?)"
_GENE = r"(?!(?:N[CGMR]|X[MR])_|ENST\d)[A-Za-z][\w-]*"
_BLANK = r"\s*[:,]?\s*"
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
        rf"(?P<of>{_GENE})(?:\s+|{_BLANK})(?P<on>{_ON}){_BLANK}(?:exon\d+:)?{_CHANGE}",
        r"\g<on>(\g<of>):",
    ),
    # `NC_000017.11:NM_007294.4:c.68_69del`
    (rf"(?P<of>N[CG]_\d+(?:\.\d+)?)[:\s]+(?P<on>{_ON}):{_CHANGE}", r"\g<of>(\g<on>):"),
    # `BRCA1, c.68_69del`, `BRCA1:exon2:c.68_69del`
    (rf"(?P<on>{_ON}|{_GENE})(?:\s*,\s*|:exon\d+:){_CHANGE}", r"\g<on>:"),
)
_SET = tuple(
    (re.compile(sign, re.IGNORECASE | re.ASCII), form) for sign, form in _SETTINGS
)
# The protein that ANNOVAR puts behind a change.
_PROTEIN = re.compile(r"(?<=:)([cn]\.[^:\s]+):p\.\S*$", re.IGNORECASE)
_AXIS = re.compile(r"\b[cn]\.", re.IGNORECASE)
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


def plain(text: str) -> str:
    """Return a name as it was meant where text processors and web pages changed it.

    Quotes and parentheses about it go, arrows are `>`, `&gt;` and `%3E` too, dashes are
    `-`; a place joined by `_` is joined by `-`, and a build behind it comes first. A
    gene beside a transcript is put in parentheses.
    """
    cleaned = _unwrapped(_unescaped(text.translate(_PLAIN)).strip())
    cleaned = _ARROW.sub(">", cleaned)
    if built := _BUILT.fullmatch(cleaned):
        return f"{built['build']}:{plain(built['place'])}"
    if joined := _JOINED.fullmatch(cleaned):
        return "-".join(joined.groups())
    return _PROTEIN.sub(r"\1", _set(cleaned)) if _AXIS.search(cleaned) else cleaned


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
