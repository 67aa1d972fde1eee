"""`score`: what it reads and writes."""

import itertools
import pathlib

import polars as pl
import pysam
import pytest

from support import score_inputs, strategies
from twinsplice import api, cli, errors
from twinsplice.base_models import loading
from twinsplice.effect import deltas
from twinsplice.genome import variants


@pytest.fixture
def start(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> score_inputs.Start:
    return score_inputs.make_start(tmp_path, monkeypatch)


def test_a_vcf_has_the_fields_that_downstream_tools_read(
    start: score_inputs.Start,
) -> None:
    config = start()
    summary = api.run(config)
    lines = score_inputs.records(config.output)
    scores = [score_inputs.field(line[7], "SpliceAI") for line in lines]
    skips = [score_inputs.field(line[7], "TwinSplice_SKIP") for line in lines]
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
    largest = [score_inputs.field(line[7], "SpliceAI_MAX") for line in lines]
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


def test_what_was_there_stays_and_older_scores_go(start: score_inputs.Start) -> None:
    config = start()
    api.run(config)
    before, after = (
        score_inputs.records(config.input),
        score_inputs.records(config.output),
    )
    assert [line[:7] for line in after] == [line[:7] for line in before]
    assert after[0][7].startswith("AC=1;SpliceAI=")
    assert after[3][7].startswith("X=y;SpliceAI=")
    assert "old" not in config.output.read_text()
    header = [line for line in config.output.read_text().split("\n") if line[:1] == "#"]
    assert [line for line in header if "SpliceAI," in line or "_SKIP," in line]
    old = score_inputs.HEADER.splitlines()
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
def test_a_table_has_more_decimals_than_the_vcf(
    start: score_inputs.Start, name: str
) -> None:
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
    lines = score_inputs.records(text.output)
    entries = [
        (line, entry.split("|"))
        for line in lines
        for entry in score_inputs.field(line[7], "SpliceAI")
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


def test_each_row_of_a_table_has_its_own_scores(start: score_inputs.Start) -> None:
    # What lies outside genes comes first, and is asked of networks last.
    options = {"unsorted": True, "intergenic": True}
    text, table = start("a.vcf", **options), start("b.parquet", **options)
    api.run(text)
    api.run(table)
    rows = pl.read_parquet(table.output).filter(pl.col("skip_reason").is_null())
    assert rows["gene"].head(2).to_list() == ["+", "-"]
    entries = [
        entry.split("|")
        for line in score_inputs.records(text.output)
        for entry in score_inputs.field(line[7], "SpliceAI")
    ]
    labels = [kind.label for kind in deltas.SITE_KINDS]
    for row, parts in zip(rows.to_dicts(), entries, strict=True):
        assert [row["alt"], row["gene"]] == parts[:2]
        sizes = [row[f"DS_{label}"] for label in labels]
        assert sizes == pytest.approx([float(x) for x in parts[2:6]], abs=0.005001)
        assert [row[f"DP_{label}"] for label in labels] == [int(x) for x in parts[6:]]


def test_unsorted_records_keep_their_order(start: score_inputs.Start) -> None:
    there, back = start("a.vcf"), start("b.vcf")
    api.run(there)
    api.run(start("b.vcf", unsorted=True))
    assert score_inputs.records(there.output) == score_inputs.records(back.output)[::-1]


def test_a_packed_output_is_indexed_and_must_be_sorted(
    start: score_inputs.Start, tmp_path: pathlib.Path
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
    start: score_inputs.Start, tmp_path: pathlib.Path, name: str
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


@pytest.mark.parametrize(("strict", "code"), [(False, 0), (True, 1)])
def test_strict_is_an_exit_code(
    start: score_inputs.Start, *, strict: bool, code: int
) -> None:
    assert cli.scoring.score(start(strict=strict, quiet=True)) == code


def test_only_lying_outside_genes_is_no_failure(start: score_inputs.Start) -> None:
    config = start(strict=True, quiet=True)
    lines = config.input.read_text().splitlines(keepends=True)
    config.input.write_text("".join([*lines[:6], lines[8]]))
    assert cli.scoring.score(config) == 0


def test_an_empty_vcf_is_an_empty_output(start: score_inputs.Start) -> None:
    config = start()
    config.input.write_text(score_inputs.HEADER)
    summary = api.run(config)
    assert (summary.records, summary.scored, summary.skipped) == (0, 0, {})
    assert score_inputs.records(config.output) == []


def test_compat_follows_the_models_own_program(
    start: score_inputs.Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = start(compat=True)
    api.run(config)
    assert "rules SpliceAI 1.3.1, " in config.output.read_text()
    monkeypatch.setattr(loading, "load", lambda name, weights: strategies.UNDIVIDED)
    with pytest.raises(errors.InputError, match="--compat needs a model of"):
        api.run(config)


def test_what_the_official_program_declines_is_dots(start: score_inputs.Start) -> None:
    config = start(compat=True)
    text = config.input.read_text().splitlines(keepends=True)
    ref = text[7].split("\t")[3]
    alt = "".join({"A": "C", "C": "A", "G": "T", "T": "G"}[base] for base in ref)
    text[7] = f"1\t301\t.\t{ref}\t{alt}\t.\t.\t.\n"
    config.input.write_text("".join(text))
    api.run(config)
    info = score_inputs.records(config.output)[3][7]
    assert score_inputs.field(info, "SpliceAI") == [f"{alt}|PLUS|.|.|.|.|.|.|.|."]
    reason = variants.SkipReason.UNSUPPORTED_BY_OFFICIAL
    assert score_inputs.field(info, "TwinSplice_SKIP") == [f"{alt}|PLUS|{reason}"]
