"""Work in shards: what tells it from other work, and what its shards are."""

import dataclasses
import os
import pathlib
from collections.abc import Callable

import numpy as np
import pytest

from support import cli
from twinsplice import api
from twinsplice.cluster import shard_work
from twinsplice.commands import score
from twinsplice.settings import scan as scan_settings
from twinsplice.settings import score as score_settings


@pytest.fixture
def asked(
    tmp_path: pathlib.Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> Callable[[str], score_settings.Config]:
    """Return what makes settings of an output."""
    monkeypatch.setattr(score, "CHUNK_RECORDS", 2)
    desk = cli.make_desk(tmp_path, monkeypatch, capfd)
    source = desk.vcf(*(cli.record(position) for position in range(300, 900, 90)))

    def make(name: str) -> score_settings.Config:
        return score_settings.Config(
            source,
            reference=desk.folder / "genome.fa",
            annotation=str(desk.folder / "genes.tsv"),
            output=desk.folder / name,
            model="cispliceai",
        )

    return make


def test_scores_in_shards_are_those_of_one_run(
    asked: Callable[[str], score_settings.Config], tmp_path: pathlib.Path
) -> None:
    api.run(asked("one.vcf.gz"))
    work = shard_work.ScoreWork(asked("out.vcf.gz")).on("cpu", 1)
    paths = [tmp_path / f"{number}{work.ending}" for number in (1, 2, 3)]
    with work.opened() as make:
        for number, path in enumerate(paths, 1):
            make(number, len(paths), path)
    summary = work.join(paths, lambda *_: None)
    assert summary.records == 7
    for ending in ("", ".tbi"):
        one, other = (tmp_path / f"{n}.vcf.gz{ending}" for n in ("one", "out"))
        assert one.read_bytes() == other.read_bytes()


def test_other_work_has_another_digest(
    asked: Callable[[str], score_settings.Config],
) -> None:
    config = asked("out.tsv")
    first = shard_work.ScoreWork(config).digest
    for same in ({"threads": 7}, {"device": "cpu"}, {"quiet": True}):
        changed = dataclasses.replace(config, **same)
        assert shard_work.ScoreWork(changed).digest == first
    other = dataclasses.replace(config, distance=20)
    assert shard_work.ScoreWork(other).digest != first
    os.utime(config.reference, (0, 1))
    assert shard_work.ScoreWork(config).digest != first


def test_a_scan_in_shards_is_that_of_one_run(
    asked: Callable[[str], score_settings.Config], tmp_path: pathlib.Path
) -> None:
    files = asked("none.tsv")
    one = scan_settings.Config(
        "chr1:391-394",
        reference=files.reference,
        annotation=files.annotation,
        model="cispliceai",
        output=tmp_path / "one.vcf.gz",
    )
    expected = api.scan(one)
    parted = dataclasses.replace(one, output=tmp_path / "out.vcf.gz", engine="ray")
    work = shard_work.ScanWork(parted).on("cpu", 1)
    # Two records a chunk: six chunks, and shards that have none.
    paths = [tmp_path / f"{number}{work.ending}" for number in range(1, 9)]
    with work.opened() as make:
        for number, path in enumerate(paths, 1):
            make(number, len(paths), path)
    scan = work.lasted(work.join(paths, lambda *_: None), 7.0)
    assert scan.summary.scored == expected.summary.scored > 0
    assert scan.summary.elapsed == 7.0
    np.testing.assert_array_equal(scan.effects.every, expected.effects.every)
    for ending in ("", ".tbi"):
        ours, others = (tmp_path / f"{n}.vcf.gz{ending}" for n in ("one", "out"))
        assert ours.read_bytes() == others.read_bytes()


def test_shards_of_a_scan_are_kept_beside_its_first_output(
    asked: Callable[[str], score_settings.Config],
) -> None:
    files = asked("none.tsv")
    tracks = files.output.with_name("t.bedgraph")
    config = scan_settings.Config(
        "A", reference=files.reference, annotation=files.annotation, tracks=tracks
    )
    assert shard_work.ScanWork(config).beside == tracks
    assert shard_work.ScoreWork(files).beside == files.output
