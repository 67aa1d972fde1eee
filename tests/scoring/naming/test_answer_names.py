"""`answer_names`: the transcript of each answer, and the variant's name on it."""

import pathlib
from collections.abc import Iterator

import pytest

from twinsplice import data
from twinsplice.genome import genes
from twinsplice.io import fasta
from twinsplice.io.vcf import vcf
from twinsplice.scoring.naming import answer_names, variant_names

FOLDER = pathlib.Path(data.__file__).parent


@pytest.fixture(scope="module")
def reference() -> Iterator[fasta.Reference]:
    with fasta.Reference.open(FOLDER / "demo.GRCh37.fa") as opened:
        yield opened


def _namer(reference: fasta.Reference, build: str) -> answer_names.AnswerNamer:
    resolver = variant_names.Resolver(reference, genes.GeneIndex([]), annotation=build)
    return answer_names.AnswerNamer(resolver)


def _columns(*rows: tuple[object, ...]) -> dict[str, list[object]]:
    names = ("chrom", "pos", "ref", "alt", "gene", "gene_id", "strand")
    return {name: [row[i] for row in rows] for i, name in enumerate(names)}


def test_names_of_the_demo_are_those_of_the_transcripts(
    reference: fasta.Reference,
) -> None:
    # The demo's names count on older versions, which do not differ at these places.
    namer = _namer(reference, "grch37")
    named = 0
    with vcf.read(FOLDER / "demo.vcf") as source:
        for record in source:
            names = (vcf.info(record, "HGVS") or "").split(",")
            gene = vcf.info(record, "GENE")
            for alt, name in zip(record.alts, names, strict=True):
                site = record.contig, record.position + 1, record.ref, alt
                found = namer.columns(_columns((*site, gene, None, None)))
                if not name:
                    # A symbolic allele has none.
                    assert found == {"transcript": [None], "hgvs_c": [None]}
                    continue
                accession, _, change = name.partition(":")
                (transcript,), (own,) = found["transcript"], found["hgvs_c"]
                assert transcript is not None
                assert transcript.split(".")[0] == accession.split(".")[0]
                assert own == f"{transcript}:{change}"
                named += 1
    assert named >= 16


def test_the_transcript_that_was_scored_comes_first(reference: fasta.Reference) -> None:
    namer = _namer(reference, "grch37")
    site = "17", 41_242_960, "C", "T"
    found = namer.columns(
        _columns(
            (*site, "BRCA1", "ENSG00000012048", "-"),
            (*site, "x", "NM_007298.3", "-"),
            (*site, None, None, None),
            (*site, "BRCA1", "x", "+"),
            ("17", 41_242_960, "G", "T", "BRCA1", "x", "-"),
            ("17", 41_242_960, "C", "<DEL>", "BRCA1", "x", "-"),
            ("nowhere", 5, "C", "T", None, None, None),
            (None, None, None, ".", None, None, None),
        )
    )
    assert found["transcript"] == [
        *("NM_007294.4", "NM_007298.3", "NM_007294.4", None, None, None, None, None)
    ]
    assert found["hgvs_c"][:2] == ["NM_007294.4:c.4185+1G>A", "NM_007298.3:c.876+1G>A"]


def test_without_a_known_build_there_are_no_names(reference: fasta.Reference) -> None:
    namer = _namer(reference, "genes.gtf")
    found = namer.columns(_columns(("17", 41_242_960, "C", "T", "BRCA1", "x", "-")))
    assert found == {"transcript": [None], "hgvs_c": [None]}
