"""The scored demo VCF as a table a person can read."""

import collections
import itertools
import pathlib
from collections.abc import Iterator

import pysam

SCORES, BESIDE = "TwinSplice", "CISpliceAI"
REASONS = "TwinSplice_SKIP"
FAINT = 0.05
"""Smaller changes are shown as a dot."""
_PIPE_WIDTH = 170

_KINDS = ("acceptor gain", "acceptor loss", "donor gain", "donor loss")


Changes = dict[tuple[str, str], list[list[str]]]
"""The base model's scores by variant and allele."""


def rows(path: pathlib.Path, beside: Changes) -> Iterator[tuple[str, ...]]:
    """Yield one row per allele and gene: names, four changes, what is known.

    Args:
        path: The scored VCF.
        beside: Scores of the base model, a row each below ours.
    """
    with pysam.VariantFile(str(path)) as records:
        for record in records:
            place = f"{record.contig}:{record.pos} {record.ref}>"
            names = record.info.get("HGVS", ())
            for allele, name in itertools.zip_longest(record.alts or (), names):
                yield from _allele(record, place, allele, name or "")
                for score in beside.get((place, allele), []):
                    yield ("  its base model", score[1], "", *_changes(score), "")


def read_beside(path: pathlib.Path | None) -> Changes:
    """Return the base model's scores; none if there is no such file."""
    found: Changes = collections.defaultdict(list)
    if path is None or not path.exists():
        return found
    with pysam.VariantFile(str(path)) as records:
        for record in records:
            place = f"{record.contig}:{record.pos} {record.ref}>"
            for allele in record.alts or ():
                found[place, allele] += _values(record, BESIDE, allele)
    return found


def show(scored: pathlib.Path, beside: pathlib.Path | None = None) -> None:
    """Print the scored VCF as a table to stdout.

    Args:
        scored: The scored VCF.
        beside: A few of its variants scored by the base model, if any.
    """
    # Rich is slow to load, so it is imported when needed.
    from rich import box, console, table  # noqa: PLC0415

    shown = table.Table(box=box.SIMPLE_HEAD, pad_edge=False)
    shown.add_column("variant", overflow="fold")
    shown.add_column("gene")
    shown.add_column("name on its transcript", no_wrap=True)
    for kind in _KINDS:
        shown.add_column(kind, justify="right", no_wrap=True)
    shown.add_column("what is known", overflow="fold")
    for row in rows(scored, read_beside(beside)):
        shown.add_row(*row)
    # A pipe has no width; 80 columns would fold every cell.
    terminal = console.Console(markup=False, highlight=False)
    width = terminal.width if terminal.is_terminal else _PIPE_WIDTH
    console.Console(markup=False, highlight=False, width=width).print(shown)
    console.Console(markup=False, highlight=False).print(
        f"Change of site probability @ bases from POS; a dot is less than {FAINT}."
    )


def _allele(
    record: pysam.VariantRecord, place: str, allele: str, name: str
) -> Iterator[tuple[str, ...]]:
    known = str(record.info.get("KNOWN", "")).replace("_", " ")
    if "MADE" in record.info:
        known = f"(made for the demo) {known}"
    gene = str(record.info.get("GENE", ""))
    for score in _values(record, SCORES, allele):
        # Name and what is known are of one gene; another may lie there, too.
        about = (name, known) if score[1] == gene else ("", f"(not {gene})")
        yield (f"{place}{allele}", score[1], about[0], *_changes(score), about[1])
    for reason in _values(record, REASONS, allele):
        text = f"no score: {reason[-1].replace('_', ' ')}. {known}"
        yield (f"{place}{allele}", gene, name, "", "", "", "", text)


def _values(record: pysam.VariantRecord, key: str, allele: str) -> Iterator[list[str]]:
    found = record.info.get(key, ())
    for value in (found,) if isinstance(found, str) else found:
        parts = str(value).split("|")
        if parts[0] == allele:
            yield parts


def _changes(score: list[str]) -> Iterator[str]:
    for size, offset in zip(score[2:6], score[6:10], strict=True):
        shown = size != "." and float(size) >= FAINT
        yield f"{size} @ {int(offset):+d}" if shown else "·"
