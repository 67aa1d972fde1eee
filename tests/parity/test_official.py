"""The official programs' own output, record by record.

A slice is committed (data/README.md); the whole is in ../shared/oracles beside the
repository. Where that folder is, the whole is compared, and the slice, which is part of
it, is not scored again. Of two distances of a model the shorter is compared on profiles
of the longer, but for some records. `compare` works for any other output of these
programs too.
"""

import functools
import gzip
import os
import pathlib
import shutil
from collections.abc import Iterator

import pysam
import pytest
import torch

from support import kept_profiles, official_output
from twinsplice.engine import profiling

DATA = pathlib.Path(__file__).parent / "data"
SHARED = pathlib.Path(__file__).parents[3] / "shared"
ORACLES = SHARED / "oracles"
CHROMOSOME = SHARED / "data" / "genome" / "GRCh37.chr20.fa.gz"
pytestmark = [pytest.mark.parity, pytest.mark.slow]


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
) -> list[official_output.Parity]:
    """The three runs there are of some records.

    Args:
        folder: Where the files lie.
        records: Name of the records given to SpliceAI, and to CI-SpliceAI.
        official: What the names of the outputs begin with.
    """
    spliceai = functools.partial(
        official_output.Parity,
        model="spliceai",
        key="SpliceAI",
        records=folder / records[0],
    )
    cispliceai = functools.partial(
        official_output.Parity,
        model="cispliceai",
        key="CISpliceAI",
        records=folder / records[1],
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


SLICE = _parities(DATA, ("records.vcf", "records.vcf"), "expected")
WHOLE = _parities(ORACLES, ("visible.vcf", "visible.chr.vcf"), "visible")


MODELS = ["spliceai", "cispliceai"]


def _of(
    parities: list[official_output.Parity], model: str
) -> list[official_output.Parity]:
    """The runs of a model, the longest distance first."""
    runs = [parity for parity in parities if parity.model == model]
    return sorted(runs, key=lambda parity: -parity.distance)


def _check(
    parities: list[official_output.Parity],
    reference: pathlib.Path,
    folder: pathlib.Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Compare runs of one model, shorter distances on profiles of the longest."""
    kept = kept_profiles.KeptProfiles()
    monkeypatch.setattr(profiling, "run", kept.run)
    for parity in parities:
        computed = kept.computed
        official_output.check(parity, reference, folder)
    if len(parities) > 1:
        assert 0 < kept.computed - computed < kept.answered / 5


def _expected_lines(parity: official_output.Parity) -> set[str]:
    lines = parity.expected.read_text().splitlines()
    return {line for line in lines if not line.startswith("#")}


@pytest.mark.parametrize("model", MODELS)
def test_a_slice_is_as_the_official_programs_say(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, model: str
) -> None:
    parities, whole = _of(SLICE, model), _of(WHOLE, model)
    if CHROMOSOME.is_file() and all(each.expected.is_file() for each in whole):
        for parity, same in zip(parities, whole, strict=True):
            assert _expected_lines(parity) <= _expected_lines(same)
        pytest.skip("part of ../shared/oracles, which are compared whole")
    reference = _unpacked(DATA / "GRCh37.chr20.slices.fa.gz", tmp_path)
    _check(parities, reference, tmp_path, monkeypatch)


def test_illuminas_own_unit_test_is_met_to_the_letter(tmp_path: pathlib.Path) -> None:
    records, official = DATA / "illumina.vcf", DATA / "expected.illumina.vcf"
    reference = _unpacked(DATA / "illumina.chr10.slice.fa.gz", tmp_path)
    parity = official_output.Parity(
        model="spliceai",
        key="SpliceAI",
        distance=500,
        mask=False,
        records=records,
        expected=official,
    )
    official_output.check(parity, reference, tmp_path)
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


@pytest.mark.parametrize("model", MODELS)
def test_every_record_is_as_the_official_programs_say(
    chromosome: pathlib.Path,
    tmp_path: pathlib.Path,
    monkeypatch: pytest.MonkeyPatch,
    model: str,
) -> None:
    _check(_of(WHOLE, model), chromosome, tmp_path, monkeypatch)


# The comparison itself must notice what it is there for.


def _lines(text: str) -> list[official_output.Line]:
    entries = tuple(
        official_output.entry(parts) for parts in official_output.ENTRY.findall(text)
    )
    return [official_output.Line(("1", "A", "C"), entries)]


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
    assert (
        official_output.compare(_lines(OFFICIAL), _lines(ours), scored) == []
    ) == same


def test_an_official_error_is_no_score() -> None:
    text = 'REF annotation mismatch - Expected "A", found "C"|||||||||'
    (entry,) = (
        official_output.entry(parts) for parts in official_output.ENTRY.findall(text)
    )
    assert entry.scores == ()
