"""`score`: what it reads and writes."""

import dataclasses
import gzip
import itertools
import pathlib
import random
import re
from collections.abc import Callable, Sequence

import polars as pl
import pysam
import pytest

from support import models as toys
from support import strategies
from twinsplice import api, cli, errors, progress
from twinsplice.base_models import loading
from twinsplice.commands import score
from twinsplice.effect import deltas, results
from twinsplice.genome import variants
from twinsplice.io.vcf import vcf
from twinsplice.scoring import pipeline
from twinsplice.settings import score as score_settings

# Files.


TABLE = (
    "#NAME\tCHROM\tSTRAND\tTX_START\tTX_END\tEXON_START\tEXON_END\n"
    "PLUS\t1\t+\t100\t400\t100,300,\t200,400,\n"
    "MINUS\t1\t-\t150\t260\t150,\t260,\n"
)
HEADER = (
    "##fileformat=VCFv4.2\n##contig=<ID=1>\n"
    '##INFO=<ID=AC,Number=A,Type=Integer,Description="Count">\n'
    "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
)
Start = Callable[..., score_settings.Config]


@pytest.fixture
def start(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Start:
    """Make a small input on disk; return what makes a configuration for it."""
    monkeypatch.setenv("TWINSPLICE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(loading, "load", lambda name, weights: strategies.MODEL)
    sequence = strategies.sequence_of(5, 600).upper().replace("N", "C")
    genome = toys.write_genome(tmp_path, {"1": sequence}, TABLE)
    other = {base: "ACGT"["ACGT".index(base) - 1] for base in "ACGT"}

    def make(output: str = "out.vcf", **options: object) -> score_settings.Config:
        lines = [
            (180, sequence[180], other[sequence[180]], "AC=1"),
            (199, sequence[199], f"{other[sequence[199]]},{sequence[199]}GT", "."),
            (250, other[sequence[250]], "N", "."),
            (300, sequence[300:302], f"{sequence[300]},<DEL>", "X=y;SpliceAI=old"),
            (500, sequence[500], other[sequence[500]], "."),
            (501, sequence[501], ".", "TwinSplice_SKIP=old"),
        ]
        if options.pop("unsorted", False):
            lines.reverse()
        text = "".join(
            f"1\t{at + 1}\tid{at}\t{ref}\t{alt}\t.\t.\t{info}\n"
            for at, ref, alt, info in lines
        )
        path = tmp_path / "in.vcf"
        path.write_text(HEADER + text)
        return score_settings.Config(
            path,
            output=tmp_path / output,
            model="spliceai",
            **(genome | options),
        )

    return make


def _records(path: pathlib.Path) -> list[list[str]]:
    packed = path.name.endswith(".gz")
    text = gzip.decompress(path.read_bytes()).decode() if packed else path.read_text()
    return [line.split("\t") for line in text.splitlines() if line[0] != "#"]


def _field(info: str, key: str) -> list[str]:
    values = [each.split("=", 1)[1] for each in info.split(";") if f"{key}=" in each]
    assert len(values) <= 1
    return values[0].split(",") if values else []


def test_a_vcf_has_the_fields_that_downstream_tools_read(start: Start) -> None:
    config = start()
    summary = api.run(config)
    lines = _records(config.output)
    scores = [_field(line[7], "SpliceAI") for line in lines]
    skips = [_field(line[7], "TwinSplice_SKIP") for line in lines]
    alt = [line[4].split(",") for line in lines]
    heads = [[entry.split("|")[:2] for entry in of_record] for of_record in scores]
    assert heads == [
        [[alt[0][0], "PLUS"], [alt[0][0], "MINUS"]],
        [[each, gene] for each in alt[1] for gene in ("PLUS", "MINUS")],
        [],
        [[alt[3][0], "PLUS"]],
        [],
        [],
    ]
    assert [len(each) for each in skips] == [0, 0, 1, 1, 1, 0]
    assert skips[2][0].startswith("N|.|")
    assert skips[3] == ["<DEL>|.|symbolic_allele"]
    assert skips[4] == [f"{alt[4][0]}|.|outside_genes"]
    # No allele is no variant: counted, and its record as it was.
    assert lines[5][7] == "."
    largest = [_field(line[7], "SpliceAI_MAX") for line in lines]
    assert [len(each) for each in largest] == [1, 2, 0, 2, 0, 0]
    assert largest[3][1] == "."
    for entry in itertools.chain.from_iterable(scores):
        parts = entry.split("|")
        assert len(parts) == 10
        assert all(0 <= float(size) <= 1 and len(size) == 4 for size in parts[2:6])
        assert all(abs(int(offset)) <= 50 + 2 for offset in parts[6:])
    assert summary.records == 6
    assert summary.scored == sum(map(len, scores))
    assert sum(summary.skipped.values()) == sum(map(len, skips)) + 1
    assert summary.strict_failures == 2


def test_what_was_there_stays_and_older_scores_go(start: Start) -> None:
    config = start()
    api.run(config)
    before, after = _records(config.input), _records(config.output)
    assert [line[:7] for line in after] == [line[:7] for line in before]
    assert after[0][7].startswith("AC=1;SpliceAI=")
    assert after[3][7].startswith("X=y;SpliceAI=")
    assert "old" not in config.output.read_text()
    header = [line for line in config.output.read_text().split("\n") if line[:1] == "#"]
    assert [line for line in header if "SpliceAI," in line or "_SKIP," in line]
    old = HEADER.splitlines()
    assert [line for line in header if line in old] == old
    # htslib finds nothing to complain of.
    with pysam.VariantFile(str(config.output)) as file:
        assert sum(1 for _ in file) == 6
    about = next(line for line in header if "ID=SpliceAI," in line)
    assert "rules TwinSplice, " in about
    assert "distance 50, mask off" in about
    labels = "DS_AG|DS_AL|DS_DG|DS_DL|DP_AG|DP_AL|DP_DG|DP_DL"
    assert f"Format: ALLELE|SYMBOL|{labels}" in about


@pytest.mark.parametrize("name", ["out.tsv", "out.tsv.gz", "out.parquet"])
def test_a_table_has_more_decimals_than_the_vcf(start: Start, name: str) -> None:
    text, table = start(mask=True), start(name, mask=True)
    api.run(text)
    api.run(table)
    if name.endswith("parquet"):
        frame = pl.read_parquet(table.output)
    else:
        frame = pl.read_csv(table.output, separator="\t", infer_schema=False)
    labels = [kind.label for kind in deltas.SITE_KINDS]
    prefixes = ("DS", "DP", "POS", "REF", "ALT")
    assert frame.columns == [
        *("chrom", "pos", "ref", "alt", "gene", "gene_id", "strand", "max_delta"),
        *(f"{prefix}_{label}" for prefix in prefixes for label in labels),
        *("EXON_INCLUSION", "skip_reason", "id", "build"),
    ]
    rows = frame.to_dicts()
    scored = [row for row in rows if row["skip_reason"] is None]
    lines = _records(text.output)
    entries = [
        (line, entry.split("|"))
        for line in lines
        for entry in _field(line[7], "SpliceAI")
    ]
    assert len(scored) == len(entries)
    for row, (line, parts) in zip(scored, entries, strict=True):
        assert [str(row["chrom"]), str(row["pos"])] == line[:2]
        assert [row["ref"], row["alt"], row["gene"]] == [line[3], *parts[:2]]
        assert row["strand"] == {"PLUS": "+", "MINUS": "-"}[row["gene"]]
        sizes = [float(row[f"DS_{each}"]) for each in labels]
        assert float(row["max_delta"]) == max(sizes)
        for i, label in enumerate(labels):
            assert sizes[i] == pytest.approx(float(parts[2 + i]), abs=0.005001)
            assert int(row[f"DP_{label}"]) == int(parts[6 + i])
            place = int(row["pos"]) + int(row[f"DP_{label}"])
            assert int(row[f"POS_{label}"]) == place
            rise = float(row[f"ALT_{label}"]) - float(row[f"REF_{label}"])
            if sizes[i] > 0.001:
                sign = 1 if label.endswith("G") else -1
                assert sizes[i] == pytest.approx(sign * rise, abs=1.6e-4)
    reasons = [row["skip_reason"] for row in rows if row["skip_reason"] is not None]
    assert reasons[1:] == ["symbolic_allele", "outside_genes"]
    assert len(rows) == len(scored) + 3
    assert {row["id"] for row in rows} == {
        f"id{at}" for at in (180, 199, 250, 300, 500)
    }
    assert {row["build"] for row in rows} == {None}


def test_each_row_of_a_table_has_its_own_scores(start: Start) -> None:
    # What lies outside genes comes first, and is asked of networks last.
    options = {"unsorted": True, "intergenic": True}
    text, table = start("a.vcf", **options), start("b.parquet", **options)
    api.run(text)
    api.run(table)
    rows = pl.read_parquet(table.output).filter(pl.col("skip_reason").is_null())
    assert rows["gene"].head(2).to_list() == ["+", "-"]
    entries = [
        entry.split("|")
        for line in _records(text.output)
        for entry in _field(line[7], "SpliceAI")
    ]
    labels = [kind.label for kind in deltas.SITE_KINDS]
    for row, parts in zip(rows.to_dicts(), entries, strict=True):
        assert [row["alt"], row["gene"]] == parts[:2]
        sizes = [row[f"DS_{label}"] for label in labels]
        assert sizes == pytest.approx([float(x) for x in parts[2:6]], abs=0.005001)
        assert [row[f"DP_{label}"] for label in labels] == [int(x) for x in parts[6:]]


def test_unsorted_records_keep_their_order(start: Start) -> None:
    there, back = start("a.vcf"), start("b.vcf")
    api.run(there)
    api.run(start("b.vcf", unsorted=True))
    assert _records(there.output) == _records(back.output)[::-1]


def test_a_packed_output_is_indexed_and_must_be_sorted(
    start: Start, tmp_path: pathlib.Path
) -> None:
    config = start("out.vcf.gz")
    api.run(config)
    assert (tmp_path / "out.vcf.gz.tbi").exists()
    with pysam.VariantFile(str(config.output)) as file:
        assert [record.pos for record in file.fetch("1", 180, 201)] == [181, 200]
    with pytest.raises(errors.InputError, match="sorted"):
        api.run(start("bad.vcf.gz", unsorted=True))
    assert not list(tmp_path.glob("*bad.vcf.gz*"))


@pytest.mark.parametrize("name", ["out.vcf", "out.vcf.gz", "out.tsv", "out.parquet"])
def test_a_failed_run_leaves_the_old_output_alone(
    start: Start, tmp_path: pathlib.Path, name: str
) -> None:
    config = start(name)
    config.output.write_text("precious")
    with config.input.open("a") as file:
        file.write("1\tnowhere\t.\tA\tC\t.\t.\t.\n")
    before = sorted(each.name for each in tmp_path.iterdir())
    with pytest.raises(errors.InputError, match="POS must be a whole number"):
        api.run(config)
    assert config.output.read_text() == "precious"
    after = sorted(each.name for each in tmp_path.iterdir() if each.name != "cache")
    assert [each for each in after if each not in before] in ([], ["x.fa.fai"])


def test_chunks_change_nothing(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    whole, cut = start("a.vcf"), start("b.vcf")
    api.run(whole)
    monkeypatch.setattr(score, "CHUNK_RECORDS", 2)
    seen: list[tuple[int, float]] = []
    api.run(cut, lambda records, share: seen.append((records, share or 0.0)))
    assert _records(whole.output) == _records(cut.output)
    assert sum(records for records, _ in seen) == 6
    assert all(records >= 0 for records, _ in seen)
    shares = [share for _, share in seen]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_a_chunk_is_bounded_by_bytes(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, cut = start("a.vcf"), start("b.vcf")
    api.run(whole)
    # The second record has many samples, say, and the fifth a few less.
    lines = cut.input.read_text().splitlines()
    first = len(HEADER.splitlines())
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
    fields = [[line[:8] for line in _records(each.output)] for each in (whole, cut)]
    assert fields[0] == fields[1]


@pytest.mark.parametrize("name", ["out.tsv", "out.parquet"])
def test_a_table_is_the_same_whatever_is_scored_together(
    start: Start, monkeypatch: pytest.MonkeyPatch, name: str
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


@pytest.mark.parametrize(("strict", "code"), [(False, 0), (True, 1)])
def test_strict_is_an_exit_code(start: Start, *, strict: bool, code: int) -> None:
    assert cli.scoring.score(start(strict=strict, quiet=True)) == code


def test_only_lying_outside_genes_is_no_failure(start: Start) -> None:
    config = start(strict=True, quiet=True)
    lines = config.input.read_text().splitlines(keepends=True)
    config.input.write_text("".join([*lines[:6], lines[8]]))
    assert cli.scoring.score(config) == 0


def test_an_empty_vcf_is_an_empty_output(start: Start) -> None:
    config = start()
    config.input.write_text(HEADER)
    summary = api.run(config)
    assert (summary.records, summary.scored, summary.skipped) == (0, 0, {})
    assert _records(config.output) == []


def test_compat_follows_the_models_own_program(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = start(compat=True)
    api.run(config)
    assert "rules SpliceAI 1.3.1, " in config.output.read_text()
    monkeypatch.setattr(loading, "load", lambda name, weights: strategies.UNDIVIDED)
    with pytest.raises(errors.InputError, match="--compat needs a model of"):
        api.run(config)


def test_what_the_official_program_declines_is_dots(start: Start) -> None:
    config = start(compat=True)
    text = config.input.read_text().splitlines(keepends=True)
    ref = text[7].split("\t")[3]
    alt = "".join({"A": "C", "C": "A", "G": "T", "T": "G"}[base] for base in ref)
    text[7] = f"1\t301\t.\t{ref}\t{alt}\t.\t.\t.\n"
    config.input.write_text("".join(text))
    api.run(config)
    info = _records(config.output)[3][7]
    assert _field(info, "SpliceAI") == [f"{alt}|PLUS|.|.|.|.|.|.|.|."]
    reason = variants.SkipReason.UNSUPPORTED_BY_OFFICIAL
    assert _field(info, "TwinSplice_SKIP") == [f"{alt}|PLUS|{reason}"]
