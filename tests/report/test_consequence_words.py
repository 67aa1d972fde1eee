"""Consequences in words."""

import numpy as np
import pytest

from twinsplice.effect import deltas, protein_effects, splice_events
from twinsplice.genome import coordinates, transcripts
from twinsplice.report import consequence_words
from twinsplice.scoring.one_variant import changed_sites, consequences, variant_profiles

KIND, OUTCOME = splice_events.Kind, protein_effects.Outcome


def event(
    kind: splice_events.Kind,
    bases: int,
    *,
    last: int = 3,
    site: deltas.Site | None = None,
    partial: bool = False,
    annotated: bool = False,
    own: int = 0,
) -> splice_events.Event:
    return splice_events.Event(
        kind=kind,
        exon=3,
        last=last,
        bases=bases,
        site=site,
        start=0,
        end=abs(bases),
        size=0.876,
        partial=partial,
        annotated=annotated,
        own=own,
    )


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (
            event(KIND.EXON_SKIPPED, -1_200),
            "exon 3 of 9 is skipped, 1,200 bases (0.88)",
        ),
        (
            event(KIND.EXON_SKIPPED, -90, last=4),
            "exons 3 to 4 of 9 are skipped, 90 bases (0.88)",
        ),
        (
            event(KIND.INTRON_RETAINED, 80),
            "intron 3 of 8 is retained, 80 bases (0.88)",
        ),
        (
            event(KIND.PSEUDO_EXON, 100),
            "a pseudo-exon of 100 bases between exons 3 and 4 of 9 (0.88)",
        ),
        (
            event(KIND.EXON_SHORTENED, -150, site=deltas.Site.DONOR, partial=True),
            "exon 3 of 9 loses its last 150 bases, by a cryptic donor, beside the "
            "annotated site (0.88)",
        ),
        (
            event(KIND.EXON_EXTENDED, 11, site=deltas.Site.ACCEPTOR),
            "exon 3 of 9 is extended by 11 bases at its start, by a cryptic acceptor "
            "(0.88)",
        ),
        (
            event(KIND.EXON_EXTENDED, 9, site=deltas.Site.DONOR, own=-4),
            "exon 3 of 9 is extended by 9 bases (13 less 4 deleted) at its end, by a "
            "cryptic donor (0.88)",
        ),
        (
            event(KIND.EXON_SHORTENED, -1, site=deltas.Site.DONOR, own=-4),
            "exon 3 of 9 loses its last 1 base (4 deleted less 3), by a cryptic donor "
            "(0.88)",
        ),
        (
            event(KIND.EXON_EXTENDED, 0, site=deltas.Site.ACCEPTOR, own=-4),
            "exon 3 of 9 has another start and the same length (4 less 4 deleted), "
            "by a cryptic acceptor (0.88)",
        ),
        (
            event(KIND.INTRON_RETAINED, 165, own=-8),
            "intron 3 of 8 is retained, 165 bases (173 less 8 deleted) (0.88)",
        ),
        (
            event(KIND.PSEUDO_EXON, 73, own=4),
            "a pseudo-exon of 73 bases (69 and 4 inserted) between exons 3 and 4 of 9 "
            "(0.88)",
        ),
        (
            event(KIND.EXON_SHORTENED, -9, site=deltas.Site.DONOR, annotated=True),
            "exon 3 of 9 loses its last 9 bases, by the donor of another transcript "
            "(0.88)",
        ),
        (
            event(KIND.EXON_SHORTENED, -1, site=deltas.Site.ACCEPTOR),
            "exon 3 of 9 loses its first base, by a cryptic acceptor (0.88)",
        ),
    ],
)
def test_events(told: splice_events.Event, words: str) -> None:
    assert consequence_words.event(told, 9) == words


@pytest.mark.parametrize(
    ("effect", "words"),
    [
        (
            protein_effects.ProteinEffect(
                outcome=OUTCOME.IN_FRAME, amino_acids=-50, stop=600
            ),
            "frame kept, 50 amino acids lost",
        ),
        (
            protein_effects.ProteinEffect(
                outcome=OUTCOME.IN_FRAME, amino_acids=1, stop=600
            ),
            "frame kept, 1 amino acid gained",
        ),
        (
            protein_effects.ProteinEffect(outcome=OUTCOME.IN_FRAME, stop=600),
            "frame kept, the same number of amino acids",
        ),
        (
            protein_effects.ProteinEffect(
                outcome=OUTCOME.FRAMESHIFT, stop=1_425, premature=True, nmd=True
            ),
            "frame lost, premature stop at codon 1,425: nonsense-mediated decay likely",
        ),
        (
            protein_effects.ProteinEffect(
                outcome=OUTCOME.IN_FRAME, stop=25, premature=True
            ),
            "frame kept, premature stop at codon 25: nonsense-mediated decay unlikely",
        ),
        (
            protein_effects.ProteinEffect(outcome=OUTCOME.FRAMESHIFT, stop=25),
            "frame lost, stop at codon 25, beyond the annotated one",
        ),
        (
            protein_effects.ProteinEffect(outcome=OUTCOME.FRAMESHIFT),
            "frame lost, no stop codon",
        ),
        (
            protein_effects.ProteinEffect(outcome=OUTCOME.UNCHANGED, stop=5),
            "the protein stays the same",
        ),
        (
            protein_effects.ProteinEffect(outcome=OUTCOME.START_LOST),
            "the start codon is lost",
        ),
    ],
)
def test_proteins(effect: protein_effects.ProteinEffect, words: str) -> None:
    assert consequence_words.protein(effect) == words


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (
            0.12,
            "no change of splicing of 0.2 or more is predicted (largest: donor "
            "gained, 0.12)",
        ),
        (0.5, "donor gained, 0.50, from which no event of this transcript follows"),
    ],
)
def test_no_event_is_said_too(size: float, words: str) -> None:
    member = consequences.TranscriptConsequences(
        transcript=transcripts.Transcript(
            name="NM_1.1",
            gene="G",
            contig="1",
            strand=coordinates.Strand.PLUS,
            starts=np.array([0]),
            ends=np.array([9]),
        ),
        consequences=(),
        largest=variant_profiles.Change(kind=deltas.DONOR_GAIN, size=size, position=5),
        threshold=0.2,
    )
    assert list(consequence_words.lines(member)) == [words]


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (0.954, "to which the model gives 0.95 before and 0.10 after"),
        (0.12, "0.12 before and 0.10 after: it does not see this site, so that its"),
    ],
)
def test_a_site_that_is_changed_without_an_event_is_told(
    before: float, words: str
) -> None:
    changed = changed_sites.ChangedSite(
        site=deltas.Site.DONOR, exon=1, before=before, after=0.1
    )
    member = consequences.TranscriptConsequences(
        transcript=transcripts.Transcript(
            name="NM_1.1",
            gene="G",
            contig="1",
            strand=coordinates.Strand.PLUS,
            starts=np.array([0, 20]),
            ends=np.array([9, 30]),
        ),
        consequences=(),
        largest=variant_profiles.Change(kind=deltas.DONOR_GAIN, size=0.1, position=5),
        threshold=0.2,
        changed=(changed,),
    )
    _, line = consequence_words.lines(member)
    assert line.startswith("yet it changes the donor of exon 1 of 2 itself")
    assert words in line
