"""Consequences of variants in transcripts, on both strands."""

import dataclasses
import pathlib
from typing import Any

import numpy as np
import polars as pl
import pytest

from support import models as toys
from twinsplice.effect import deltas, protein_effects, splice_events
from twinsplice.genome import coordinates, dna, genes, transcript_sets, transcripts
from twinsplice.io import fasta, tables
from twinsplice.scoring.one_variant import (
    consequences,
    transcript_members,
    variant_profiles,
)

# Exons of 30, 9, 60 and 90 bases, read from the start of a contig of 400.
EXONS = [(0, 30), (100, 109), (200, 260), (300, 390)]
CODING = (12, 345)
BODY = "ATG" + "GCT" * 42 + "TAA"
Told = tuple[float, int]
"""Size and place of a change."""
FORWARD, BACKWARD = coordinates.Strand.PLUS, coordinates.Strand.MINUS


def genome() -> str:
    letters = np.random.default_rng(3).choice(list("ACGT"), 400)
    places = [
        place
        for start, end in EXONS
        for place in range(max(start, CODING[0]), min(end, CODING[1]))
    ]
    letters[places] = list(BODY)
    return "".join(letters)


GENOME = genome()
MIRRORED = dna.decode(dna.reverse_complement(dna.encode(GENOME)))


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> fasta.Reference:
    folder = tmp_path_factory.mktemp("genome")
    contigs = {"chrF": GENOME, "chrB": MIRRORED}
    return fasta.Reference.open(toys.write_fasta(folder / "x.fa", contigs))


def transcript(
    strand: coordinates.Strand, name: str = "NM_1.1", **more: object
) -> transcripts.Transcript:
    exons, coding = EXONS, CODING
    if strand is BACKWARD:
        exons = [(400 - end, 400 - start) for start, end in reversed(EXONS)]
        coding = (400 - CODING[1], 400 - CODING[0])
    made = transcripts.Transcript(
        name=name,
        gene="G",
        contig="F" if strand is FORWARD else "B",
        strand=strand,
        starts=np.array([start for start, _ in exons]),
        ends=np.array([end for _, end in exons]),
        coding=coding,
    )
    return dataclasses.replace(made, **more)  # type: ignore[arg-type]


def profile(
    strand: coordinates.Strand, position: int, ref: str, alt: str, **sizes: Told
) -> variant_profiles.VariantProfile:
    """A variant as the forward strand has it, or the same of the backward contig."""
    forward = strand is FORWARD
    changes = []
    for kind in deltas.SITE_KINDS:
        size, place = sizes.get(kind.label, (0.0, 0))
        at = place if forward else 399 - place
        changes.append(variant_profiles.Change(kind=kind, size=size, position=at))
    if not forward:
        position = 400 - position - len(ref)
        ref, alt = (
            dna.decode(dna.reverse_complement(dna.encode(bases)))
            for bases in (ref, alt)
        )
    none = np.zeros((2, 1), dtype=np.float32)
    return variant_profiles.VariantProfile(
        contig="chrF" if forward else "chrB",
        position=position,
        ref=ref,
        alt=alt,
        gene=gene("G", strand),
        strand=strand,
        start=0,
        sequence="N",
        ref_profile=none,
        alt_profile=none,
        changes=tuple(changes),
        model="toy",
    )


def gene(name: str, strand: coordinates.Strand) -> genes.Gene:
    return toys.gene(name, 0, 400, strand.value)


@pytest.mark.parametrize("strand", [FORWARD, BACKWARD])
def test_a_gene_mirrored_to_the_other_strand_has_the_same_consequences(
    strand: coordinates.Strand, reference: fasta.Reference
) -> None:
    table = transcript_sets.of([transcript(strand)])
    variant = profile(strand, 109, GENOME[109], "A", DL=(0.9, 108), DG=(0.8, 103))
    (member,) = consequences.of(variant, table, reference)
    (cut,) = member.consequences
    assert cut.event.kind is splice_events.Kind.EXON_SHORTENED
    assert (cut.event.exon, cut.event.bases, cut.event.partial) == (2, -5, False)
    assert cut.protein.outcome is protein_effects.Outcome.FRAMESHIFT
    assert cut.protein.kept >= 6 + 1


@pytest.mark.parametrize("strand", [FORWARD, BACKWARD])
def test_the_variant_itself_counts(
    strand: coordinates.Strand, reference: fasta.Reference
) -> None:
    """A stop in exon 3 is seen when exon 2 is skipped, too."""
    table = transcript_sets.of([transcript(strand)])
    place = 200 + 9  # CDS base 18 + 9 + 9 = 36: codon 13
    assert GENOME[place : place + 3] == "GCT"
    variant = profile(strand, place, "GCT", "TAA", DL=(0.9, 108))
    (member,) = consequences.of(variant, table, reference)
    (skip,) = member.consequences
    assert skip.event.kind is splice_events.Kind.EXON_SKIPPED
    assert skip.protein.premature
    assert skip.protein.stop == 13 - 3


@pytest.mark.parametrize("strand", [FORWARD, BACKWARD])
def test_a_site_of_another_transcript_that_stays_is_found_in_the_profile(
    strand: coordinates.Strand, reference: fasta.Reference
) -> None:
    own, other = transcript(strand), transcript(strand, "NM_2.1")
    ends, starts = other.ends.copy(), other.starts.copy()
    if strand is FORWARD:
        ends[2] -= 9
    else:
        starts[1] += 9
    other = dataclasses.replace(other, starts=starts, ends=ends)
    variant = profile(strand, 262, GENOME[262], "A", DL=(0.9, 259))
    alt = np.zeros((2, 400), dtype=np.float32)
    place = 259 - 9
    alt[deltas.Site.DONOR, place if strand is FORWARD else 399 - place] = 0.8
    kept = dataclasses.replace(variant, ref_profile=alt, alt_profile=alt)
    kinds = splice_events.Kind
    for each, kind in ((kept, kinds.EXON_SHORTENED), (variant, kinds.EXON_SKIPPED)):
        members = consequences.of(each, transcript_sets.of([own, other]), reference)
        by_name = {member.transcript.name: member for member in members}
        (made,) = by_name["NM_1.1"].consequences
        assert made.event.kind is kind
        assert not by_name["NM_2.1"].consequences
    foreign = dataclasses.replace(other, gene="G2")
    renamed = dataclasses.replace(kept, gene=gene("OLD", strand))
    first, *_ = consequences.of(renamed, transcript_sets.of([own, foreign]), reference)
    assert first.consequences[0].event.kind is kinds.EXON_SKIPPED


def test_sites_of_a_gene_are_gathered_once_however_many_its_transcripts(
    reference: fasta.Reference, monkeypatch: pytest.MonkeyPatch
) -> None:
    gathered: list[str] = []
    real = consequences._other_sites

    def watch(*rest: Any) -> list[splice_events.OtherSite]:  # noqa: ANN401
        gathered.append(rest[2])
        return real(*rest)

    monkeypatch.setattr(consequences, "_other_sites", watch)
    table = transcript_sets.of([transcript(FORWARD, f"NM_{n}.1") for n in range(9)])
    variant = profile(FORWARD, 109, GENOME[109], "A")
    assert len(consequences.of(variant, table, reference)) == 9
    assert len(gathered) == 1


def test_mane_comes_first_and_other_genes_are_left_out(
    reference: fasta.Reference,
) -> None:
    table = transcript_sets.of(
        [
            transcript(FORWARD, "NM_2.1"),
            transcript(FORWARD, "NM_3.1", mane=transcripts.Mane.SELECT),
            transcript(FORWARD, "NM_4.1", gene="OTHER"),
            dataclasses.replace(transcript(FORWARD, "NM_5.1"), strand=BACKWARD),
        ]
    )
    variant = profile(FORWARD, 109, GENOME[109], "A")
    members = consequences.of(variant, table, reference)
    assert [member.transcript.name for member in members] == ["NM_3.1", "NM_2.1"]
    # A gene that goes by another name has whatever lies there on its strand.
    renamed = dataclasses.replace(variant, gene=gene("OLD", FORWARD))
    members = consequences.of(renamed, table, reference)
    assert [member.transcript.name for member in members] == [
        "NM_3.1",
        "NM_2.1",
        "NM_4.1",
    ]


def test_a_transcript_is_of_one_gene_of_those_that_lie_there(
    reference: fasta.Reference,
) -> None:
    """A gene without transcripts of its own does not answer for another's."""
    table = transcript_sets.of([transcript(FORWARD), transcript(FORWARD, "NM_2.1")])
    own, long = gene("G", FORWARD), toys.gene("RP5", 0, 4_000, "+")
    back, like = gene("G", BACKWARD), toys.gene("OLD", 0, 395, "+")
    for around, expected in (
        ([long, back, own, like], own),
        ([long, back, like], like),
        ([long, back], long),
    ):
        assert transcript_members.owner(transcript(FORWARD), around) is expected
        for each in around:
            variant = profile(FORWARD, 109, GENOME[109], "A")
            variant = dataclasses.replace(variant, gene=each, strand=each.strand)
            made = consequences.of(variant, table, reference, around=around)
            assert len(made) == (2 if each is expected else 0)
    assert transcript_members.owner(transcript(FORWARD), [back]) is None


@pytest.mark.parametrize("strand", [FORWARD, BACKWARD])
def test_rows_say_where_new_sites_are(
    strand: coordinates.Strand, reference: fasta.Reference
) -> None:
    """The site, the end of the exon as it is read, and the place on the genome."""
    table = transcript_sets.of([transcript(strand)])

    def row(position: int, ref: str, alt: str, **sizes: Told) -> dict[str, object]:
        variant = profile(strand, position, ref, alt, **sizes)
        members = consequences.of(variant, table, reference)
        (made,) = consequences.rows(variant, members)
        return made

    def place(position: int) -> int:
        return position + 1 if strand is FORWARD else 400 - position

    two = GENOME[262:264]
    moved = row(262, two, two[0], DG=(0.9, 265), DL=(0.9, 259))
    assert (moved["site"], moved["exon_end"]) == ("donor", "end")
    assert (moved["acceptor_pos"], moved["donor_pos"]) == (None, place(265))
    assert (moved["bases"], moved["variant_bases"]) == (5, -1)
    moved = row(209, GENOME[209], "A", AG=(0.9, 210))
    assert (moved["site"], moved["exon_end"]) == ("acceptor", "start")
    assert (moved["acceptor_pos"], moved["donor_pos"]) == (place(210), None)
    assert (moved["partial"], moved["annotated"]) == (True, False)
    new = row(120, GENOME[120], "A", AG=(0.9, 130), DG=(0.9, 170))
    assert (new["site"], new["bases"]) == (None, 41)
    assert (new["acceptor_pos"], new["donor_pos"]) == (place(130), place(170))
    skip = row(109, GENOME[109], "A", DL=(0.9, 108))
    assert (skip["site"], skip["acceptor_pos"], skip["donor_pos"]) == (None,) * 3


def test_rows_have_their_columns(
    reference: fasta.Reference, tmp_path: pathlib.Path
) -> None:
    table = transcript_sets.of([transcript(FORWARD), transcript(FORWARD, "NM_2.1")])
    variant = profile(FORWARD, 109, "C", "A", DL=(0.9, 108))
    quiet = profile(FORWARD, 109, "C", "A", DL=(0.1, 108))
    rows = [
        row
        for each in (variant, quiet)
        for row in consequences.rows(each, consequences.of(each, table, reference))
    ]
    assert [row.get("event") for row in rows] == ["exon_skipped"] * 2 + [None] * 2
    assert {name for row in rows for name in row} <= set(consequences.SCHEMA)
    columns = {name: [row.get(name) for row in rows] for name in consequences.SCHEMA}
    frame = tables.as_frame(columns, consequences.SCHEMA)
    assert frame["exon"].to_list() == [2, 2, None, None]
    assert frame["bases"].to_list() == [-9, -9, None, None]
    assert frame.schema["nmd"] == pl.Boolean
