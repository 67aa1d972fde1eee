"""Places by name."""

import pytest

from support import builders
from support import models as toys
from support import transcripts as samples
from twinsplice import errors
from twinsplice.genome import coordinates, genes, transcript_sets
from twinsplice.io import fasta
from twinsplice.scoring.naming import places

INDEX = genes.GeneIndex(
    [*builders.GENES, toys.gene("TWICE", 10, 20), toys.gene("TWICE", 60, 90)]
)


def resolved(name: str, reference: fasta.Reference) -> places.Place:
    return places.resolve(name, INDEX, reference)


@pytest.mark.parametrize(
    ("name", "bounds"),
    [
        ("1:11-20", (10, 20)),
        ("chr1:11-20", (10, 20)),
        ("chr1:0,011..20", (10, 20)),
        (" chr1:11 ", (10, 11)),
        ("1:1-200", (0, 200)),
    ],
)
def test_a_region_is_counted_from_one_with_its_end(
    name: str, bounds: tuple[int, int], reference: fasta.Reference
) -> None:
    place = resolved(name, reference)
    assert place.interval == coordinates.Interval("chr1", *bounds)
    assert place.gene is None


@pytest.mark.parametrize("name", ["WIDE", "wide", "id.WIDE", "ID.wide"])
def test_a_gene_has_the_references_contig(
    name: str, reference: fasta.Reference
) -> None:
    place = resolved(name, reference)
    assert place.interval == coordinates.Interval("chr1", 30, 150)
    assert place.gene is builders.GENES[1]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("chr1:0-5", "within its contig"),
        ("chr1:9-5", "within its contig"),
        ("chr1:190-201", "chr1 ends at 200"),
        ("chr9:1-5", "contig of the reference; got chr9"),
        ("WIDTH", "perhaps WIDE"),
        ("TWICE", r"got TWICE, of 2: 1:11-20, 1:61-90"),
    ],
)
def test_what_is_no_place_is_refused(
    name: str, words: str, reference: fasta.Reference
) -> None:
    with pytest.raises(errors.InputError, match=words):
        resolved(name, reference)


def test_a_gene_beyond_the_reference_is_refused(reference: fasta.Reference) -> None:
    index = genes.GeneIndex([toys.gene("FAR", 100, 300)])
    with pytest.raises(errors.InputError, match="the reference lacks there"):
        places.resolve("FAR", index, reference)


@pytest.mark.parametrize("name", ["ENSG00000101076", "ensg00000101076.17"])
def test_the_version_of_an_identifier_does_not_matter(
    name: str, reference: fasta.Reference
) -> None:
    gene = genes.from_introns(
        names=("HNF4A", "ENSG00000101076.12"),
        span=coordinates.Interval("1", 3, 9),
        strand=coordinates.Strand.PLUS,
        left=builders.GENES[0].donors,
        right=builders.GENES[0].donors,
    )
    assert places.resolve(name, genes.GeneIndex([gene]), reference).gene is gene


TRANSCRIPTS = transcript_sets.of(
    [
        samples.transcript(
            (40, 50), (60, 90), name="NM_12.3", gene="WIDE", partner="ENST0012.5"
        ),
        samples.transcript((150, 400), name="NM_13.1", gene="FAR"),
    ]
)


@pytest.mark.parametrize(
    ("name", "note"),
    [
        ("NM_12.3", ""),
        ("nm_12", "NM_12 is NM_12.3"),
        ("ENST0012", "ENST0012 is NM_12.3"),
        ("NM_12.9", "NM_12.9 is not among the transcripts: counted on NM_12.3"),
    ],
)
def test_a_transcript_is_all_between_its_ends(
    name: str, note: str, reference: fasta.Reference
) -> None:
    place = places.resolve(name, INDEX, reference, TRANSCRIPTS)
    assert place.interval == coordinates.Interval("chr1", 40, 90)
    assert place.gene is builders.GENES[1]
    assert place.title == "NM_12.3 (WIDE)"
    *more, last = place.notes
    assert more == [note] * bool(note)
    assert last == "NM_12.3 is at chr1:41-90: all of it, with its introns"


@pytest.mark.parametrize(
    ("name", "table", "words"),
    [
        ("NM_14.1", TRANSCRIPTS, "got NM_14.1; give its gene's name"),
        ("NM_12.3", None, "got NM_12.3; give its gene's name"),
        ("NM_13.1", TRANSCRIPTS, "NM_13.1 on 1, which the reference lacks"),
    ],
)
def test_a_transcript_that_is_not_there_is_refused(
    name: str,
    table: transcript_sets.TranscriptSet | None,
    words: str,
    reference: fasta.Reference,
) -> None:
    with pytest.raises(errors.InputError, match=words):
        places.resolve(name, INDEX, reference, table)


@pytest.mark.parametrize(
    ("own", "asked", "note"),
    [
        ("ELP1", "ikbkap", "ikbkap is ELP1 today"),
        ("IKBKAP", "ELP1", "ELP1 is IKBKAP here"),
        ("ELP1", "elp1", ""),
    ],
)
def test_a_gene_is_found_by_its_other_names(
    own: str, asked: str, note: str, reference: fasta.Reference
) -> None:
    index = genes.GeneIndex([toys.gene(own, 10, 20)])
    place = places.resolve(asked, index, reference)
    assert place.title == own
    assert place.notes == (note,) * bool(note)
