"""The official programs' own output, record by record.

A slice is committed (data/README.md); the whole is in ../shared/oracles beside the
repository. Where that folder is, the whole is compared, and the slice, which is part of
it, is not scored again. Of two distances of a model the shorter is compared on profiles
of the longer, but for some records. `compare` works for any other output of these
programs too.
"""

import dataclasses
import functools
import gzip
import math
import os
import pathlib
import re
import shutil
from collections.abc import Iterator, Sequence

import pysam
import pytest
import torch

from support import kept_profiles
from twinsplice import api, progress
from twinsplice.effect import results
from twinsplice.engine import profiling
from twinsplice.io.vcf import vcf
from twinsplice.scoring import pipeline
from twinsplice.settings import score as score_settings

DATA = pathlib.Path(__file__).parent / "data"
SHARED = pathlib.Path(__file__).parents[3] / "shared"
ORACLES = SHARED / "oracles"
CHROMOSOME = SHARED / "data" / "genome" / "GRCh37.chr20.fa.gz"
pytestmark = [pytest.mark.parity, pytest.mark.slow]
EDGE = 1e-4
"""How near to a rounding edge our number must be where the last digit differs."""
_CENT = 0.01
# ALLELE|SYMBOL, four scores, four positions. An official error message in their
# place may hold commas itself.
_ENTRY = re.compile(r"([^|]*)\|([^|]*)" + r"\|([^|,]*)" * 8 + "(?:,|$)")


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
        entries = tuple(_entry(parts) for parts in _ENTRY.findall(fields.get(key, "")))
        # An official error has no scores: there, ours must have none either.
        kept = tuple(each for each in entries if each.scores)
        found.append(Line((columns[1], columns[3], columns[4]), kept))
    return found


def _entry(parts: Sequence[str]) -> Entry:
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
            if not _alike(one, two, sizes):
                wrong.append(f"{theirs.site}: {one} is not {two}, from {sizes}")
        assert next(scored, None) is None
    return wrong


def _alike(theirs: Entry, ours: Entry, exact: Sequence[float]) -> bool:
    if not exact:
        return (theirs.scores, theirs.positions) == (ours.scores, ours.positions)
    for i, size in enumerate(exact):
        official, printed = theirs.scores[i], ours.scores[i]
        if official is None or printed is None:
            return False
        if not _equal(official, printed, size):
            return False
        if official >= _CENT and theirs.positions[i] != ours.positions[i]:
            return False
    return True


def _equal(official: float, printed: float, exact: float) -> bool:
    if math.isclose(official, printed, abs_tol=1e-9):
        return True
    cents = exact / _CENT
    to_edge = abs(cents - math.floor(cents) - 0.5) * _CENT
    return abs(official - printed) < 1.5 * _CENT and to_edge <= EDGE


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


@pytest.fixture(scope="module", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TWINSPLICE_CACHE", str(tmp_path_factory.mktemp("cache")))
        # Full-size networks: here more threads pay, where no other worker has tests.
        threads = torch.get_num_threads()
        if "PYTEST_XDIST_WORKER" not in os.environ:
            torch.set_num_threads(os.cpu_count() or 1)
        yield
        torch.set_num_threads(threads)


def _unpacked(packed: pathlib.Path, folder: pathlib.Path) -> pathlib.Path:
    path = folder / packed.name.removesuffix(".gz")
    with gzip.open(packed) as source, path.open("wb") as target:
        shutil.copyfileobj(source, target, 1 << 20)
    return path


def _parities(
    folder: pathlib.Path, records: tuple[str, str], official: str
) -> list[Parity]:
    """The three runs there are of some records.

    Args:
        folder: Where the files lie.
        records: Name of the records given to SpliceAI, and to CI-SpliceAI.
        official: What the names of the outputs begin with.
    """
    spliceai = functools.partial(
        Parity, model="spliceai", key="SpliceAI", records=folder / records[0]
    )
    cispliceai = functools.partial(
        Parity, model="cispliceai", key="CISpliceAI", records=folder / records[1]
    )
    raw, masked, ci = (
        folder / f"{official}.{run}.vcf"
        for run in ("spliceai.d50m0", "spliceai.d500m1", "ci.d50")
    )
    return [
        spliceai(distance=50, mask=False, expected=raw),
        spliceai(distance=500, mask=True, expected=masked),
        cispliceai(distance=50, mask=False, expected=ci),
    ]


def _title(parity: Parity) -> str:
    return parity.expected.stem


SLICE = _parities(DATA, ("records.vcf", "records.vcf"), "expected")
WHOLE = _parities(ORACLES, ("visible.vcf", "visible.chr.vcf"), "visible")


def _of(model: str) -> list[Parity]:
    """The whole runs of a model, the longest distance first."""
    runs = [parity for parity in WHOLE if parity.model == model]
    return sorted(runs, key=lambda parity: -parity.distance)


def _expected_lines(parity: Parity) -> set[str]:
    lines = parity.expected.read_text().splitlines()
    return {line for line in lines if not line.startswith("#")}


@pytest.mark.parametrize(
    ("parity", "whole"),
    list(zip(SLICE, WHOLE, strict=True)),
    ids=[_title(each) for each in SLICE],
)
def test_a_slice_is_as_the_official_programs_say(
    tmp_path: pathlib.Path, parity: Parity, whole: Parity
) -> None:
    if CHROMOSOME.is_file() and whole.expected.is_file():
        assert _expected_lines(parity) <= _expected_lines(whole)
        pytest.skip("part of ../shared/oracles, which are compared whole")
    reference = _unpacked(DATA / "GRCh37.chr20.slices.fa.gz", tmp_path)
    check(parity, reference, tmp_path)


def test_illuminas_own_unit_test_is_met_to_the_letter(tmp_path: pathlib.Path) -> None:
    records, official = DATA / "illumina.vcf", DATA / "expected.illumina.vcf"
    reference = _unpacked(DATA / "illumina.chr10.slice.fa.gz", tmp_path)
    parity = Parity(
        model="spliceai",
        key="SpliceAI",
        distance=500,
        mask=False,
        records=records,
        expected=official,
    )
    check(parity, reference, tmp_path)
    strings = [
        "C|TUBB8|0.15|0.27|0.00|0.05|89|-23|-267|193",
        "T|TUBB8|0.01|0.18|0.15|0.62|-2|110|-190|0",
    ]
    with pysam.VariantFile(str(tmp_path / "out.vcf")) as file:
        assert [record.info["SpliceAI"] for record in file] == [
            (each,) for each in strings
        ]


@pytest.fixture(scope="module")
def chromosome(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    if not (ORACLES.is_dir() and CHROMOSOME.is_file()):
        pytest.skip("../shared/oracles or its chromosome 20 is not there")
    return _unpacked(CHROMOSOME, tmp_path_factory.mktemp("chromosome"))


@pytest.mark.parametrize("model", ["spliceai", "cispliceai"])
def test_every_record_is_as_the_official_programs_say(
    chromosome: pathlib.Path,
    tmp_path: pathlib.Path,
    monkeypatch: pytest.MonkeyPatch,
    model: str,
) -> None:
    kept = kept_profiles.KeptProfiles()
    monkeypatch.setattr(profiling, "run", kept.run)
    for parity in _of(model):
        computed = kept.computed
        check(parity, chromosome, tmp_path)
    if len(_of(model)) > 1:
        assert 0 < kept.computed - computed < kept.answered / 5


# The comparison itself must notice what it is there for.


def _lines(text: str) -> list[Line]:
    entries = tuple(_entry(parts) for parts in _ENTRY.findall(text))
    return [Line(("1", "A", "C"), entries)]


OFFICIAL = "C|G|0.15|0.00|-0.00|0.05|89|-23|-267|193,C|H|.|.|.|.|.|.|.|."


@pytest.mark.parametrize(
    ("ours", "exact", "same"),
    [
        (OFFICIAL, 0.151, True),
        (OFFICIAL.replace("-0.00", "0.00"), 0.151, True),
        (OFFICIAL.replace("-23", "7"), 0.151, True),
        (OFFICIAL.replace("|89|", "|88|"), 0.151, False),
        (OFFICIAL.replace("0.15", "0.16"), 0.15505, True),
        (OFFICIAL.replace("0.15", "0.14"), 0.14495, True),
        (OFFICIAL.replace("0.15", "0.16"), 0.1552, False),
        (OFFICIAL.replace("0.15", "0.17"), 0.16501, False),
        (OFFICIAL.replace("C|H|.|.|.|.|.|.|.|.", ""), 0.151, False),
        (OFFICIAL.replace("|H|", "|I|"), 0.151, False),
        (",".join(OFFICIAL.split(",")[::-1]), 0.151, False),
    ],
)
def test_the_comparison_notices_differences(
    ours: str, exact: float, *, same: bool
) -> None:
    scored = [[[exact, 0.0, -0.001, 0.05]]]
    assert (compare(_lines(OFFICIAL), _lines(ours), scored) == []) == same


def test_an_official_error_is_no_score() -> None:
    text = 'REF annotation mismatch - Expected "A", found "C"|||||||||'
    (entry,) = (_entry(parts) for parts in _ENTRY.findall(text))
    assert entry.scores == ()
