"""`variant_names`: names in lists become places, or reasons with a guess."""

import csv
import gzip
import pathlib
import random
from collections.abc import Iterator

import pytest
from benchmarks.names import run as names

from twinsplice import data, errors
from twinsplice.genome import builds, genes, hgvs_naming, transcript_sets, variants
from twinsplice.io import fasta
from twinsplice.io.annotation import annotations, transcript_sources
from twinsplice.io.vcf import vcf
from twinsplice.scoring.naming import named_records, variant_names

pytest.importorskip("ferro_hgvs", reason="the extra [hgvs] is not installed")

DEMO = pathlib.Path(data.__file__).parent / "demo.GRCh37.fa"
SHARED = pathlib.Path(__file__).parents[4] / "shared" / "data"
BRCA1 = ("17", 41_242_959, "C", ("T",))
Place = tuple[str, int, str, tuple[str, ...]]


@pytest.fixture(scope="module")
def resolver() -> Iterator[variant_names.Resolver]:
    with fasta.Reference.open(DEMO) as reference:
        index = annotations.load("grch37").index
        yield variant_names.Resolver(reference, index, annotation="grch37")


def _resolved(resolver: variant_names.Resolver, text: str) -> vcf.Record:
    (record,) = variant_names.NamedSource(vcf.ListSource([text], "here"), resolver)
    return record


def _place(record: vcf.Record) -> Place:
    return record.contig, record.position, record.ref, record.alts


@pytest.mark.parametrize(
    ("text", "gene"),
    [
        ("BRCA1:c.4185+1G>A", "BRCA1"),
        ("NM_007294.4(BRCA2):c.4185+1G>A", "BRCA1"),
        ("ENST00000357654.9:c.4185+1G>A", "BRCA1"),
        ("NM_1.1:c.4185+1G>A", None),
        ("17:g.41242960C>T", None),
        ("chr17-41242960-C-T", None),
        ("BRCA1:c.", None),
    ],
)
def test_a_name_is_of_a_gene_or_of_none(
    resolver: variant_names.Resolver, text: str, gene: str | None
) -> None:
    choice = resolver.named(_resolved(resolver, text))
    assert (choice and choice.transcript.gene) == gene


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("chr17-41242960-C-T", ""),
        ("17:41242960:C:T", ""),
        ("17:41242960 C>T", ""),
        ("Chr17-41242960-c-t", ""),
        ("NC_000017.10 41242960 c t", ""),
        ("17:41,242,960 C>T", ""),
        ("17\t41242960\trs80358070\tC\tT\t.\tPASS\tDP=5", ""),
        ("17:g.41242960C>T", ""),
        ("chr17:g.41242960C>T", ""),
        ("NC_000017.10:g.41242960C>T", ""),
        ("NM_007294.4:c.4185+1G>A", ""),
        ("NM_007294.4(BRCA1):c.4185+1G>A", ""),
        ("NC_000017.10(NM_007294.4):c.4185+1G>A", ""),
        ("NM_007294:c.4185+1G>A", "NM_007294 is NM_007294.4"),
        ("NM_007294.3:c.4185+1G>A", "counted on NM_007294.4"),
        ("BRCA1:c.4185+1G>A", "NM_007294.4 (MANE Select)"),
        ("brca1:c.4185+1G>A", "NM_007294.4 (MANE Select)"),
        ("ENSG00000012048:c.4185+1G>A", "is BRCA1 today"),
        ("ENST00000357654.9:c.4185+1G>A", "is NM_007294.4"),
        ("NM_007294.4(BRCA2):c.4185+1G>A", "is of BRCA1, not BRCA2"),
        ("NM007294.4:c.4185+1G>A", ""),
        ("NM_007294.4:c.4185+1G&gt;A", ""),
        ('"NM_007294.4:c.4185+1G\u2192A"', ""),
        ("17_41242960_C_T", ""),
        ("ENSG00000012048.23:c.4185+1G>A", "is BRCA1 today"),
        ("BRCA2(NM_007294.4):c.4185+1G>A", "is of BRCA1, not BRCA2"),
        ("BRCA1(NM_007294.4):c.4185+1G>A", ""),
        ("NC_000013.10(NM_007294.4):c.4185+1G>A", "lies on 17, not on NC_000013.10"),
        ("NC_000017:g.41242960C>T", "is counted on NC_000017.10"),
        ("hg19:17-41242960-C-T", ""),
        ("GRCh37/chr17:41242960:C:T", ""),
        ("BRCA1:NM_007294:exon11:c.G4185+1A:p.?", "is read as 4185+1G>A"),
        ("NM_007294.4:c.4185+1G>A,", ""),
        ("NG_005905.2(NM_007294.4):c.4185+1G>A", ""),
        ("LRG_292t1:c.4185+1G>A", "LRG_292t1 is NM_007294.3; NM_007294.3 is not among"),
        ("LRG_292t1(BRCA1):c.4185+1G>A", "counted on NM_007294.4"),
        ("17:41242960-41242960:C:T", ""),
        ("chr17_41242960_C_T_b37", ""),
        ("BRCA1 NM_007294.4:c.4185+1G>A (het)", "(het) is left out"),
        ("Chr17(GRCh37):g.41242960C>T", ""),
        ("NC_000017.10:41242959:C:T", "counted from 0, as SPDI is"),
        ("NC_000017.10:41242959:1:T", ""),
        ("NC_000017.10(BRCA1):c.4185+1G>A", "NM_007294.4 (MANE Select)"),
    ],
)
def test_every_way_of_naming_leads_to_one_place(
    resolver: variant_names.Resolver, text: str, note: str
) -> None:
    record = _resolved(resolver, text)
    contig, *rest = _place(record)
    assert contig == "17"
    assert tuple(rest) == BRCA1[1:]
    assert record.refusal is None
    assert record.name == text.strip()
    assert note in record.note
    assert bool(record.note) == bool(note)
    assert record.text.split("\t")[1] == "41242960"


@pytest.mark.parametrize(
    ("text", "reason", "guess"),
    [
        ("hello", "unreadable_name", "neither"),
        ("chr17-41242960-C", "unreadable_name", "neither"),
        ("BRCA1:p.Ala1Gly", "unreadable_name", "protein"),
        ("BRCAA1:c.1del", "unknown_place", "did you mean BRCA1"),
        ("LRG_292:c.1del", "unknown_place", "as LRG_292t1 is"),
        ("NM_999999.1:c.1del", "unknown_place", "NM_, NR_ and MANE's ENST"),
        ("ENST00000000001.1:c.1del", "unknown_place", "as --transcripts"),
        ("BRCA1:c.99999del", "unknown_place", "has 5,592 bases"),
        ("BRCA1:c.4184+1G>A", "unknown_place", "4185"),
        ("NR_027676.2:c.5del", "unreadable_name", "n. positions only"),
        ("NC_000017.11:g.43090943C>T", "unknown_place", "17:41242960 there"),
        ("NC_000017.11-43090943-C-T", "unknown_place", "is of GRCh38"),
        ("BRAC1:c.5del", "unknown_place", "did you mean BRCA1 or"),
        ("BRCA1:c.4186+1G>A", "unknown_place", "mean 4185+1 or 4186-1?"),
        ("BRCA1:c.4185-1G>A", "unknown_place", "mean 4186-1 or 4185+1?"),
        ("BRCA1:4185+1G>A", "unreadable_name", "mean BRCA1:c.4185+1G>A?"),
        ("NC_000017.9:g.41242960C>T", "unknown_place", "GRCh37, NC_000017.10 is"),
        ("NC_000017.99-41242960-C-T", "unknown_place", "GRCh37, NC_000017.10 is"),
        ("NC_000023.9(NM_000531.6):c.386G>A", "unknown_place", "NC_000023.10 is"),
        ("NC_001807.4:m.5A>G", "unknown_place", "NC_012920.1 is"),
        ("BRCA1:c.69_68del", "unreadable_name", "did you mean 68_69?"),
        ("17:g.41242961_41242960del", "unreadable_name", "mean 41242960_41242961?"),
        ("chrUn:g.5C>T", "contig_missing", "no chrUn"),
        ("17:g.5_6delinsA", "unknown_place", "does not hold"),
        ("17:g.5_6insA", "unknown_place", "does not hold"),
        ("Chr17(GRCh38):g.43090943C>T", "unknown_place", "of GRCh38, the reference of"),
        ("BRCA1:c.4184delGT", "unknown_place", "did you mean 4184_4185?"),
        ("BRCA1:c.4185+1delGT", "unknown_place", "mean 4185+1_4185+2?"),
        ("BRCA1:c.4186-1delGT", "unknown_place", "2 bases at positions of 1"),
        ("NC_000017.10:41242960:C:T", "unreadable_name", "41242961 as well as 17:4"),
        ("NC_000017.11:43090942:C:T", "unknown_place", "is of GRCh38"),
        ("23:g.5C>T", "contig_missing", "did you mean X?"),
        ("NM_007294.4:g.5A>G", "contig_missing", "counts on a chromosome"),
        ("BRCA1:c.4185_4186insA", "unknown_place", "4185_4185+1 is its start"),
    ],
)
def test_what_has_no_place_has_a_reason_and_a_guess(
    resolver: variant_names.Resolver, text: str, reason: str, guess: str
) -> None:
    record = _resolved(resolver, text)
    assert record.refusal == reason
    assert guess in record.note
    assert (record.contig, record.alts) == ("", ())
    columns = record.text.split("\t")
    assert columns[:2] == [".", "0"]
    assert columns[7].startswith(f"{named_records.NOTE}=")
    assert len(columns) == vcf.COLUMNS


@pytest.mark.parametrize(
    ("text", "position", "guess"),
    [
        ("BRCA1:c.4185+1C>A", 41_242_960, "the reference has C at 17:41242960, not G"),
        ("BRCA1:c.4185+1C>A", 41_242_960, "the bases fit the other strand"),
        ("BRCA1:c.4185+1A>G", 41_242_960, "did you mean BRCA1:c.4185+1G>A?"),
        ("BRCA1:c.4185+1A>G", 41_242_960, "minus strand: G, not A"),
        ("17-0-C-T", 0, "positions of 17 begin at 1"),
        ("chr99-100-A-T", 100, "the reference has no chr99"),
        ("BRCA1:68A>G", 68, "no BRCA1; did you mean BRCA1:c.68A>G?"),
        ("17:41242960:G:A", 41_242_960, "REF fits the other strand"),
        ("17:41242960:T:C", 41_242_960, "are REF and ALT swapped?"),
        ("17:41242959:C:T", 41_242_959, "was POS counted from 0?"),
        ("17:41242961:CC:T", 41_242_961, "not CC"),
        ("BRCA1:c.4185+2G>A", 41_242_959, "fit one place before (4185+1)"),
        ("17:43090943:C:T", 43_090_943, "REF fits 17:41242960"),
        ("17:43090943:C:T", 43_090_943, "on GRCh38?"),
    ],
)
def test_a_ref_that_differs_gets_a_guess(
    resolver: variant_names.Resolver, text: str, position: int, guess: str
) -> None:
    record = _resolved(resolver, text)
    # The record stays: `score` gives the reason.
    assert record.refusal is None
    assert record.position == position - 1
    assert guess in record.note


def test_a_record_knows_what_its_name_is_of(
    resolver: variant_names.Resolver,
) -> None:
    record = _resolved(resolver, "brca1:c.4185+1G>A")
    assert record.of[0] == "NM_007294.4"
    assert "BRCA1" in record.of
    assert _resolved(resolver, "17:g.41242960C>T").of == ()


def test_what_a_list_is_told_does_not_depend_on_lists_before_it(
    resolver: variant_names.Resolver,
) -> None:
    # The other build is looked up for so many mismatches of each list.
    texts = ["17:43090943:C:T"] * 22
    lists = [
        variant_names.NamedSource(vcf.ListSource(texts, "here"), resolver)
        for _ in range(2)
    ]
    told = [["REF fits 17:41242960" in record.note for record in one] for one in lists]
    assert told == [[True] * 20 + [False] * 2] * 2


def test_the_name_is_the_identifier_of_a_vcf(resolver: variant_names.Resolver) -> None:
    record = _resolved(resolver, "NM_007294.4 c.4185+1G>A; x")
    assert record.text.split("\t")[2] == "NM_007294.4_c.4185+1G>A,_x"
    source = variant_names.NamedSource(vcf.ListSource([], "here"), resolver)
    assert source.header_lines[-2] == named_records.NOTE_LINE
    assert source.fraction_read() == 0


def test_records_of_a_vcf_are_left_alone(resolver: variant_names.Resolver) -> None:
    record = vcf.Record(1, "17", 4, "A", ("C",), "17\t5\t.\tA\tC\t.\t.\t.")
    assert resolver.resolve(record) is record


def test_an_unknown_build_must_be_told() -> None:
    with fasta.Reference.open(DEMO) as reference:
        empty = genes.GeneIndex([])
        unknown = variant_names.Resolver(reference, empty)
        assert unknown.build is None
        with pytest.raises(errors.InputError, match="--transcripts grch37"):
            _resolved(unknown, "BRCA1:c.4185+1G>A")
        assert _place(_resolved(unknown, "17:g.41242960C>T")) == BRCA1
        told = variant_names.Resolver(reference, empty, transcripts_from="GRCh37")
        assert told.build is builds.Build.GRCH37
        assert _place(_resolved(told, "BRCA1:c.4185+1G>A")) == BRCA1


# Truth rows, with the package's transcripts and with the records' own.


def _cases(build: builds.Build) -> list[dict[str, str]]:
    path = SHARED / "transcripts" / "hgvs_cases.tsv"
    if not path.exists():
        pytest.skip("../shared/data is not there")
    with path.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t"))
    return [row for row in rows if row["build"] == build.label]


@pytest.mark.slow
@pytest.mark.parametrize("own", [False, True])
@pytest.mark.parametrize("build", builds.Build)
def test_truth_rows_are_right_both_ways(
    tmp_path: pathlib.Path,
    monkeypatch: pytest.MonkeyPatch,
    build: builds.Build,
    *,
    own: bool,
) -> None:
    monkeypatch.setenv("TWINSPLICE_CACHE", str(tmp_path))
    rows = _cases(build)
    source = str(SHARED / "transcripts" / f"LRG.{build.label}.gtf.gz")
    table = transcript_sources.load(source if own else build.value).transcripts
    genome = _unpacked(SHARED / "genome" / f"{build.label}.LRG_regions.fa.gz", tmp_path)
    with fasta.Reference.open(genome) as reference:
        resolver = variant_names.Resolver(
            reference,
            genes.GeneIndex([]),
            annotation=build.value,
            transcripts_from=source if own else build.value,
        )
        for row in rows:
            expected = row["chrom"], int(row["pos"]) - 1, row["ref"], (row["alt"],)
            for name in (row["hgvs_c"], row["hgvs_g"]):
                assert _place(_resolved(resolver, name)) == expected, name
            variant = variants.Variant(*expected[:3], row["alt"])
            fetch = resolver.fetcher(row["chrom"])
            accession, change = row["hgvs_c"].split(":")
            stem, _ = transcript_sets.split_version(accession)
            on = (table.named(accession) or table.named(stem))[0]
            canonical = hgvs_naming.on_transcript(variant, on, fetch)
            if row["canonical"] == "yes":
                assert str(canonical) == f"{on.name}:{change}"
            chromosome = builds.accession(build, row["chrom"])
            assert chromosome is not None
            on_genome = hgvs_naming.on_genome(variant, chromosome, fetch)
            assert str(on_genome) == row["hgvs_g"]
        # Names as the benchmark draws them, beside its own projector.
        members = [
            table.named(row["hgvs_c"].split(":")[0].split(".")[0])[0] for row in rows
        ]
        for drawn in names.drawn(members, resolver, 48, random.Random(2)):
            assert not names.mistake(drawn, resolver), drawn.text


def _unpacked(path: pathlib.Path, folder: pathlib.Path) -> pathlib.Path:
    """A FASTA that can be indexed, of one that is only gzipped."""
    unpacked = folder / path.name.removesuffix(".gz")
    unpacked.write_bytes(gzip.decompress(path.read_bytes()))
    return unpacked


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("GRCh38:17-43090943-C-T", "the name is of GRCh38, the reference of GRCh37"),
        ("NM_007294.4:c.4100-4101del", "did you mean 4100_4101?"),
        ("NM_007294.4:c.4100\u20134101del", "did you mean 4100_4101?"),
        ("NG_005905.2:g.100A>G", "a gene's own sequence"),
        ("rs80358087", "not looked up"),
    ],
)
def test_more_of_what_is_wrong_is_told(
    resolver: variant_names.Resolver, text: str, note: str
) -> None:
    record = _resolved(resolver, text)
    assert record.refusal is not None
    assert note in record.note


@pytest.mark.parametrize("edit", ["4185+1=", "4185+1G=", "4185+1delinsG", "4185+1G>G"])
def test_a_name_that_changes_nothing_is_said_to(
    resolver: variant_names.Resolver, edit: str
) -> None:
    record = _resolved(resolver, f"NM_007294.4:c.{edit}")
    assert record.alts == ()
    assert "nothing changes" in record.note
