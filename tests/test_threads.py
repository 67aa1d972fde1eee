"""Threads that share a scorer are answered as one alone is."""

import pathlib
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent import futures
from typing import Any

import numpy as np
import polars as pl
import pysam
import pytest

import twinsplice
from support import cli, trained_models
from support import models as toys
from twinsplice import api, threads
from twinsplice.base_models import loading
from twinsplice.io.vcf import htslib
from twinsplice.predictors import checkpoints
from twinsplice.predictors import loading as trained_loading

WORKERS = 6
GENOME = cli.GENOME
GTF = "".join(
    f'chr1\tx\texon\t{start}\t{end}\t.\t{strand}\t.\tgene_id "{gene}"; '
    f'transcript_id "NM_{gene}.1"; gene_name "{gene}";\n'
    for gene, strand, exons in (
        ("1", "+", ((101, 400), (901, 1_200), (1_701, 2_000))),
        ("2", "-", ((301, 600), (801, 1_000), (1_401, 1_900))),
    )
    for start, end in exons
)
Call = Callable[[twinsplice.Scorer], object]


def _variant(at: int, ref: str = "", alt: str = "") -> str:
    base = GENOME["chr1"][at - 1]
    return f"chr1-{at}-{ref or base}-{alt or cli.other(base)}"


def _calls() -> list[Call]:
    """Calls of every sort, of overlapping and of different places."""
    return [call for shift in range(2) for call in _calls_about(395 + 7 * shift)]


def _calls_about(at: int) -> list[Call]:
    text = GENOME["chr1"]
    base, ref = text[at - 1], text[at : at + 80]
    alt = ref[:40] + cli.other(ref[40]) + ref[41:]
    insertion = _variant(at, alt=base + "GTAAGT")
    names = [
        _variant(at),
        insertion,
        _variant(at, text[at - 1 : at + 3], base),
        # Of another base, with a guess, and of none.
        _variant(at, cli.other(base), base),
        "nonsense",
    ]

    def scan(scorer: twinsplice.Scorer) -> pl.DataFrame:
        return scorer.scan(f"chr1:{at}-{at + 3}").frame()

    def explain(scorer: twinsplice.Scorer) -> pl.DataFrame:
        return scorer.explain(insertion, flank=2)

    def consequences(scorer: twinsplice.Scorer) -> pl.DataFrame:
        return scorer.consequences(names[0], 0.05)

    return [
        scan,
        explain,
        consequences,
        lambda scorer: scorer.score(names),
        lambda scorer: scorer.delta(ref, alt),
        lambda scorer: scorer.model.profile(ref),
    ]


@pytest.fixture
def switching() -> Iterator[None]:
    """Threads change places as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.fixture
def opened(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], twinsplice.Scorer]:
    """What opens a scorer that has done nothing yet: a model told its reference."""
    monkeypatch.setenv("TWINSPLICE_CACHE", str(tmp_path / "cache"))
    base = toys.model([toys.member(1)], "cispliceai")
    monkeypatch.setattr(loading, "load", lambda *_: base)
    monkeypatch.setattr(loading, "is_installed", lambda _: True)
    (tmp_path / "genes.gtf").write_text(GTF)
    (tmp_path / "x.fa").write_text(cli.fasta_of(GENOME))
    card = {
        "base_model": "cispliceai",
        "base_model_sha256": base.sha256,
        **trained_models.CARDS["both"],
    }
    trained = checkpoints.Trained(
        model=trained_models.paired_model(), card=card, sha256="1" * 64
    )
    model = api.Model(trained_loading.of_trained(trained, "toy", toys.ON_CPU))
    files: dict[str, Any] = {
        "reference": tmp_path / "x.fa",
        "annotation": tmp_path / "genes.gtf",
        "transcripts": tmp_path / "genes.gtf",
    }
    return lambda: twinsplice.Scorer(model, **files, distance=20, map="live")


def _check_same(found: object, expected: object) -> None:
    if isinstance(expected, pl.DataFrame):
        assert isinstance(found, pl.DataFrame)
        assert found.equals(expected)
    else:
        assert isinstance(found, np.ndarray)
        assert isinstance(expected, np.ndarray)
        np.testing.assert_array_equal(found, expected)


@pytest.mark.usefixtures("switching")
def test_calls_at_once_give_what_they_give_one_by_one(
    opened: Callable[[], twinsplice.Scorer],
) -> None:
    calls = _calls()
    with opened() as scorer:
        alone = [call(scorer) for call in calls]
    # Twice over: first on a scorer that has still to load everything.
    with opened() as scorer, futures.ThreadPoolExecutor(WORKERS) as pool:
        pending = [pool.submit(call, scorer) for call in calls * 2]
        together = [each.result() for each in pending]
    for found, expected in zip(together, alone * 2, strict=True):
        _check_same(found, expected)
    rows = [table for table in alone if isinstance(table, pl.DataFrame)]
    assert all(table.height for table in rows)


def test_files_are_scored_beside_each_other(
    opened: Callable[[], twinsplice.Scorer], tmp_path: pathlib.Path
) -> None:
    source = tmp_path / "in.vcf"
    source.write_text(cli.HEADER + "".join(cli.record(at) for at in range(390, 420)))
    outputs = [tmp_path / f"{number}.vcf.gz" for number in range(WORKERS)]
    with opened() as scorer, futures.ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(lambda output: scorer.score_vcf(source, output), outputs))
    assert len({output.read_bytes() for output in outputs}) == 1


def test_a_value_is_made_once() -> None:
    made: list[int] = []

    def make() -> int:
        time.sleep(0.01)
        made.append(len(made))
        return len(made)

    get = threads.once(make)
    with futures.ThreadPoolExecutor(WORKERS) as pool:
        values = list(pool.map(lambda _: get(), range(WORKERS)))
    assert values == [1] * WORKERS
    assert made == [0]


def test_a_value_that_could_not_be_made_is_tried_again() -> None:
    values = iter([ValueError("not yet"), None])

    def make() -> str:
        if (error := next(values)) is not None:
            raise error
        return "made"

    get = threads.once(make)
    with pytest.raises(ValueError, match="not yet"):
        get()
    assert get() == get() == "made"


def test_htslib_speaks_again_once_nobody_wants_it_quiet() -> None:
    before = pysam.get_verbosity()
    inside, may_end = threading.Event(), threading.Event()

    def second() -> None:
        with htslib.quiet():
            inside.set()
            may_end.wait()

    with htslib.quiet():
        thread = threading.Thread(target=second)
        thread.start()
        inside.wait()
    assert pysam.get_verbosity() == 0
    may_end.set()
    thread.join()
    assert pysam.get_verbosity() == before
