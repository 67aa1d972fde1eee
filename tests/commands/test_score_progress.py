"""The progress that `score` reports: smooth, complete, and sensible within a chunk."""

import pathlib

import numpy as np
import pysam
import pytest

from support import models as toys
from twinsplice import api
from twinsplice.base_models import loading
from twinsplice.commands import score
from twinsplice.io.vcf import vcf
from twinsplice.settings import score as score_settings

RECORDS = 300


@pytest.fixture
def source(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> pathlib.Path:
    monkeypatch.setenv("TWINSPLICE_CACHE", str(tmp_path / "cache"))
    model = toys.model([toys.member(1), toys.member(2)], "cispliceai")
    monkeypatch.setattr(loading, "load", lambda *_: model)
    text = "".join(np.random.default_rng(1).choice(list("AC"), 9_000))
    (tmp_path / "genome.fa").write_text(f">1\n{text}\n")
    (tmp_path / "genes.tsv").write_text(
        "#NAME\tCHROM\tSTRAND\tTX_START\tTX_END\tEXON_START\tEXON_END\n"
        "A\t1\t+\t0\t9000\t0,\t9000,\n"
    )
    lines = ["##fileformat=VCFv4.2", "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO"]
    lines += [
        f"1\t{position}\t.\t{text[position - 1]}\tG\t.\t.\t."
        for position in range(100, 100 + 25 * RECORDS, 25)
    ]
    path = tmp_path / "in.vcf"
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.mark.parametrize("packed", [0, 1])
@pytest.mark.parametrize("chunk", [RECORDS, 70])
def test_progress_is_told_within_chunks(
    source: pathlib.Path, monkeypatch: pytest.MonkeyPatch, chunk: int, packed: int
) -> None:
    monkeypatch.setattr(score, "CHUNK_RECORDS", chunk)
    if packed:
        pysam.tabix_compress(str(source), str(source.with_suffix(".vcf.gz")))
        source = source.with_suffix(".vcf.gz")
    told: list[tuple[int, float]] = []

    def advance(records: int, fraction: float | None) -> None:
        assert fraction is not None
        told.append((records, fraction))

    folder = source.parent
    config = score_settings.Config(
        source,
        reference=folder / "genome.fa",
        annotation=str(folder / "genes.tsv"),
        output=folder / "out.vcf",
    )
    assert api.run(config, advance).scored == RECORDS
    counts, fractions = zip(*told, strict=True)
    # The first call starts the clock, before anything is scored.
    assert counts[0] == 0
    assert fractions[0] < 0.2
    assert sum(counts) == RECORDS
    assert min(counts) >= 0
    assert list(fractions) == sorted(fractions)
    assert fractions[-1] == 1.0
    # Some of it within the chunk, where that is all there is.
    assert any(0.2 < fraction < 0.8 for fraction in fractions)
    assert max(counts) < 0.8 * RECORDS


def test_a_buffer_that_is_filled_ahead_does_not_count(source: pathlib.Path) -> None:
    with vcf.read(source) as opened:
        for number, _ in enumerate(opened, 1):
            fraction = opened.fraction_read()
            assert fraction == pytest.approx(number / RECORDS, abs=0.02)
