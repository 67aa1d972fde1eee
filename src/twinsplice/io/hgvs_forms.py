"""What looks like an HGVS name; told without anything that is slow to load."""

import html
import re

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
_ARROW = re.compile(r"(?<=[ACGTacgt])[-=]+>(?=[ACGTacgt])")
# As ANNOVAR has them: gene, transcript, exon, change and protein, joined by colons.
_ANNOTATED = re.compile(
    r"""(?P<gene>[\w-]+):(?P<on>(?:N[MR]_|ENST)\d[\d.]*):(?:exon\d+:)?
    (?P<change>[cn]\.[^:\s]+)(?::p\.\S*)?""",
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
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

    Quotes about it go, arrows are `>`, `&gt;` too, dashes are `-`; and a place joined
    by `_` is joined by `-`.
    """
    cleaned = text.translate(_PLAIN).strip()
    if "&" in cleaned:
        cleaned = html.unescape(cleaned)
    cleaned = _ARROW.sub(">", cleaned)
    while len(cleaned) > 1 and cleaned[0] in _QUOTES and cleaned[-1] in _QUOTES:
        cleaned = cleaned[1:-1].strip()
    joined = _JOINED.fullmatch(cleaned)
    if joined:
        return "-".join(joined.groups())
    parts = _ANNOTATED.fullmatch(cleaned)
    return "{on}({gene}):{change}".format(**parts.groupdict()) if parts else cleaned


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
