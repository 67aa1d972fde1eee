"""`score` in chunks: their bounds, and that nothing hangs on them."""

import dataclasses
import itertools
import pathlib
import random
import re
from collections.abc import Sequence

import polars as pl
import pytest

from support import models as toys
from support import score_inputs, strategies
from twinsplice import api, progress
from twinsplice.commands import score
from twinsplice.effect import results
from twinsplice.io.vcf import vcf
from twinsplice.scoring import pipeline


@pytest.fixture
def start(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> score_inputs.Start:
    return score_inputs.make_start(tmp_path, monkeypatch)


def test_chunks_change_nothing(
    start: score_inputs.Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, cut = start("a.vcf"), start("b.vcf")
    api.run(whole)
    monkeypatch.setattr(score, "CHUNK_RECORDS", 2)
    seen: list[tuple[int, float]] = []
    api.run(cut, lambda records, share: seen.append((records, share or 0.0)))
    assert score_inputs.records(whole.output) == score_inputs.records(cut.output)
    assert sum(records for records, _ in seen) == 6
    assert all(records >= 0 for records, _ in seen)
    shares = [share for _, share in seen]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_a_chunk_is_bounded_by_bytes(
    start: score_inputs.Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, cut = start("a.vcf"), start("b.vcf")
    api.run(whole)
    # The second record has many samples, say, and the fifth a few less.
    lines = cut.input.read_text().splitlines()
    first = len(score_inputs.HEADER.splitlines())
    for record, samples in ((1, 3_000), (4, 1_000)):
        lines[first + record] += "\tGT" + "\t0/1" * samples
    cut.input.write_text("".join(f"{line}\n" for line in lines))
    sizes: list[list[int]] = []
    score_chunk = pipeline.Scorer.score

    def remembering(
        scorer: pipeline.Scorer,
        records: Sequence[vcf.Record],
        advance: progress.Advance,
    ) -> results.Results:
        sizes.append([len(record.text) for record in records])
        return score_chunk(scorer, records, advance)

    limit = 4_000
    monkeypatch.setattr(score, "CHUNK_BYTES", limit)
    monkeypatch.setattr(pipeline.Scorer, "score", remembering)
    api.run(cut)
    # A chunk is full with the record that reaches the limit, and not before.
    assert [len(chunk) for chunk in sizes] == [2, 3, 1]
    assert all(sum(chunk[:-1]) < limit <= sum(chunk) for chunk in sizes[:-1])
    fields = [
        [line[:8] for line in score_inputs.records(each.output)]
        for each in (whole, cut)
    ]
    assert fields[0] == fields[1]


@pytest.mark.parametrize("name", ["out.tsv", "out.parquet"])
def test_a_table_is_the_same_whatever_is_scored_together(
    start: score_inputs.Start, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """What neighbours, chunks and memory move is not printed.

    But for a number that lies on the border between two digits.
    """
    config = start(name, intergenic=True)
    sequence = strategies.sequence_of(5, 600).upper().replace("N", "C")
    lines = config.input.read_text().splitlines(keepends=True)[:4]
    for at in range(120, 420, 6):
        alt = "ACGT"["ACGT".index(sequence[at]) - 1] + "GT" * (at % 4 == 0)
        lines.append(f"1\t{at + 1}\t.\t{sequence[at]}\t{alt}\t.\t.\t.\n")
    config.input.write_text("".join(lines))
    written: list[list[str]] = []
    for chunk, memory in ((4_000, 4.0), (1, 4.0), (7, 1.01)):
        monkeypatch.setattr(score, "CHUNK_RECORDS", chunk)
        api.run(dataclasses.replace(config, max_memory_gb=memory))
        text = config.output.read_text() if name.endswith("tsv") else ""
        text = text or pl.read_parquet(config.output).write_csv(separator="\t")
        written.append(text.replace("\n", "\t").split("\t"))
    for other in written[1:]:
        differing = [
            (one, two) for one, two in zip(written[0], other, strict=True) if one != two
        ]
        assert len(differing) <= len(other) / 1_000
        for one, two in differing:
            assert float(one) == pytest.approx(float(two), abs=1.01e-4)
    numbers = [cell for cell in written[0] if re.fullmatch(r"0\.\d+", cell)]
    assert max(map(len, numbers)) == len("0.1234")


def test_no_chunk_holds_more_than_memory_allows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whether lines are long, alleles are many, or alleles are long."""
    limits = {"CHUNK_RECORDS": 9, "CHUNK_BYTES": 900}
    limits |= {"CHUNK_ALLELES": 20, "CHUNK_LETTERS": 60}
    for name, limit in limits.items():
        monkeypatch.setattr(score, name, limit)
    draw = random.Random(1)
    records = []
    for at in range(400):
        alts = ["A" * draw.choice([1, 1, 1, 9]) for _ in range(draw.choice([0, 1, 5]))]
        records.append(toys.record(at, "C" * draw.choice([1, 1, 1, 6]), *alts))

    def sums(chunk: Sequence[vcf.Record]) -> tuple[int, ...]:
        alleles = sum(len(record.alts) for record in chunk)
        letters = sum(
            len(record.ref) + len(alt) for record in chunk for alt in record.alts
        )
        return len(chunk), sum(len(r.text) for r in chunk), alleles, letters

    chunks = list(score._chunks(records))
    assert list(itertools.chain.from_iterable(chunks)) == records
    full = set()
    for chunk in chunks[:-1]:
        held = zip(sums(chunk), limits.values(), strict=True)
        reached = [number >= limit for number, limit in held]
        before = zip(sums(chunk[:-1]), limits.values(), strict=True)
        assert not any(number >= limit for number, limit in before)
        full.add(reached.index(True))
    assert len(full) >= 3
