"""`sample`: a VCF that is sound, sorted, repeatable, and says where variants lie."""

import pathlib
from collections.abc import Callable

import numpy as np
import pysam
import pytest

from support import models as toys
from twinsplice import errors
from twinsplice.commands import sample
from twinsplice.effect import rules
from twinsplice.genome import dna, genes, regions, variants
from twinsplice.io import fasta
from twinsplice.io.annotation import annotations
from twinsplice.io.vcf import vcf
from twinsplice.scoring import queries
from twinsplice.settings import sample as sample_settings

# The last gene ends beyond what the reference holds.
TABLE = (
    "#NAME\tCHROM\tSTRAND\tTX_START\tTX_END\tEXON_START\tEXON_END\n"
    "ONE\t1\t+\t200\t4000\t200,1500,3000,\t500,1700,4000,\n"
    "TWO;x\t1\t-\t3500\t7000\t3500,4700,6000,\t4000,4900,7000,\n"
    "THREE\t2\t+\t100\t2500\t100,1500,\t400,2500,\n"
    "CUT\t2\t+\t2000\t9000\t2000,5000,\t2500,9000,\n"
)
Start = Callable[..., sample_settings.Config]


@pytest.fixture
def start(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Start:
    """Make a small genome on disk; return what makes a configuration for it."""
    monkeypatch.setenv("TWINSPLICE_CACHE", str(tmp_path / "cache"))
    rng = np.random.default_rng(5)
    contigs = {
        name: "".join(rng.choice(list("ACGT"), length))
        for name, length in (("chr2", 3_000), ("chr1", 7_500))
    }
    contigs["chr1"] = contigs["chr1"][:800] + "N" * 50 + contigs["chr1"][850:]
    genome = toys.write_genome(tmp_path, contigs, TABLE)

    def make(output: str = "out.vcf", **options: object) -> sample_settings.Config:
        return sample_settings.Config(
            output=tmp_path / output,
            # Its sites are anywhere.
            **(genome | {"number": 60, "force": True} | options),
        )

    return make


def _records(config: sample_settings.Config) -> list[vcf.Record]:
    with vcf.read(config.output) as source:
        return list(source)


InGene = tuple[genes.Gene, variants.Variant]


def _asked(
    config: sample_settings.Config, records: list[vcf.Record]
) -> list[list[InGene]]:
    """The genes that each record is asked of, with its normal form; none is refused."""
    index = annotations.load(config.annotation).index
    with fasta.Reference.open(config.reference) as reference:
        built = queries.QueryBuilder(
            reference=reference,
            index=index,
            conventions=rules.TWINSPLICE,
            reach=50,
            context=40,
        ).build(records)
    outcomes, change = built.outcomes, built.queries.windows.change
    assert (outcomes.reason == rules.SCORED).all()
    asked: list[list[InGene]] = [[] for _ in records]
    for record, gene, query in zip(
        *(each.tolist() for each in (outcomes.record, outcomes.gene, outcomes.query)),
        strict=True,
    ):
        core = variants.Variant(
            records[record].contig,
            int(change.start[query]),
            dna.decode(change.ref.row(query)),
            dna.decode(change.alt.row(query)),
        )
        asked[record].append((index.genes[gene], core))
    return asked


def test_every_variant_can_be_scored_in_its_gene_and_lies_where_it_says(
    start: Start,
) -> None:
    config = start()
    summary = sample.run(config)
    records = _records(config)
    assert summary.variants == len(records) == 60
    assert summary.genes == 3
    for record, asked in zip(records, _asked(config, records), strict=True):
        name = (vcf.info(record, "GENE") or "").replace("%3B", ";")
        named = [pair for pair in asked if pair[0].name == name]
        assert len(named) == 1
        gene, core = named[0]
        # It is in its normal form already.
        anchored = not (core.ref and core.alt)
        assert (record.position, record.ref[anchored:], record.alts[0][anchored:]) == (
            core.start - anchored,
            core.ref,
            core.alt,
        )
        _check_place(record, gene, core.start, core.end)


def _check_place(record: vcf.Record, gene: genes.Gene, start: int, end: int) -> None:
    place = regions.place(regions.layout(gene), start, end)
    assert vcf.info(record, "REGION") == regions.NAMES[place.region]
    assert vcf.info(record, "DISTANCE") == str(place.distance)
    assert vcf.info(record, "STRAND") == gene.strand.value


def test_records_are_sorted_and_none_comes_twice(start: Start) -> None:
    config = start()
    sample.run(config)
    keys = [(r.contig == "chr1", r.position, r.ref, r.alts) for r in _records(config)]
    assert [key[:2] for key in keys] == sorted(key[:2] for key in keys)
    assert len(set(keys)) == len(keys)


def test_the_seed_decides_all_of_the_file(start: Start) -> None:
    texts = []
    for name, seed in (("a.vcf", 1), ("b.vcf", 1), ("c.vcf", 2)):
        config = start(name, seed=seed)
        sample.run(config)
        texts.append([r.text for r in _records(config)])
    assert texts[0] == texts[1] != texts[2]


@pytest.mark.parametrize("name", ["out.vcf.gz", "out.bcf"])
def test_packed_outputs_can_be_searched(start: Start, name: str) -> None:
    config = start(name)
    sample.run(config)
    plain = start()
    sample.run(plain)
    with pysam.VariantFile(str(config.output)) as file:
        found = [
            (r.chrom, r.pos - 1, r.info["GENE"], r.info["DISTANCE"])
            for r in file.fetch("chr1")
        ]
    assert found == [
        (
            r.contig,
            r.position,
            vcf.info(r, "GENE"),
            int(vcf.info(r, "DISTANCE") or ""),
        )
        for r in _records(plain)
        if r.contig == "chr1"
    ]


def test_contigs_are_taken_or_left_out_by_any_name(start: Start) -> None:
    for options in ({"contigs": ("2",)}, {"exclude": ("chr1",)}):
        config = start(**options)
        sample.run(config)
        assert {r.contig for r in _records(config)} == {"chr2"}
        assert {vcf.info(r, "GENE") for r in _records(config)} == {"THREE"}
    with pytest.raises(errors.InputError, match="hold genes whole; got none"):
        sample.run(start(contigs=("3",)))


def test_progress_adds_up(start: Start) -> None:
    told: list[tuple[int, float | None]] = []
    sample.run(start(), lambda done, share: told.append((done, share)))
    assert sum(done for done, _ in told) == 60
    assert told[-1][1] == 1.0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"acceptor": 0.5}, "--acceptor, --donor, .* must be shares that sum to 1"),
        ({"snv": 1.15, "insertion": -0.3}, "--snv, .* must be shares that sum to 1"),
        ({"number": 0}, "--number must be 1 or more"),
        ({"per_gene": 0}, "--per-gene must be 1 or more"),
        ({"seed": -1}, "--seed must be 0 or more"),
    ],
)
def test_settings_out_of_range_are_refused(
    start: Start, options: dict[str, float], message: str
) -> None:
    with pytest.raises(errors.InputError, match=message):
        start(**options)


def test_a_name_of_no_known_form_is_refused_before_any_work(start: Start) -> None:
    with pytest.raises(errors.InputError, match=r"must end in \.vcf"):
        sample.run(start("out.tsv"))


def test_a_run_that_fails_leaves_nothing(start: Start) -> None:
    config = start(per_gene=10)
    with pytest.raises(errors.InputError, match="must have room for 60"):
        sample.run(config)
    assert not list(config.output.parent.glob("*.vcf*"))
