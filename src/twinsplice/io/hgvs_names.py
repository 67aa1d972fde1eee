"""Reading of HGVS names, by the library ferro-hgvs.

The library parses; what a name means on the genome is `genome.hgvs_projection`'s.
"""

import dataclasses
import importlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from types import ModuleType
from typing import Any

from twinsplice import errors
from twinsplice.genome import hgvs, transcripts
from twinsplice.io import hgvs_forms

_AXES = {
    "Genome": hgvs.Axis.GENOME,
    "Cds": hgvs.Axis.CODING,
    "Tx": hgvs.Axis.TRANSCRIPT,
    "Mt": hgvs.Axis.MITOCHONDRION,
}
_KINDS = {
    "Substitution": hgvs.EditKind.SUBSTITUTION,
    "Deletion": hgvs.EditKind.DELETION,
    "Duplication": hgvs.EditKind.DUPLICATION,
    "Insertion": hgvs.EditKind.INSERTION,
    "Delins": hgvs.EditKind.REPLACEMENT,
    "Inversion": hgvs.EditKind.INVERSION,
    "Identity": hgvs.EditKind.IDENTITY,
    "Repeat": hgvs.EditKind.REPEAT,
}
_PROTEIN = re.compile(r"(?:[\s;,/|][(\[]?|[(\[])p\.\S.*$")
_BLANK = re.compile(r"\s+(?=[cgnmpr]\.)|\s*:\s*(?=[cgnmpr]\.)", re.IGNORECASE)
_SEVERAL = re.compile(r"([ACGT]{2,})>", re.IGNORECASE)
_PREFIX = re.compile(r"(?:N[CGMR]|X[MR])(?:_|(?=\d{6}))|ENST(?=\d)", re.IGNORECASE)
# An accession of RefSeq that lost its `_`.
_JOINED = re.compile(r"^(N[CMR]|X[MR])(?=\d{6,})")
# What holds transcripts, and is none.
_OUTER = re.compile(r"N[CGTW]_")
_TYPE = re.compile(r":([CGNMPR])\.")
_LONGEST = 100_000
"""Most bases that repeats are written out to."""
_END = " \t\r\n.,;/|"
"""What may stand behind a name and means nothing."""
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
# `c.G68A` for `c.68G>A`.
_FORMER = re.compile(
    r"(?<=:[cgnm]\.)([ACGT])([-*]?\d+(?:[-+]\d+)?)([ACGT])$", re.IGNORECASE
)
# Several bases of an intron: the library counts on from the exon's.
_INTRONIC = re.compile(
    r"(?<=:[cn]\.)([-*]?\d+)([-+]\d+)([ACGT]{2,})>([ACGT]+)$", re.IGNORECASE
)
# Old bases behind the range that they are of, and none: `68_69AG>TT`, `68_69>TT`.
_RANGED = re.compile(
    r"(?<=:[cgnm]\.)([-*]?\d+(?:[-+]\d+)?_[-*]?\d+(?:[-+]\d+)?)([ACGT]*)>([ACGT]+)$",
    re.IGNORECASE,
)
# Two bases without the sign between them.
_SIGNLESS = re.compile(r"(\d)([ACGT])[-/]?([ACGT])$", re.IGNORECASE)
_COUNTED = re.compile(r":[cgnm]\.(\d+)_(\d+)(?:del|dup)(\d+)$")
_UNCERTAIN = "positions must be known to the base"
# What stands behind a name: zygosity, or anything in parentheses but a build.
_BEHIND = re.compile(
    r"""\s+(?P<words>\((?![^)]*(?:hg|grch|b)\d\d)[^()]*\)
    |het(?:erozygous)?|hom(?:ozygous)?|hemi(?:zygous)?)$""",
    re.VERBOSE | re.IGNORECASE,
)
# A change in parentheses, which is one that was concluded: `c.(4185+1G>A)`.
_CONCLUDED = re.compile(
    r"(?<=:[cgnm]\.)\(([-*]?\d[^()?]*(?:>|del|dup|ins|inv|=)[^()?]*)\)$", re.IGNORECASE
)
# What people write, and what it would take to read it.
_ADVICE = (
    (re.compile(r"IVS", re.IGNORECASE), "write c.88+1 for IVS positions"),
    (
        re.compile(r"^[NX]R_.*:c\."),
        "a transcript without protein has n. positions only",
    ),
    (re.compile(r":p\."), "a protein change does not tell the DNA change"),
    (re.compile(r":r\."), "name the change of DNA, not of RNA"),
    (
        re.compile(r">-|\d->|>$", re.IGNORECASE),
        "write bases that go as 68del, and bases that come as 68_69insA",
    ),
    (
        re.compile(r"\w\[\d+\]$"),
        "write a repeat with its bases and one number, as 68AT[5]",
    ),
    (re.compile(r"[;\]\[]"), "give one change a line"),
    (
        re.compile(r"[^ACGT\d]>|>.*[^ACGT]", re.IGNORECASE),
        "a substitution brings one allele, of A, C, G and T, and nothing stands behind",
    ),
    (re.compile(r"\("), _UNCERTAIN),
    (
        re.compile(r"(?<!del)(?<!del[ACGT])ins"),
        "an insertion lies between two neighbouring positions, and states its bases, "
        "as 68_69insA",
    ),
    (re.compile(r"inv$"), "an inversion is of two bases or more"),
    (re.compile(r":c\.[-*]?0\D"), "there is no position 0: 1 follows on -1"),
)


# Corrections of the library that need no word, and the one that is a mistake.
_HARMLESS = frozenset(
    {"ExtraWhitespace", "WrongDashCharacter", "OldSubstitutionSyntax"}
)
_SWAPPED = "SwappedPositions"


class _BackwardsError(Exception):
    """The first position of a name comes after the last."""


def parse(text: str) -> hgvs.Name | hgvs.Unreadable:
    """Read a name.

    Accepted beyond the nomenclature: blanks around the colon or in its place, lower
    case, the bases deleted or duplicated, and a protein change behind.

    Raises:
        InputError: The library is not installed.
    """
    cleaned = _PROTEIN.sub("", hgvs_forms.plain(text))
    behind = _BEHIND.search(cleaned)
    cleaned = cleaned if behind is None else cleaned[: behind.start()]
    cleaned = _TYPE.sub(lambda found: found[0].lower(), _BLANK.sub(":", cleaned))
    cleaned = _PREFIX.sub(lambda found: found[0].upper(), cleaned)
    cleaned = _THOUSANDS.sub("", _JOINED.sub(r"\1_", cleaned.rstrip(_END)))
    cleaned = _CONCLUDED.sub(r"\1", cleaned)
    # The library stops with a panic, which it prints, at letters of several bytes.
    if not cleaned.isascii():
        return hgvs.Unreadable("HGVS has plain letters and signs, no typographic ones")
    if refusal := _refusal(cleaned):
        return hgvs.Unreadable(refusal)
    meant = _INTRONIC.sub(_delins, _FORMER.sub(r"\2\1>\3", cleaned))
    meant = _RANGED.sub(r"\1del\2ins\3", meant)
    try:
        name = _parsed(meant, _library())
        left_out = [f"{behind['words']} is left out"] if behind else []
        return _with_remark(name, cleaned, left_out)
    except _BackwardsError as error:
        return hgvs.Unreadable(str(error))
    except (ValueError, LookupError, TypeError):
        advice = next((hint for sign, hint in _ADVICE if sign.search(cleaned)), "")
        return hgvs.Unreadable(
            advice
            or "not a substitution, del, dup, ins, delins or inv at positions "
            "as HGVS writes them"
        )


def _refusal(text: str) -> str:
    """Return why a name that the library would read means nothing certain."""
    change = text.rpartition(":")[2]
    if re.search(r"\?|[pq]ter|cen", change) and not change.startswith(("p.", "r.")):
        return _UNCERTAIN
    if re.search(r"^[cn]\..*\d[-+]0+(?!\d)", change):
        return "an intron is counted from 1: 88+1 is its first base, 89-1 its last"
    if re.fullmatch(r"[cgnm]\.=", change):
        return "a name must say where: a position is missing"
    if change[:1] in {"c", "g", "n", "m"} and _SIGNLESS.search(change):
        return f"did you mean {_SIGNLESS.sub(_with_sign, text)}?"
    return _miscounted(text)


def _miscounted(text: str) -> str:
    """Return why a number of bases is not that of their positions."""
    counted = _COUNTED.search(text)
    if counted is None:
        return ""
    first, last, count = map(int, counted.groups())
    if first > last or last - first + 1 == count:
        return ""
    return f"{first}_{last} has {last - first + 1} bases, not {count}"


def _with_sign(found: re.Match[str]) -> str:
    return f"{found[1]}{found[2].upper()}>{found[3].upper()}"


def _delins(found: re.Match[str]) -> str:
    """Return several bases of an intron as `68+1_68+2delGTinsAA`."""
    base, offset, old, new = found.groups()
    last = int(offset) + len(old) - 1
    end = f"{base}{last:+}"
    if last * int(offset) <= 0:
        # Into the exon.
        if not base.isdecimal():
            return found[0]
        end = str(int(base) + last)
    return f"{base}{offset}_{end}del{old}ins{new}"


def _with_remark(name: hgvs.Name, text: str, remarks: Iterable[str] = ()) -> hgvs.Name:
    """Return a name with a remark if its bases stood before and behind the position.

    Args:
        name: The name.
        text: Its text.
        remarks: Further ones.
    """
    read = [*name.remarks, *remarks]
    if former := _FORMER.search(text):
        read.append("{0} is read as {2}{1}>{3}".format(former[0], *former.groups()))
    return dataclasses.replace(name, remarks=tuple(read))


def _parsed(text: str, library: ModuleType) -> hgvs.Name:
    """Return a name, read strictly, else with the library's corrections.

    Raises:
        LookupError, TypeError, ValueError: It is no name, or of a sort not read.
        _BackwardsError: Its positions are in the wrong order.
    """
    try:
        return _name(json.loads(library.parse(text).to_json()))
    except ValueError:
        lenient = library.parse_lenient(text)
        name = _name(json.loads(lenient.variant.to_json()))
        name = dataclasses.replace(name, remarks=tuple(_remarks(lenient.warnings)))
    # The corrections drop the bases that an old `AT>GC` states.
    several = _SEVERAL.search(text)
    if several is None:
        return name
    return dataclasses.replace(name, old=several[1].upper())


def _remarks(corrections: Iterable[Any]) -> Iterator[str]:
    """Yield what was corrected.

    Raises:
        _BackwardsError: Positions are in the wrong order: one of them may be wrong.
    """
    for each in corrections:
        kind = str(each.error_type).rpartition(".")[2]
        if kind == _SWAPPED:
            raise _BackwardsError(
                f"in {each.original} the first position comes after the last; did you "
                f"mean {each.corrected}?"
            )
        # Bases behind `DEL` are told as dropped.
        if kind not in _HARMLESS and each.corrected:
            yield f"{each.original} is read as {each.corrected}"


def _library() -> ModuleType:
    try:
        return importlib.import_module("ferro_hgvs")
    except ImportError as error:
        raise errors.InputError(
            "HGVS names are read by ferro-hgvs",
            got="no such package",
            remedy="pip install 'twinsplice[hgvs]', or give chrom-pos-ref-alt",
        ) from error


def _name(tree: Mapping[str, Any]) -> hgvs.Name:
    """Return the name of the library's tree.

    Raises:
        LookupError, TypeError, ValueError: It is of a sort that is not read.
    """
    ((axis, body),) = tree.items()
    location = body["loc_edit"]["location"]
    edits = body["loc_edit"]["edit"]["Certain"]
    if not isinstance(edits, dict):
        raise TypeError(f"no bases are changed: {edits}")
    ((kind, edit),) = edits.items()
    accession = body["accession"]
    genome = accession["genomic_context"]
    reference, symbol = _accession(accession), body["gene_symbol"] or ""
    outer = _accession(genome) if genome else ""
    if symbol and axis in {"Cds", "Tx"} and _OUTER.match(reference):
        # `NC_000017.10(BRCA1):c.` counts on the gene's transcript.
        reference, symbol, outer = symbol, "", reference
    name = hgvs.Name(
        reference=reference,
        symbol=symbol,
        genome=outer,
        axis=_AXES[axis],
        start=_position(location["start"]),
        end=_position(location["end"]),
        kind=_KINDS[kind],
        old=_old(kind, edit),
        new=_new(kind, edit),
    )
    if (name.old + name.new).strip("ACGT"):
        raise ValueError("letters other than A, C, G and T")
    return name


def _accession(parts: Mapping[str, Any]) -> str:
    if not parts["number"]:
        text = str(parts["prefix"])
    else:
        joint = "" if parts["ensembl_style"] else "_"
        text = f"{parts['prefix']}{joint}{parts['number']}"
    return text if parts["version"] is None else f"{text}.{parts['version']}"


def _position(end: Mapping[str, Any]) -> transcripts.Position:
    found = end["Single"]["Certain"]
    behind = found.get("utr3") or found.get("downstream") or False
    return transcripts.Position(found["base"], found.get("offset") or 0, behind)


def _old(kind: str, edit: Mapping[str, Any]) -> str:
    """The bases that an edit states to be there before."""
    if kind == "Substitution":
        return str(edit["reference"])
    stated = edit.get("deleted") if kind == "Delins" else edit.get("sequence")
    return "" if kind == "Insertion" else _bases(stated)


def _new(kind: str, edit: Mapping[str, Any]) -> str:
    """The bases that an edit brings."""
    if kind == "Substitution":
        return str(edit["alternative"])
    if kind == "Repeat":
        return _old(kind, edit) * _count(edit)
    if kind not in {"Insertion", "Delins"}:
        return ""
    return _bases(edit["sequence"]["Literal"])


def _count(repeat: Mapping[str, Any]) -> int:
    """The number of units, of a repeat that has one number.

    Raises:
        LookupError, ValueError: It has several, or none that is certain.
    """
    count = int(repeat["count"]["Exact"])
    if repeat["additional_counts"] or repeat["trailing"] or not repeat["sequence"]:
        raise ValueError("a repeat of several numbers, or without bases")
    if count * len(repeat["sequence"]) > _LONGEST:
        raise ValueError("too many repeats")
    return count


def _bases(letters: object) -> str:
    if isinstance(letters, Mapping):
        letters = letters["Literal"]
    return "".join(letters) if isinstance(letters, str | list) else ""
