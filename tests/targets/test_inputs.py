"""Paired targets: what has rows, and what is refused."""

import dataclasses
import json
import pathlib
import signal
import sys

import numpy as np
import polars as pl
import pytest

from support import genomes as paired_input
from support import models as toys
from twinsplice import cli, errors
from twinsplice.commands import sample, targets
from twinsplice.genome import dna, variants
from twinsplice.io import target_store as stores
from twinsplice.io.vcf import vcf
from twinsplice.settings import sample as sample_settings

# Every allele has a row or a reason.


def test_what_is_refused_is_counted(start: paired_input.Start) -> None:
    good = [
        (
            "chr1",
            150,
            paired_input.CONTIGS["chr1"][150],
            paired_input.other(paired_input.CONTIGS["chr1"][150]),
            ".",
        ),
    ]
    summary = targets.run(start(good + paired_input.refused()))
    reasons = variants.SkipReason
    assert summary.rows == 1
    assert summary.skipped == {
        reasons.OUTSIDE_GENES.value: 2,
        reasons.SYMBOLIC.value: 1,
        reasons.REF_MISMATCH.value: 1,
        # In both genes.
        reasons.NO_ALT.value: 2,
        reasons.TOO_LONG.value: 2,
        reasons.CONTIG_MISSING.value: 1,
    }
    assert summary.bases == 2 * paired_input.REACH + 1


def test_the_longest_alleles_have_rows(start: paired_input.Start) -> None:
    one = paired_input.CONTIGS["chr1"]
    lines = [
        ("chr1", 301, one[301 : 302 + paired_input.REACH], one[301], "."),
        ("chr1", 302, one[302], one[302] + "ACGT" * (paired_input.LONGEST // 4), "."),
        (
            "chr1",
            303,
            one[303 : 303 + paired_input.REACH],
            "ACGT" * (paired_input.LONGEST // 4),
            ".",
        ),
    ]
    arrays = paired_input.arrays(paired_input.stored(start(lines)))
    assert len(arrays["start"]) == 6
    assert arrays["ref_length"].max() in {paired_input.REACH, paired_input.REACH - 1}
    assert arrays["alt_length"].max() == paired_input.LONGEST
    paired_input.check_rows(arrays, paired_input.REACH)


def test_an_input_without_targets_is_refused_with_the_reasons(
    start: paired_input.Start,
) -> None:
    with pytest.raises(errors.InputError, match=r"none \(allele_too_long: 2, cont"):
        targets.run(
            start([line for line in paired_input.refused() if line[2] != line[3]])
        )


def test_a_gene_in_info_is_the_only_one_asked(start: paired_input.Start) -> None:
    base = paired_input.CONTIGS["chr1"][330]
    line = ("chr1", 330, base, paired_input.other(base))
    both = paired_input.stored(start([(*line, "X=1;GENES=PLUS")], "both.zarr"))
    assert sorted(both.metadata["genes"]) == ["MINUS", "PLUS"]
    one = paired_input.stored(start([(*line, "X=1;GENE=MINUS;Y")]))
    assert one.metadata["genes"] == ["MINUS"]
    assert one.rows == 1


def test_duplicates_have_rows_of_their_own(start: paired_input.Start) -> None:
    line = paired_input.every_sort()[7]
    arrays = paired_input.arrays(paired_input.stored(start([line, line])))
    assert len(arrays["start"]) == 2
    first, second = ({k: v[row] for k, v in arrays.items()} for row in (0, 1))
    paired_input.check_same(first, second)


def test_contigs_are_taken_or_left_out_without_being_counted(
    start: paired_input.Start,
) -> None:
    for options in ({"contigs": ("2",)}, {"exclude": ("chr1",)}):
        config = start(
            paired_input.every_sort()[::7], f"{next(iter(options))}.zarr", **options
        )
        summary = targets.run(config)
        assert summary.skipped == {}
        assert stores.open_store(config.output).metadata["contigs"] == ["2"]


def test_rows_are_sorted_by_place(start: paired_input.Start) -> None:
    arrays = paired_input.arrays(
        paired_input.stored(start(paired_input.every_sort()[::-5]))
    )
    keys = list(zip(arrays["contig"], arrays["position"], strict=True))
    assert keys == sorted(keys)


def test_the_store_says_what_made_it(start: paired_input.Start) -> None:
    metadata = paired_input.stored(start(paired_input.every_sort()[:1])).metadata
    assert metadata["kind"] == "pairs"
    assert metadata["base_model_sha256"] == paired_input.MODEL.sha256
    assert metadata["regions"][:3] == ["acceptor", "donor", "exon"]
    assert metadata["settings"]["reach"] == paired_input.REACH
    assert metadata["settings"]["context"] == paired_input.CONTEXT
    json.dumps(metadata)


def test_shorter_numbers_give_nearly_the_same(start: paired_input.Start) -> None:
    exact = paired_input.arrays(
        paired_input.stored(start(paired_input.every_sort()[:9], "exact.zarr"))
    )
    short = paired_input.arrays(
        paired_input.stored(start(paired_input.every_sort()[:9], precision="bfloat16"))
    )
    difference = np.abs(exact["profile"] - short["profile"]).max()
    assert 0 < difference < 0.1


def test_what_sample_draws_has_its_region_and_distance(
    start: paired_input.Start, tmp_path: pathlib.Path
) -> None:
    config = start()
    assert config.reference is not None
    drawn = tmp_path / "drawn.vcf.gz"
    sample.run(
        sample_settings.Config(
            reference=config.reference,
            annotation=str(config.annotation),
            output=drawn,
            number=40,
            acceptor=0.3,
            donor=0.3,
            exon=0.4,
            flank=0.0,
            deep_intron=0.0,
        )
    )
    summary = targets.run(dataclasses.replace(config, input=drawn))
    assert summary.rows == 40
    assert summary.skipped == {}
    store = stores.open_store(config.output)
    with vcf.read(drawn) as source:
        said = sorted(
            (vcf.info(r, "GENE"), vcf.info(r, "REGION"), vcf.info(r, "DISTANCE"))
            for r in source
        )
    names = (store.metadata[name] for name in ("genes", "regions"))
    genes, regions = (list(each) for each in names)
    assert said == sorted(
        (genes[gene], regions[region], str(distance))
        for gene, region, distance in zip(
            *(store.read(name) for name in ("gene", "region", "distance")), strict=True
        )
    )


def test_the_command_line_says_what_was_made_and_what_was_not(
    start: paired_input.Start,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    config = start(paired_input.every_sort()[:2] + paired_input.refused()[:2])
    words = ["targets", str(config.input), "--reach", str(config.reach)]
    for name in ("reference", "annotation", "output"):
        words += [f"--{name}", str(getattr(config, name))]
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    monkeypatch.setattr(sys, "argv", ["twinsplice", *words])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    assert stopped.value.code == 0
    assert capsys.readouterr().err.splitlines() == [
        "2 of 2 targets made",
        "no target: outside genes: 1",
        "no target: symbolic allele: 1",
    ]


# Sequences without coordinates.


def _constructs() -> pl.DataFrame:
    text = paired_input.CONTIGS["chr2"][:120]
    made = {
        "snv": text[:60] + paired_input.other(text[60]) + text[61:],
        "insertion": text[:40] + "GTAAGT" + text[40:],
        "deletion": text[:70] + text[79:],
        "first": paired_input.other(text[0]) + text[1:],
        "last": text[:-1] + paired_input.other(text[-1]),
        "same": text.lower(),
        "far": paired_input.other(text[0]) + text[1:-1] + paired_input.other(text[-1]),
        "unknown": text[:60] + "R" + text[61:],
    }
    return pl.DataFrame({"name": list(made), "ref": text, "alt": list(made.values())})


@pytest.mark.parametrize("ending", [".tsv", ".parquet"])
def test_constructs_end_where_they_end(
    start: paired_input.Start, tmp_path: pathlib.Path, ending: str
) -> None:
    path = tmp_path / f"constructs{ending}"
    frame = _constructs()
    if ending == ".tsv":
        frame.write_csv(path, separator="\t")
    else:
        frame.with_columns(contig=pl.lit("chr7")).write_parquet(path)
    config = start(input=path, reference=None, annotation=None)
    summary = targets.run(config)
    store = stores.open_store(config.output)
    assert summary.rows == 5
    assert summary.skipped == {
        "no_alt_allele": 1,
        "allele_too_long": 1,
        "non_acgt_allele": 1,
    }
    arrays = paired_input.arrays(store)
    assert not arrays["mirrored"].any()
    assert set(arrays["region"]) == {store.metadata["regions"].index("other")}
    names = [store.metadata["genes"][gene] for gene in arrays["gene"]]
    contigs = [store.metadata["contigs"][contig] for contig in arrays["contig"]]
    assert contigs == (names if ending == ".tsv" else ["7"] * 5)
    row = names.index("first")
    known = arrays["codes"][row] != dna.UNKNOWN
    assert (
        np.flatnonzero(known)[0]
        == paired_input.CONTEXT + paired_input.LONGEST + paired_input.REACH
    )
    paired_input.check_rows(arrays, paired_input.REACH)


def test_a_fasta_goes_with_profiles(
    start: paired_input.Start, tmp_path: pathlib.Path
) -> None:
    plain = toys.write_fasta(tmp_path / "some.txt", paired_input.CONTIGS)
    for path in (start().reference, plain, tmp_path / "missing.fasta.gz"):
        with pytest.raises(errors.InputError, match="goes with --profiles"):
            targets.run(start(input=path))


@pytest.mark.parametrize("lacking", ["reference", "annotation"])
def test_variants_need_a_genome_and_genes(
    start: paired_input.Start, lacking: str
) -> None:
    with pytest.raises(errors.InputError, match="need --reference and --annotation"):
        targets.run(start(**{lacking: None}))
