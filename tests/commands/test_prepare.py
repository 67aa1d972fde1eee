"""`prepare`: maps that equal what scoring sees; kills, shards and refusals."""

import os
import pathlib
import signal
import subprocess
import sys

import numpy as np
import pytest

from support import cli, maps, stores
from support import models as toys
from twinsplice import errors
from twinsplice.base_models import loading
from twinsplice.commands import merge, prepare
from twinsplice.effect import rules
from twinsplice.genome import genes
from twinsplice.io import fasta, reference_map
from twinsplice.io.annotation import annotations
from twinsplice.io.kept import kept_work
from twinsplice.scoring import queries
from twinsplice.settings import merge as merge_settings
from twinsplice.settings import prepare as prepare_settings

REACH = 7
_KILLED_RUN = """
import os, pathlib, signal, sys
from support import maps
from twinsplice.base_models import loading
from twinsplice.commands import prepare
from twinsplice.scoring.anchoring import map_plan
from twinsplice.settings import prepare as prepare_settings
folder, steps = pathlib.Path(sys.argv[1]), int(sys.argv[2])
loading.load = lambda *_: maps.MODEL
map_plan._PART_BASES = 700
def advance(bases, fraction):
    global steps
    steps -= 1
    if not steps:
        os.kill(os.getpid(), signal.SIGKILL)
prepare.run(
    prepare_settings.Config(
        reference=folder / "x.fa",
        annotation=str(folder / "genes.tsv"),
        output=folder / "killed.parquet",
        threads=1,
        floor=1e-3,
    ),
    advance,
)
"""


@pytest.fixture
def start(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> maps.Start:
    return maps.starter(tmp_path, monkeypatch)


def _builder(
    config: prepare_settings.Config, reference: fasta.Reference
) -> queries.QueryBuilder:
    return queries.QueryBuilder(
        reference=reference,
        index=annotations.load(config.annotation).index,
        conventions=rules.TWINSPLICE,
        reach=REACH,
        context=maps.MODEL.context,
    )


def test_a_map_has_what_scoring_sees_of_the_reference(start: maps.Start) -> None:
    """Near and far from genes' ends, on both strands, where genes overlap."""
    config = start()
    prepare.run(config)
    written = reference_map.read(config.output)
    predictor = maps.MODEL.predictor(toys.ON_CPU)
    compared = 0
    with fasta.Reference.open(config.reference) as reference:
        builder = _builder(config, reference)
        for contig, text in maps.CONTIGS.items():
            records = [
                toys.record(at, base, "ACGT"["ACGT".index(base) - 1], contig=contig)
                for at, base in enumerate(text)
                if base != "N" and (at % 5 == 0 or at in (100, 449, 899, 1099))
            ]
            built = builder.build(records)
            profile = predictor.predict(built.queries, profiles=True).ref_profile
            assert profile is not None or not len(built.queries)
            scored = np.flatnonzero(built.outcomes.query >= 0)
            for row in scored.tolist():
                gene = builder.index.genes[int(built.outcomes.gene[row])]
                if gene.name in {"BEYOND", "GAP"}:
                    continue
                query = int(built.outcomes.query[row])
                assert profile is not None
                first = int(built.queries.windows.start[query])
                _check(written, gene, first, profile[query])
                compared += 1
    assert compared > 400
    assert 0.05 < written.site_count / sum(g.end - g.start for g in written.genes) < 0.6


def _check(
    written: reference_map.ReferenceMap,
    gene: genes.Gene,
    first: int,
    profile: np.ndarray,
) -> None:
    """Hold a map against a window's reference profile that begins at `first`."""
    span = gene.span
    number = written.gene(span.contig, gene.strand == "-", span.start, span.end)
    assert number is not None
    width = profile.shape[1]
    sites = written.sites(number, first, first + width)
    # Bases outside the gene are not in its map.
    inside = slice(max(span.start - first, 0), min(span.end - first, width))
    stored = np.full((width, 2), -np.inf)
    stored[sites.position - first] = sites.log_odds
    with np.errstate(divide="ignore"):
        log_odds = (np.log(profile) - np.log(1 - profile.sum(axis=0))).T
    lowest = reference_map.decode(np.array([1], dtype=np.uint8), maps.FLOOR)[0]
    expected = np.clip(log_odds, -np.inf, 9)[inside]
    step = (9 - lowest) / 254
    known = np.isfinite(stored[inside])
    np.testing.assert_allclose(
        stored[inside][known], expected[known], atol=0.5 * step + 2e-3
    )
    assert (expected[~known] < lowest + 2e-3).all()
    assert (expected[known] > lowest - 2e-3).all()
    outside = np.delete(stored, np.arange(width)[inside], axis=0)
    assert np.isneginf(outside).all()


def test_a_run_says_what_it_costs_and_gives(start: maps.Start) -> None:
    config = start()
    costs: list[prepare_settings.Cost] = []
    told: list[tuple[int, float | None]] = []
    summary = prepare.run(config, lambda *step: told.append(step), costs.append)
    bases = 800 + 650 + 300 + 300 + 3
    assert (summary.genes, summary.bases, summary.computed) == (5, bases, bases)
    assert summary.left_out == {
        "contig_not_in_reference": 1,
        "sequence_not_in_reference": 2,
    }
    assert summary.size == config.output.stat().st_size
    assert summary.sites == reference_map.read(config.output).site_count
    before, after = costs
    assert (before.genes, before.bases, before.seconds) == (5, bases, None)
    assert before.tflop > 0
    assert after.seconds is not None
    assert sum(step for step, _ in told) == bases
    fractions = [fraction for _, fraction in told if fraction is not None]
    assert fractions == sorted(fractions)
    assert (fractions[0], fractions[-1]) == (0, 1)
    assert not kept_work.folder_of(config.output).exists()


def test_metadata_say_what_a_map_belongs_to(start: maps.Start) -> None:
    config = start(floor=0.01, precision="bfloat16")
    prepare.run(config)
    metadata = reference_map.read(config.output).metadata
    index = annotations.load(config.annotation).index
    assert metadata.annotation_sha256 == reference_map.annotation_digest(index)
    assert metadata.base_model_sha256 == maps.MODEL.sha256
    assert (metadata.base_model, metadata.annotation) == ("cispliceai", "genes.tsv")
    assert (metadata.reference, metadata.floor) == ("x.fa", 0.01)
    assert metadata.precision == "bfloat16"


# Kills.


@pytest.mark.parametrize(
    ("bases", "kept"), [(1, 0), (800, 0), (801, 800), (1750, 800), (2053, 1750)]
)
def test_a_killed_run_is_continued_to_the_same_bytes(
    start: maps.Start, bases: int, kept: int
) -> None:
    whole, config = start(), start("killed.parquet")
    prepare.run(whole)
    with pytest.raises(stores.Killed):
        prepare.run(config, stores.killer(bases))
    assert not config.output.exists()
    summary = prepare.run(config)
    assert config.output.read_bytes() == whole.output.read_bytes()
    assert summary.bases - summary.computed == kept


def test_a_killed_process_is_continued_to_the_same_bytes(
    start: maps.Start, tmp_path: pathlib.Path
) -> None:
    whole, config = start(), start("killed.parquet")
    prepare.run(whole)
    tests = pathlib.Path(__file__).parents[1]
    done = subprocess.run(
        [sys.executable, "-c", _KILLED_RUN, str(tmp_path), "5"],
        env=os.environ | {"PYTHONPATH": f"{tests.parent / 'src'}:{tests}"},
        check=False,
    )
    assert done.returncode == -signal.SIGKILL
    folder = kept_work.folder_of(config.output)
    assert list(folder.glob("*.parquet"))
    assert not config.output.exists()
    summary = prepare.run(config)
    assert 0 < summary.computed < summary.bases
    assert config.output.read_bytes() == whole.output.read_bytes()
    assert not folder.exists()


def test_parts_of_other_settings_are_not_used(start: maps.Start) -> None:
    with pytest.raises(stores.Killed):
        prepare.run(start("killed.parquet"), stores.killer(1800))
    config, whole = start("killed.parquet", floor=0.1), start(floor=0.1)
    summary = prepare.run(config)
    assert summary.computed == summary.bases
    prepare.run(whole)
    assert config.output.read_bytes() == whole.output.read_bytes()


# Shards.


@pytest.mark.parametrize("of", [1, 2, 3, 7])
def test_shards_merge_to_the_bytes_of_one_run(start: maps.Start, of: int) -> None:
    whole = start()
    prepare.run(whole)
    shards = [start(f"{i}.parquet", shard=f"{i}/{of}") for i in range(1, of + 1)]
    genes_ = [prepare.run(shard).genes for shard in shards]
    assert sum(genes_) == maps.GENES
    merged = merge_settings.Config(
        tuple(shard.output for shard in reversed(shards)),
        output=whole.output.with_name("merged.parquet"),
    )
    summary = merge.run(merged)
    assert (summary.genes, summary.size) == (5, whole.output.stat().st_size)
    assert merged.output.read_bytes() == whole.output.read_bytes()


# What is selected, and refusals.


def test_genes_are_chosen_by_name_and_region(
    start: maps.Start, tmp_path: pathlib.Path
) -> None:
    (tmp_path / "names.txt").write_text("WIDE\nTINY\nNONE\n")
    (tmp_path / "x.bed").write_text("chr2\t100\t200\n")
    named = start(genes=tmp_path / "names.txt")
    summary = prepare.run(named)
    assert (summary.genes, summary.unknown) == (2, ("NONE",))
    both = prepare.run(start(genes=named.genes, regions=tmp_path / "x.bed"))
    assert both.genes == 1
    (tmp_path / "x.bed").write_text("chr9\t100\t200\n")
    config = start("none.parquet", regions=tmp_path / "x.bed")
    with pytest.raises(errors.InputError, match="none of those asked for"):
        prepare.run(config)
    assert not kept_work.folder_of(config.output).exists()


def test_undivided_tracks_are_refused(
    start: maps.Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "load", lambda *_: toys.undivided_model(1))
    with pytest.raises(errors.InputError, match="tells acceptors from donors"):
        prepare.run(start())


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"reference": pathlib.Path("none.fa")}, "none.fa"),
        ({"annotation": "none.gtf"}, "none.gtf"),
        ({"genes": pathlib.Path("none.txt")}, "none.txt"),
        ({"output": pathlib.Path("none/map.parquet")}, "can be written to"),
        ({"device": "abacus"}, "--device"),
    ],
)
def test_a_mistake_is_refused(
    start: maps.Start, options: dict[str, object], message: str
) -> None:
    with pytest.raises(errors.InputError, match=message):
        prepare.run(start(**options))


# The program.


def test_the_program_prepares_and_merges(desk: cli.Desk) -> None:
    files = [f"--reference={desk.folder / 'genome.fa'}", "--threads=1"]
    files.append(f"--annotation={desk.folder / 'genes.tsv'}")
    whole, one, two, merged = (str(desk.folder / f"{i}.parquet") for i in range(4))
    outcome = desk.call("prepare", *files, "-o", whole)
    assert (outcome.code, outcome.out) == (0, "")
    cost, written, took = outcome.err.splitlines()
    assert cost.startswith("2 genes with 0.0 Mb to compute, ")
    assert f"of 2 genes, 0.01 MB, written to {whole}" in written
    assert took.startswith("time ")
    for shard, output in (("1/2", one), ("2/2", two)):
        words = ("prepare", *files, "--shard", shard, "-o", output, "--quiet")
        assert desk.call(*words) == cli.Outcome(0, "", "")
    outcome = desk.call("merge", two, one, "-o", merged)
    assert (outcome.code, outcome.out, outcome.err.count("\n")) == (0, "", 1)
    assert pathlib.Path(merged).read_bytes() == pathlib.Path(whole).read_bytes()
    outcome = desk.call("merge", two, "-o", merged)
    assert outcome.code == 2
    assert outcome.err.startswith("twinsplice: error: merge needs all 2 shards; got ")
    assert outcome.err.count("\n") == 1
