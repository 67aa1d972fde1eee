"""Paired targets: what `score` says, and what plain networks say of the rows."""

import dataclasses
import itertools
import json
import pathlib
import signal
import sys
from collections.abc import Callable

import numpy as np
import polars as pl
import pytest
import torch
from jaxtyping import Float32, UInt8

import oracles
import toys
from twinsplice import cli, errors
from twinsplice.base_models import loading
from twinsplice.effect import alignment, answers
from twinsplice.genome import coordinates, dna, variants
from twinsplice.io import annotations, fasta, vcf
from twinsplice.io import targets as stores
from twinsplice.workflow import (
    evaluate,
    evaluate_config,
    pairs,
    sample,
    sample_config,
    targets,
    targets_config,
)

MODEL = toys.model([toys.member(1), toys.member(2), toys.member(3)])
NETWORKS = [member.network() for member in MODEL.members]
LENGTH, REACH, CONTEXT = 900, 30, 60
LONGEST = targets_config.LONGEST
TABLE = (
    "#NAME\tCHROM\tSTRAND\tTX_START\tTX_END\tEXON_START\tEXON_END\n"
    "PLUS\t1\t+\t100\t500\t100,300,\t200,500,\n"
    "MINUS\t1\t-\t250\t800\t250,600,\t400,800,\n"
    "EDGE\t2\t-\t0\t300\t0,200,\t100,300,\n"
)
HEADER = "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
CONTIGS = {
    name: "".join(np.random.default_rng(5 + i).choice(list("ACGT"), LENGTH))
    for i, name in enumerate(("chr1", "chr2"))
}
Line = tuple[str, int, str, str, str]
Start = Callable[..., targets_config.Config]


def _other(letter: str) -> str:
    return "ACGT"["ACGT".index(letter) - 1]


def _lines() -> list[Line]:
    """Variants of every sort, in one gene, in two, and at the ends of both."""
    found: list[Line] = []
    places = [("chr1", at) for at in (100, 160, 199, 260, 330, 399, 480, 601, 790)]
    for contig, at in [*places, ("chr2", 3), ("chr2", 150), ("chr2", 290)]:
        text = CONTIGS[contig]
        base, six = text[at], text[at : at + 6]
        alts = [
            (base, _other(base)),
            (base, base + "GTAAGTCC"),
            (six, base),
            (six, _other(six[0]) + "GT"),
            (text[at : at + 2], _other(base) + "TACCAG"),
            (text[at : at + 2], _other(base) + _other(text[at + 1])),
        ]
        found += [(contig, at, ref, alt, ".") for ref, alt in alts]
    return found


def _refused() -> list[Line]:
    one = CONTIGS["chr1"]
    return [
        ("chr1", 20, one[20], _other(one[20]), "."),
        ("chr1", 300, one[300], "<DEL>", "."),
        ("chr1", 300, _other(one[300]), one[300], "."),
        ("chr1", 301, one[301], one[301], "."),
        ("chr1", 301, one[301 : 302 + REACH + 1], one[301], "GENE=PLUS"),
        ("chr1", 302, one[302], one[302] + "A" * (LONGEST + 1), "GENE=PLUS"),
        ("chr1", 420, one[420], _other(one[420]), "GENE=NONE"),
        ("chr3", 420, "A", "T", "."),
    ]


@pytest.fixture
def start(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Start:
    """Make a small input on disk; return what makes a configuration for it."""
    monkeypatch.setenv("TWINSPLICE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(loading, "load", lambda name, weights: MODEL)
    reference = toys.write_fasta(tmp_path / "x.fa", CONTIGS)
    table = tmp_path / "genes.tsv"
    table.write_text(TABLE)

    def make(
        lines: list[Line] | None = None, output: str = "out.zarr", **options: object
    ) -> targets_config.Config:
        text = "".join(
            f"{contig}\t{at + 1}\t.\t{ref}\t{alt}\t.\t.\t{info}\n"
            for contig, at, ref, alt, info in (_lines() if lines is None else lines)
        )
        path = tmp_path / "in.vcf"
        path.write_text(HEADER + text)
        given: dict[str, object] = {
            "input": path,
            "reference": reference,
            "annotation": str(table),
            "output": tmp_path / output,
            "reach": REACH,
            "context": CONTEXT,
        }
        return targets_config.Config(**(given | options))  # type: ignore[arg-type]

    return make


def _store(config: targets_config.Config) -> stores.Store:
    targets.run(config)
    return stores.open_store(config.output)


def _arrays(store: stores.Store) -> dict[str, np.ndarray]:
    names = ("alt", *pairs.columns(1, 1), *pairs.PLANNED)
    return {name: store.read(name) for name in names}


def _alt(arrays: dict[str, np.ndarray], row: int) -> UInt8[np.ndarray, " length"]:
    alt: UInt8[np.ndarray, " length"]
    alt = arrays["alt"][row][: arrays["alt_length"][row]]
    assert (arrays["alt"][row][len(alt) :] == dna.UNKNOWN).all()
    return alt


# The same as `score`.


def _scored(config: targets_config.Config) -> dict[tuple[object, ...], list[float]]:
    assert config.input is not None
    assert config.reference is not None
    index = annotations.load(str(config.annotation)).index
    with (
        fasta.Reference.open(config.reference) as reference,
        vcf.read(config.input) as source,
    ):
        scorer = toys.scorer(MODEL, reference, index.genes, reach=config.reach)
        found = itertools.chain.from_iterable(scorer.answer(list(source)))
        return {
            (
                coordinates.canonical_contig(each.window.variant.contig),
                each.gene,
                each.window.variant.start,
                len(each.window.variant.ref),
                each.window.variant.alt,
            ): [change.size for change in each.changes]
            for each in found
            if isinstance(each, answers.Scored)
        }


def test_targets_are_what_score_reports(start: Start) -> None:
    config = start()
    store = _store(config)
    arrays = _arrays(store)
    expected = _scored(config)
    assert store.rows == len(expected) > 60
    for row in range(store.rows):
        alt = _alt(arrays, row)
        if arrays["mirrored"][row]:
            alt = dna.reverse_complement(alt)
        key = (
            store.facts["contigs"][arrays["contig"][row]],
            store.facts["genes"][arrays["gene"][row]],
            int(arrays["position"][row]),
            int(arrays["ref_length"][row]),
            dna.decode(alt),
        )
        delta = arrays["delta"][row]
        sizes = [
            max(sign * float(change), 0)
            for track in delta
            for sign, change in ((1, track.max()), (-1, track.min()))
        ]
        assert sizes == pytest.approx(expected.pop(key), abs=1e-6)
    assert not expected


# A second implementation: plain networks over sequences made from the rows.


def _plain(codes: UInt8[np.ndarray, " length"]) -> Float32[np.ndarray, "members 2 _"]:
    x = torch.from_numpy(dna.one_hot(codes))[None]
    found: Float32[np.ndarray, "members 2 _"]
    found = np.stack([network(x)[0].numpy() for network in NETWORKS])
    return found


def _check_rows(arrays: dict[str, np.ndarray], reach: int) -> None:
    width = 2 * reach + 1
    first = CONTEXT + LONGEST
    spare = first - MODEL.context
    for row in range(len(arrays["codes"])):
        codes, alt = arrays["codes"][row], _alt(arrays, row)
        start, length = int(arrays["start"][row]), int(arrays["ref_length"][row])
        begin, end = first + start, first + start + length
        changed = np.concatenate([codes[:begin], alt, codes[end:]])
        assert changed.tolist() != codes.tolist()
        ref, new = (_plain(each[spare:]) for each in (codes, changed))
        columns = alignment.columns(
            start=start,
            ref_length=length,
            alt_length=len(alt),
            width=width,
            mirrored=bool(arrays["mirrored"][row]),
        )
        ref = ref[:, :, :width]
        moved = np.stack([oracles.taken(each, columns) for each in new])
        expected = {
            "profile": ref.mean(axis=0),
            "profile_variance": ref.var(axis=0),
            "delta": oracles.taken(new.mean(axis=0), columns) - ref.mean(axis=0),
            "delta_variance": (moved - ref).var(axis=0),
        }
        for name, values in expected.items():
            np.testing.assert_allclose(arrays[name][row], values, atol=5e-6)


def test_rows_rebuild_both_sequences_and_their_delta(start: Start) -> None:
    arrays = _arrays(_store(start()))
    assert {0, 1} == set(arrays["mirrored"])
    assert np.abs(arrays["delta"]).max() > 0.1
    assert arrays["delta_variance"].max() > 0.001
    _check_rows(arrays, REACH)


def test_a_gene_read_from_the_other_strand_has_the_same_rows(
    start: Start, tmp_path: pathlib.Path
) -> None:
    sequence = CONTIGS["chr1"]
    # Windows are placed and insertions folded along the plus strand: one base is the
    # same either way.
    same = [
        line for line in _lines() if line[0] == "chr1" and {*map(len, line[2:4])} == {1}
    ]
    plus = _arrays(_store(start(same)))
    mirrored = oracles.reverse_complement(sequence)
    table = (
        TABLE.splitlines()[0] + "\n"
        f"PLUS\t1\t-\t{LENGTH - 500}\t{LENGTH - 100}\t{LENGTH - 500},{LENGTH - 200},\t"
        f"{LENGTH - 300},{LENGTH - 100},\n"
        f"MINUS\t1\t+\t{LENGTH - 800}\t{LENGTH - 250}\t{LENGTH - 800},{LENGTH - 400},\t"
        f"{LENGTH - 600},{LENGTH - 250},\n"
    )
    lines = [
        (
            contig,
            LENGTH - at - len(ref),
            oracles.reverse_complement(ref),
            oracles.reverse_complement(alt),
            info,
        )
        for contig, at, ref, alt, info in same
    ]
    other = tmp_path / "other.tsv"
    other.write_text(table)
    minus = _arrays(
        _store(
            start(
                lines,
                "minus.zarr",
                reference=toys.write_fasta(tmp_path / "y.fa", {"1": mirrored}),
                annotation=str(other),
            )
        )
    )
    names = ("start", "ref_length", "alt", "codes", "region", "distance")
    assert len(plus["start"]) == len(minus["start"]) > 5
    key = {
        _key(plus, row, plus["position"][row]): row for row in range(len(plus["gene"]))
    }
    for row in range(len(minus["gene"])):
        at = LENGTH - minus["position"][row] - minus["ref_length"][row]
        twin = key.pop(_key(minus, row, at))
        for name in names:
            np.testing.assert_array_equal(minus[name][row], plus[name][twin])
        for name in ("delta", "profile", "delta_variance", "profile_variance"):
            np.testing.assert_allclose(minus[name][row], plus[name][twin], atol=5e-6)
        assert minus["mirrored"][row] != plus["mirrored"][twin]
    assert not key


def _key(arrays: dict[str, np.ndarray], row: int, position: int) -> tuple[object, ...]:
    alt = tuple(arrays["alt"][row].tolist())
    return int(position), alt, arrays["codes"][row].tobytes()


# Kept whole.


class _StopError(Exception):
    """A run is killed."""


def test_a_run_killed_half_way_is_continued_to_the_same_store(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pairs, "CHUNK", 8)
    lines = _lines()[::3]
    whole = _store(start(lines, "whole.zarr"))
    config = start(lines)
    told: list[float] = []

    def advance(rows: int, fraction: float | None) -> None:
        assert fraction is not None
        told.append(fraction)
        if len(told) == 3:
            raise _StopError

    with pytest.raises(_StopError):
        targets.run(config, advance)
    broken = stores.open_store(config.output)
    assert 0 < broken.done_rows().sum() == 16 < broken.rows
    summary = targets.run(config, lambda rows, fraction: told.append(fraction or 0))
    assert summary.rows == whole.rows
    assert summary.computed == whole.rows - 16
    assert told[-1] == 1.0
    mended = stores.open_store(config.output)
    assert mended.facts == whole.facts
    for name, values in _arrays(whole).items():
        np.testing.assert_array_equal(_arrays(mended)[name], values)
    assert targets.run(config).computed == 0


@pytest.mark.parametrize(("lines", "reach"), [(3, 20), (2, REACH)])
def test_a_store_of_other_targets_is_not_continued(
    start: Start, lines: int, reach: int
) -> None:
    _store(start(_lines()[:3]))
    with pytest.raises(errors.InputError, match="can only be continued"):
        targets.run(start(_lines()[:lines], reach=reach))


# Every allele has a row or a reason.


def test_what_is_refused_is_counted(start: Start) -> None:
    good = [
        ("chr1", 150, CONTIGS["chr1"][150], _other(CONTIGS["chr1"][150]), "."),
    ]
    summary = targets.run(start(good + _refused()))
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
    assert summary.bases == 2 * REACH + 1


def test_the_longest_alleles_have_rows(start: Start) -> None:
    one = CONTIGS["chr1"]
    lines = [
        ("chr1", 301, one[301 : 302 + REACH], one[301], "."),
        ("chr1", 302, one[302], one[302] + "ACGT" * (LONGEST // 4), "."),
        ("chr1", 303, one[303 : 303 + REACH], "ACGT" * (LONGEST // 4), "."),
    ]
    arrays = _arrays(_store(start(lines)))
    assert len(arrays["start"]) == 6
    assert arrays["ref_length"].max() in {REACH, REACH - 1}
    assert arrays["alt_length"].max() == LONGEST
    _check_rows(arrays, REACH)


def test_an_input_without_targets_is_refused_with_the_reasons(start: Start) -> None:
    with pytest.raises(errors.InputError, match=r"none \(allele_too_long: 2, cont"):
        targets.run(start([line for line in _refused() if line[2] != line[3]]))


def test_a_gene_in_info_is_the_only_one_asked(start: Start) -> None:
    base = CONTIGS["chr1"][330]
    line = ("chr1", 330, base, _other(base))
    both = _store(start([(*line, "X=1;GENES=PLUS")], "both.zarr"))
    assert sorted(both.facts["genes"]) == ["MINUS", "PLUS"]
    one = _store(start([(*line, "X=1;GENE=MINUS;Y")]))
    assert one.facts["genes"] == ["MINUS"]
    assert one.rows == 1


def test_duplicates_have_rows_of_their_own(start: Start) -> None:
    line = _lines()[7]
    arrays = _arrays(_store(start([line, line])))
    assert len(arrays["start"]) == 2
    for values in arrays.values():
        np.testing.assert_array_equal(values[0], values[1])


def test_contigs_are_taken_or_left_out_without_being_counted(start: Start) -> None:
    for options in ({"contigs": ("2",)}, {"exclude": ("chr1",)}):
        config = start(_lines()[::7], f"{next(iter(options))}.zarr", **options)
        summary = targets.run(config)
        assert summary.skipped == {}
        assert stores.open_store(config.output).facts["contigs"] == ["2"]


def test_rows_are_sorted_by_place(start: Start) -> None:
    arrays = _arrays(_store(start(_lines()[::-5])))
    keys = list(zip(arrays["contig"], arrays["position"], strict=True))
    assert keys == sorted(keys)


def test_the_store_says_what_made_it(start: Start) -> None:
    facts = _store(start(_lines()[:1])).facts
    assert facts["kind"] == "pairs"
    assert facts["base_model_sha256"] == MODEL.sha256
    assert facts["regions"][:3] == ["acceptor", "donor", "exon"]
    assert facts["settings"]["reach"] == REACH
    assert facts["settings"]["context"] == CONTEXT
    json.dumps(facts)


def test_shorter_numbers_give_nearly_the_same(start: Start) -> None:
    exact = _arrays(_store(start(_lines()[:9], "exact.zarr")))
    short = _arrays(_store(start(_lines()[:9], precision="bfloat16")))
    difference = np.abs(exact["profile"] - short["profile"]).max()
    assert 0 < difference < 0.1


def test_what_sample_draws_has_its_region_and_distance(
    start: Start, tmp_path: pathlib.Path
) -> None:
    config = start()
    assert config.reference is not None
    drawn = tmp_path / "drawn.vcf.gz"
    sample.run(
        sample_config.Config(
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
    names = (store.facts[name] for name in ("genes", "regions"))
    genes, regions = (list(each) for each in names)
    assert said == sorted(
        (genes[gene], regions[region], str(distance))
        for gene, region, distance in zip(
            *(store.read(name) for name in ("gene", "region", "distance")), strict=True
        )
    )


def test_the_command_line_says_what_was_made_and_what_was_not(
    start: Start,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    config = start(_lines()[:2] + _refused()[:2])
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
    text = CONTIGS["chr2"][:120]
    made = {
        "snv": text[:60] + _other(text[60]) + text[61:],
        "insertion": text[:40] + "GTAAGT" + text[40:],
        "deletion": text[:70] + text[79:],
        "first": _other(text[0]) + text[1:],
        "last": text[:-1] + _other(text[-1]),
        "same": text.lower(),
        "far": _other(text[0]) + text[1:-1] + _other(text[-1]),
        "unknown": text[:60] + "R" + text[61:],
    }
    return pl.DataFrame({"name": list(made), "ref": text, "alt": list(made.values())})


@pytest.mark.parametrize("ending", [".tsv", ".parquet"])
def test_constructs_end_where_they_end(
    start: Start, tmp_path: pathlib.Path, ending: str
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
    arrays = _arrays(store)
    assert not arrays["mirrored"].any()
    assert set(arrays["region"]) == {store.facts["regions"].index("other")}
    names = [store.facts["genes"][gene] for gene in arrays["gene"]]
    contigs = [store.facts["contigs"][contig] for contig in arrays["contig"]]
    assert contigs == (names if ending == ".tsv" else ["7"] * 5)
    row = names.index("first")
    known = arrays["codes"][row] != dna.UNKNOWN
    assert np.flatnonzero(known)[0] == CONTEXT + LONGEST + REACH
    _check_rows(arrays, REACH)


def test_a_fasta_goes_with_profiles(start: Start, tmp_path: pathlib.Path) -> None:
    plain = toys.write_fasta(tmp_path / "some.txt", CONTIGS)
    for path in (start().reference, plain, tmp_path / "missing.fasta.gz"):
        with pytest.raises(errors.InputError, match="goes with --profiles"):
            targets.run(start(input=path))


@pytest.mark.parametrize("lacking", ["reference", "annotation"])
def test_variants_need_a_genome_and_genes(start: Start, lacking: str) -> None:
    with pytest.raises(errors.InputError, match="need --reference and --annotation"):
        targets.run(start(**{lacking: None}))


# A base model held against targets.


def _evaluated(
    config: targets_config.Config, **options: object
) -> dict[str, dict[str, float]]:
    given: dict[str, object] = {
        "targets": (config.output,),
        "reference": config.reference,
        "annotation": config.annotation,
    }
    asked = evaluate_config.Config(
        pathlib.Path("cispliceai"),
        **(given | options),  # type: ignore[arg-type]
    )
    return evaluate.run(asked).groups


def test_a_base_model_agrees_with_the_targets_that_it_made(start: Start) -> None:
    config = start()
    store = _store(config)
    found = _evaluated(config)["all"]
    assert found["variants"] == store.rows
    assert found["r"] == pytest.approx(1, abs=1e-6)
    assert found["r_position"] == pytest.approx(1, abs=1e-6)


def test_a_member_of_a_base_model_differs_from_the_mean_of_all(start: Start) -> None:
    config = start()
    store = _store(config)
    found = _evaluated(config, member=1)["all"]["r"]
    alone = dataclasses.replace(config, output=config.output.with_name("one.zarr"))
    with pytest.MonkeyPatch.context() as patched:
        one = toys.model([MODEL.members[1]])
        patched.setattr(loading, "load", lambda name, weights: one)
        of_one = _store(alone)
    sizes = [
        np.abs(each.read("delta")).max(axis=(1, 2)).astype(float)
        for each in (of_one, store)
    ]
    assert found == pytest.approx(np.corrcoef(*sizes)[0, 1], abs=1e-5)
    assert found < 0.999


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"member": 3}, "members 0 to 2"),
        ({"reference": None}, "needs --reference and --annotation"),
        ({"annotation": "grch37"}, "genes that the targets were made from"),
    ],
)
def test_a_base_model_is_not_held_against_what_it_cannot_read(
    start: Start, options: dict[str, object], said: str
) -> None:
    config = start()
    targets.run(config)
    with pytest.raises(errors.InputError, match=said):
        _evaluated(config, **options)


def test_another_genome_than_the_targets_is_refused(
    start: Start, tmp_path: pathlib.Path
) -> None:
    config = start()
    targets.run(config)
    changed = {name: text[::-1] for name, text in CONTIGS.items()}
    other = toys.write_fasta(tmp_path / "other.fa", changed)
    with pytest.raises(errors.InputError, match="sequences that the targets were made"):
        _evaluated(config, reference=other)
