"""Sequences that targets are made along: bases and sites as they are read."""

import pathlib

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support import models as toys
from support import reference_rules
from twinsplice import errors
from twinsplice.genome import dna, genes
from twinsplice.io import fasta
from twinsplice.targets import sequences

CONTIGS = {
    name: "".join(np.random.default_rng(seed).choice(list("ACGTN"), 300))
    for name, seed in (("chr1", 1), ("2", 2))
}


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    return toys.write_fasta(tmp_path_factory.mktemp("genome") / "x.fa", CONTIGS)


@st.composite
def introns(draw: st.DrawFn) -> tuple[int, list[int], int]:
    """Return a gene's first base, exon bases beside its introns, and its end."""
    places = draw(st.lists(st.integers(0, 300), min_size=4, max_size=8, unique=True))
    first, *inner, end = sorted(places[: len(places) // 2 * 2])
    return first, inner, end


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    introns(),
    st.sampled_from("+-"),
    st.sampled_from(["1", "2"]),
    st.integers(-40, 320),
    st.integers(0, 80),
)
def test_a_gene_is_read_as_it_is_transcribed_and_is_unknown_beyond_its_ends(
    path: pathlib.Path,
    drawn: tuple[int, list[int], int],
    strand: str,
    contig: str,
    start: int,
    width: int,
) -> None:
    first, inner, end = drawn
    gene = toys.gene(
        "G", first, end, strand, left=inner[::2], right=inner[1::2], contig=contig
    )
    name = {"1": "chr1", "2": "2"}[contig]
    transcript = CONTIGS[name][first:end]
    # Of the same letters, in the same order, as a transcript has them.
    sites = [site - first for site in inner]
    if strand == "-":
        transcript = reference_rules.reverse_complement(transcript)
        sites = [end - 1 - site for site in reversed(inner)]
    with fasta.Reference.open(path) as reference:
        (source,) = sequences.from_genes(
            reference, genes.GeneIndex([gene]), lambda _: True
        )
        codes = source.codes(start, start + width)
    assert (source.name, source.contig) == ("G", contig)
    assert (source.start, source.end, source.length) == (first, end, end - first)
    inside = range(len(transcript))
    assert dna.decode(codes) == "".join(
        transcript[i] if i in inside else "N" for i in range(start, start + width)
    )
    assert source.sites.tolist() == sites


def test_genes_that_the_reference_does_not_hold_whole_have_no_source(
    path: pathlib.Path,
) -> None:
    index = genes.GeneIndex(
        [
            toys.gene("WHOLE", 100, 300, contig="2"),
            toys.gene("CUT", 100, 301, contig="2"),
            toys.gene("ELSEWHERE", 100, 200, contig="3"),
            toys.gene("OTHER", 100, 200, contig="1"),
        ]
    )
    with fasta.Reference.open(path) as reference:
        every = sequences.from_genes(reference, index, sequences.contig_filter((), ()))
        some = sequences.from_genes(
            reference, index, sequences.contig_filter((), ("chr1",))
        )
        one = sequences.from_genes(
            reference, index, sequences.contig_filter(("1",), ())
        )
    assert {source.name for source in every} == {"WHOLE", "OTHER"}
    assert {source.name for source in some} == {"WHOLE"}
    assert {source.name for source in one} == {"OTHER"}


def test_a_construct_belongs_to_the_chromosome_that_its_header_names(
    tmp_path: pathlib.Path,
) -> None:
    path = tmp_path / "x.fa"
    path.write_text(">a chr7:100-200\nACGTN\nAC\n>chr8:1-3\nGGG\n>c\nTT\n")
    made = sequences.from_fasta(path, lambda _: True)
    assert [source.name for source in made] == ["a", "chr8:1-3", "c"]
    assert [source.contig for source in made] == ["7", "8", "c"]
    assert [dna.decode(source.codes(-1, 8)) for source in made] == [
        *("NACGTNACN", "NGGGNNNNN", "NTTNNNNNN")
    ]
    assert not any(len(source.sites) for source in made)
    # Equal views are one to the networks: those of two constructs never are.
    assert len({source.view for source in made}) == 3
    kept = sequences.from_fasta(path, sequences.contig_filter(("7", "8"), ("8",)))
    assert [source.name for source in kept] == ["a"]


def test_what_is_no_file_of_sequences_is_refused(tmp_path: pathlib.Path) -> None:
    with pytest.raises(errors.InputError, match="sequences must be a FASTA file"):
        sequences.from_fasta(tmp_path / "none.fa", lambda _: True)


@given(st.lists(st.integers(1, 60), max_size=4), st.integers(1, 25), st.integers(0, 10))
def test_windows_lie_side_by_side_and_cover_all_but_the_margins(
    lengths: list[int], width: int, margin: int
) -> None:
    sources = [
        sequences.of_construct(str(i), "1", "A" * length, str(i))
        for i, length in enumerate(lengths)
    ]
    found = list(sequences.windows(sources, width, margin))
    for i, length in enumerate(lengths):
        starts = [start for number, start in found if number == i]
        assert starts == [margin + width * j for j in range(len(starts))]
        # The last one begins within what is to be covered, and reaches its end.
        assert starts[-1] == margin or starts[-1] < length - margin
        assert starts[-1] + width >= length - margin
    assert [number for number, _ in found] == sorted(number for number, _ in found)
