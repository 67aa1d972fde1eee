"""What an official program wrote, and how a score's lines compare with it."""

import dataclasses
import math
import pathlib
import re
from collections.abc import Sequence

import pytest

from twinsplice import api, progress
from twinsplice.effect import results
from twinsplice.io.vcf import vcf
from twinsplice.scoring import pipeline
from twinsplice.settings import score as score_settings

EDGE = 1e-4
"""How near to a rounding edge our number must be where the last digit differs."""
CENT = 0.01
# ALLELE|SYMBOL, four scores, four positions. An official error message in their
# place may hold commas itself.
ENTRY = re.compile(r"([^|]*)\|([^|]*)" + r"\|([^|,]*)" * 8 + "(?:,|$)")


@dataclasses.dataclass(frozen=True)
class Entry:
    """One entry of an INFO field; scores are `None` where they are dots."""

    allele: str
    symbol: str
    scores: tuple[float | None, ...]
    positions: tuple[int | None, ...]


@dataclasses.dataclass(frozen=True)
class Line:
    """One record: the site, and the entries of its INFO field."""

    site: tuple[str, ...]
    entries: tuple[Entry, ...]


@dataclasses.dataclass(frozen=True)
class Parity:
    """One run of an official program.

    Attributes:
        model: The model, and so the program.
        key: Its INFO field.
        distance: Its distance.
        mask: Whether it masks.
        records: What it was given.
        expected: What it wrote.
    """

    model: str
    key: str
    distance: int
    mask: bool
    records: pathlib.Path
    expected: pathlib.Path


def parse(path: pathlib.Path, key: str) -> list[Line]:
    """Read an INFO field of every record of a VCF."""
    found = []
    for line in path.read_text().splitlines():
        if line.startswith("#"):
            continue
        columns = line.split("\t")
        fields = dict(
            each.split("=", 1) for each in columns[7].split(";") if "=" in each
        )
        entries = tuple(entry(parts) for parts in ENTRY.findall(fields.get(key, "")))
        # An official error has no scores: there, ours must have none either.
        kept = tuple(each for each in entries if each.scores)
        found.append(Line((columns[1], columns[3], columns[4]), kept))
    return found


def entry(parts: Sequence[str]) -> Entry:
    scores, positions = parts[2:6], parts[6:]
    if not any(scores):
        return Entry(parts[0], parts[1], (), ())
    return Entry(
        parts[0],
        parts[1],
        tuple(None if each == "." else float(each) for each in scores),
        tuple(None if each == "." else int(each) for each in positions),
    )


def compare(
    expected: Sequence[Line],
    found: Sequence[Line],
    unrounded: Sequence[Sequence[Sequence[float]]],
) -> list[str]:
    """Return what differs from an official output more than rounding allows.

    Args:
        expected: Records of the official output.
        found: The same of ours.
        unrounded: For each record, the scores that its entries were printed from.
    """
    wrong: list[str] = []
    for theirs, ours, exact in zip(expected, found, unrounded, strict=True):
        names = [(each.allele, each.symbol) for each in theirs.entries]
        if theirs.site != ours.site or names != [
            (each.allele, each.symbol) for each in ours.entries
        ]:
            wrong.append(f"{theirs} is not {ours}")
            continue
        scored = iter(exact)
        for one, two in zip(theirs.entries, ours.entries, strict=True):
            sizes: Sequence[float] = []
            if two.scores[0] is not None:
                sizes = next(scored)
            if not alike(one, two, sizes):
                wrong.append(f"{theirs.site}: {one} is not {two}, from {sizes}")
        assert next(scored, None) is None
    return wrong


def alike(theirs: Entry, ours: Entry, exact: Sequence[float]) -> bool:
    if not exact:
        return (theirs.scores, theirs.positions) == (ours.scores, ours.positions)
    for i, size in enumerate(exact):
        official, printed = theirs.scores[i], ours.scores[i]
        if official is None or printed is None:
            return False
        if not equal(official, printed, size):
            return False
        if official >= CENT and theirs.positions[i] != ours.positions[i]:
            return False
    return True


def equal(official: float, printed: float, exact: float) -> bool:
    if math.isclose(official, printed, abs_tol=1e-9):
        return True
    cents = exact / CENT
    to_edge = abs(cents - math.floor(cents) - 0.5) * CENT
    return abs(official - printed) < 1.5 * CENT and to_edge <= EDGE


def check(parity: Parity, reference: pathlib.Path, folder: pathlib.Path) -> None:
    """Score as the official program does and compare with its output."""
    unrounded: list[list[list[float]]] = []
    score_chunk = pipeline.Scorer.score

    def remembering(
        scorer: pipeline.Scorer,
        records: Sequence[vcf.Record],
        advance: progress.Advance,
    ) -> results.Results:
        scores = score_chunk(scorer, records, advance)
        sizes = scores.predictions.size.tolist()
        unrounded.extend(
            [sizes[scores.scored[row]] for row in rows if scores.scored[row] >= 0]
            for rows in scores.by_record(len(records))
        )
        return scores

    output = folder / "out.vcf"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pipeline.Scorer, "score", remembering)
        api.run(
            score_settings.Config(
                parity.records,
                reference=reference,
                annotation="grch37",
                output=output,
                model=parity.model,
                distance=parity.distance,
                mask=parity.mask,
                compat=True,
                device="cpu",
            )
        )
    expected = parse(parity.expected, parity.key)
    assert any(line.entries for line in expected)
    assert compare(expected, parse(output, parity.key), unrounded) == []
