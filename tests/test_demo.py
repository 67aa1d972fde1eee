"""The demo's coding-sequence names, from each name back to the bases it stands for.

Built here the other way round than `tools.coding_names` builds them: a transcript is
spelled out base by base, and what a name says is done to the sequence.
"""

import pathlib
import re

import pysam
import pytest
from tools import build_demo_data, coding_names, slices

from twinsplice import data
from twinsplice.genome import coordinates

FOLDER = pathlib.Path(data.__file__).parent
TRANSCRIPTS = {each.accession: each for each in build_demo_data.read_transcripts()}
PIECES = list(slices.stretches(FOLDER / build_demo_data.FASTA_NAME))
SHARED = pathlib.Path(__file__).parents[2] / "shared" / "data"
COMPLEMENT = str.maketrans("ACGT", "TGCA")
CHANGE = re.compile(
    r"(?P<first>[-*]?\d+(?:[-+]\d+)?)(?:_(?P<last>[-*]?\d+(?:[-+]\d+)?))?"
    r"(?:(?P<ref>[ACGT])>(?P<alt>[ACGT])|delins(?P<new>[ACGT]+)|(?P<kind>del|dup))"
)
Alleles = tuple[str, int, str, str, str]


def _named() -> list[Alleles]:
    """Contig, position (0-based), REF, ALT and name of all alleles that have one."""
    with pysam.VariantFile(str(FOLDER / build_demo_data.VCF_NAME)) as records:
        return [
            (record.contig, record.pos - 1, str(record.ref), alt, name)
            for record in records
            if "HGVS" in record.info
            for alt, name in zip(record.alts or (), record.info["HGVS"], strict=True)
        ]


NAMED = _named()


def _coding_bases(transcript: coding_names.Transcript) -> list[int]:
    """Where the bases of the coding sequence lie, in the order of the transcript."""
    low, high = transcript.coding
    bases = [base for span in transcript.exons for base in range(*span)]
    coding = [base for base in bases if low <= base < high]
    return coding[::-1] if transcript.strand is coordinates.Strand.MINUS else coding


def _place(transcript: coding_names.Transcript, label: str) -> int:
    """Where on the contig a number of the coding sequence is."""
    parts = re.fullmatch(r"(\d+)([-+]?)(\d*)", label)
    assert parts is not None
    exonic, sign, far = parts.groups()
    offset = int(far or 0) * (-1 if sign == "-" else 1)
    step = -1 if transcript.strand is coordinates.Strand.MINUS else 1
    return _coding_bases(transcript)[int(exonic) - 1] + step * offset


def _piece(contig: str, position: int) -> slices.Stretch:
    return next(
        piece
        for piece in PIECES
        if piece.interval.contig == contig and position in piece.interval
    )


def _done(name: str) -> tuple[coding_names.Transcript, str, str, int, int]:
    """What a name says: transcript, kind, new plus-strand bases, and where."""
    accession, _, written = name.partition(":c.")
    transcript = TRANSCRIPTS[accession]
    change = CHANGE.fullmatch(written)
    assert change is not None
    ends = [_place(transcript, change[x]) for x in ("first", "last") if change[x]]
    new = change["alt"] or change["new"] or ""
    if transcript.strand is coordinates.Strand.MINUS:
        new = new.translate(COMPLEMENT)[::-1]
    return transcript, change["kind"] or "", new, min(ends), max(ends) + 1


@pytest.mark.parametrize(("contig", "position", "ref", "alt", "name"), NAMED)
def test_a_name_done_to_the_sequence_is_the_allele(
    contig: str, position: int, ref: str, alt: str, name: str
) -> None:
    transcript, kind, new, low, high = _done(name)
    assert transcript.contig == contig
    piece = _piece(contig, position)
    first, end = piece.interval.start, piece.interval.end
    if kind == "dup":
        new = 2 * piece.bases(low, high)
    by_name = piece.bases(first, low) + new + piece.bases(high, end)
    after = piece.bases(position + len(ref), end)
    assert by_name == piece.bases(first, position) + alt + after


@pytest.mark.parametrize("name", [each[-1] for each in NAMED])
def test_a_name_has_the_base_it_replaces_and_is_the_furthest_3_prime(name: str) -> None:
    transcript, kind, _, low, high = _done(name)
    minus = transcript.strand is coordinates.Strand.MINUS
    piece = _piece(transcript.contig, low)
    replaced = re.search(r"([ACGT])>", name)
    if replaced:
        base = piece.bases(low, high)
        assert replaced[1] == (base.translate(COMPLEMENT) if minus else base)
    if kind:
        step = -1 if minus else 1
        # A base further on, the same change would be another.
        here, there = (
            piece.bases(piece.interval.start, low + by)
            + piece.bases(high + by, piece.interval.end)
            for by in (0, step)
        )
        assert here != there


@pytest.mark.parametrize(("contig", "position", "ref", "alt", "name"), NAMED)
def test_the_tool_names_it_so(
    contig: str, position: int, ref: str, alt: str, name: str
) -> None:
    transcript = TRANSCRIPTS[name.partition(":")[0]]
    fetch = _piece(contig, position).bases
    assert coding_names.name(transcript, position, ref, alt, fetch) == name


@pytest.mark.parametrize(
    ("position", "alt", "name"),
    [
        (41242960, "T", "NM_007294.3:c.4185+1G>A"),
        (41203079, "T", "NM_007294.3:c.5332+1G>A"),
    ],
)
def test_brca1_donors_are_named_on_the_whole_transcript(
    position: int, alt: str, name: str
) -> None:
    assert ("17", position - 1, "C", alt, name) in NAMED


def test_exons_are_where_the_demo_says() -> None:
    exons = []
    with pysam.VariantFile(str(FOLDER / build_demo_data.VCF_NAME)) as records:
        for record in records:
            said = re.search(r"exon_(\d+)", str(record.info["KNOWN"]))
            if said:
                (name,) = record.info["HGVS"]
                transcript = TRANSCRIPTS[name.partition(":")[0]]
                assert transcript.exon_number(record.pos - 1) == int(said[1])
                exons.append(said[1])
    assert exons == ["11", "8", "17"]


def test_coding_sequences_are_whole_codons() -> None:
    assert sorted(each.gene for each in TRANSCRIPTS.values()) == sorted(
        build_demo_data.ACCESSIONS
    )
    for transcript in TRANSCRIPTS.values():
        assert len(_coding_bases(transcript)) % 3 == 0


# Names that others derived and checked; the folder is beside the repository.


@pytest.mark.parametrize("build", ["GRCh37", "GRCh38"])
def test_names_are_those_of_sixty_known_cases(build: str) -> None:
    table = SHARED / "transcripts" / "hgvs_cases.tsv"
    if not table.is_file():
        pytest.skip("../shared/data/transcripts is not there")
    rows = [line.split("\t") for line in table.read_text().splitlines()[1:]]
    cases = [row for row in rows if row[6] == build and row[10] == "yes"]
    assert cases
    annotation = SHARED / "transcripts" / f"LRG.{build}.gtf.gz"
    accessions = {row[0].partition(":")[0] for row in cases}
    transcripts = coding_names.read_gtf(annotation, accessions)
    places = {
        coordinates.Interval(row[2].removeprefix("chr"), *_around(int(row[3])))
        for row in cases
    }
    genome = SHARED / "genome" / f"{build}.LRG_regions.fa.gz"
    pieces = slices.cut(genome, slices.merge(places))
    for name, _, contig, position, ref, alt, *_ in cases:
        start = int(position) - 1
        fetch = next(
            piece.bases
            for piece in pieces
            if piece.interval.contig == contig.removeprefix("chr")
            and start in piece.interval
        )
        transcript = transcripts[name.partition(":")[0]]
        assert coding_names.name(transcript, start, ref, alt, fetch) == name


def _around(position: int) -> tuple[int, int]:
    return position - 500, position + 500
