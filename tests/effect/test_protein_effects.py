"""What becomes of a protein, held to sequences spliced by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinsplice.effect import deltas, protein_effects, splice_events

OUTCOME, KIND = protein_effects.Outcome, splice_events.Kind
# Exons of 30, 9, 60 and 90 bases; the second one keeps the frame when it is skipped.
EXONS = [(0, 30), (100, 109), (200, 260), (300, 390)]
CODING = (12, 345)


def genome() -> str:
    """An open reading frame over the exons: GCT throughout, and no other stop."""
    draw = np.random.default_rng(3)
    letters = draw.choice(list("ACGT"), 400)
    body = "ATG" + "GCT" * 42 + "TAA"
    places = [
        place
        for start, end in EXONS
        for place in range(max(start, CODING[0]), min(end, CODING[1]))
    ]
    assert len(places) == len(body)
    letters[places] = list(body)
    return "".join(letters)


GENOME = genome()


def fetch(start: int, end: int) -> str:
    return GENOME[start:end]


def skipped(exon: int) -> splice_events.Event:
    start, end = EXONS[exon - 1]
    return splice_events.Event(
        kind=KIND.EXON_SKIPPED,
        exon=exon,
        last=exon,
        bases=start - end,
        start=start,
        end=end,
        size=1.0,
    )


def moved(exon: int, bases: int, site: deltas.Site) -> splice_events.Event:
    kind = KIND.EXON_EXTENDED if bases > 0 else KIND.EXON_SHORTENED
    return splice_events.Event(
        kind=kind,
        exon=exon,
        last=exon,
        bases=bases,
        site=site,
        start=0,
        end=abs(bases),
        size=1.0,
    )


def effect(
    event: splice_events.Event | None, edit: protein_effects.Edit | None = None
) -> protein_effects.ProteinEffect:
    return protein_effects.effect(EXONS, event, CODING, fetch, edit)


def test_nothing_changes_nothing() -> None:
    assert effect(None) == protein_effects.ProteinEffect(
        outcome=OUTCOME.UNCHANGED, kept=43, stop=44
    )


def test_whole_codons_less_keep_the_frame() -> None:
    made = effect(skipped(2))
    assert made.outcome is OUTCOME.IN_FRAME
    assert (made.amino_acids, made.stop) == (-3, 41)
    assert not made.premature


def test_a_lost_frame_stops_early_or_late() -> None:
    made = effect(moved(3, -1, deltas.Site.DONOR))
    assert made.outcome is OUTCOME.FRAMESHIFT
    # The reference's bases, spliced by hand.
    spliced = GENOME[12:30] + GENOME[100:109] + GENOME[200:259] + GENOME[300:390]
    codons = [spliced[at : at + 3] for at in range(0, len(spliced) - 2, 3)]
    stops = [number for number, codon in enumerate(codons, 1) if codon in STOPS]
    assert made.stop == (stops[0] if stops else None)


STOPS = ("TAA", "TAG", "TGA")


def test_a_lost_start_is_said() -> None:
    assert effect(moved(1, -20, deltas.Site.DONOR)).outcome is OUTCOME.START_LOST
    edit = protein_effects.Edit(start=13, end=14, bases="C")
    assert effect(None, edit).outcome is OUTCOME.START_LOST


@pytest.mark.parametrize(
    ("exon", "nmd"),
    [
        # More than 50 bases before the last junction, at base 99: the second exons'.
        (2, True),
        # In the third exon's end, and in the last one, it is too late.
        (3, False),
        (4, False),
    ],
)
def test_decay_goes_by_the_last_junction(exon: int, nmd: bool) -> None:  # noqa: FBT001
    start = {2: 103, 3: 257 - 10, 4: 302}[exon]
    # A stop codon in frame, at the codon that holds this base.
    places = [place for s, e in EXONS for place in range(max(s, 12), e)]
    first = places.index(start) // 3 * 3
    bases = "TAA"
    edit = protein_effects.Edit(start=places[first], end=places[first] + 3, bases=bases)
    made = effect(None, edit)
    assert made.premature
    assert made.stop == first // 3 + 1
    assert made.kept == first // 3
    assert made.nmd is nmd


def test_bases_of_utrs_change_no_protein() -> None:
    assert effect(moved(4, -10, deltas.Site.DONOR)).outcome is OUTCOME.UNCHANGED
    edit = protein_effects.Edit(start=3, end=4, bases="GATTACA")
    assert effect(None, edit).outcome is OUTCOME.UNCHANGED


def test_an_untranslated_transcript_has_no_protein() -> None:
    made = protein_effects.effect(EXONS, skipped(2), None, fetch)
    assert made.outcome is OUTCOME.NOT_CODING


def test_of_unknown_bases_no_protein_is_told() -> None:
    def slices(start: int, end: int) -> str:
        return "".join(
            "N" if 210 < at < 220 else GENOME[at] for at in range(start, end)
        )

    made = protein_effects.effect(EXONS, skipped(2), CODING, slices)
    assert made.outcome is OUTCOME.UNKNOWN


@given(
    st.integers(0, 3),
    st.integers(0, 80),
    st.integers(0, 4),
    st.text("ACGT", max_size=4),
    st.sampled_from([None, 2, 3]),
)
def test_it_is_the_same_as_splicing_a_changed_genome(
    exon: int, offset: int, removed: int, bases: str, skip: int | None
) -> None:
    """Changes within an exon: splice the changed genome with moved exons instead."""
    start, end = EXONS[exon]
    first = min(start + offset, end - max(removed, 1))
    edit = protein_effects.Edit(start=first, end=first + removed, bases=bases)
    event = None if skip is None else skipped(skip)
    made = effect(event, edit)
    grown = len(bases) - removed
    changed = GENOME[:first] + bases + GENOME[first + removed :]
    kept = [each for number, each in enumerate(EXONS, 1) if number != skip]
    spliced = "".join(
        changed[s + grown * (s > first) : e + grown * (e > first or s == first)]
        for s, e in ((s, e) for s, e in kept)
    )
    before = sum(e - s for s, e in kept if e <= CODING[0])
    assert before == 0
    at = CODING[0] + (grown if first + removed <= CODING[0] else 0)
    if first < CODING[0] + 3 and first + removed > CODING[0] - (not removed):
        # In and beside the start codon, what is the start is a matter of taste.
        return
    codons = [spliced[i : i + 3] for i in range(at, len(spliced) - 2, 3)]
    stops = [number for number, codon in enumerate(codons, 1) if codon in STOPS]
    assert made.outcome is not OUTCOME.START_LOST
    assert made.stop == (stops[0] if stops else None)


def retained(exon: int) -> splice_events.Event:
    start, end = EXONS[exon - 1][1], EXONS[exon][0]
    return splice_events.Event(
        kind=KIND.INTRON_RETAINED,
        exon=exon,
        last=exon,
        bases=end - start,
        start=start,
        end=end,
        size=1.0,
    )


def pseudo_exon(start: int, end: int) -> splice_events.Event:
    return splice_events.Event(
        kind=KIND.PSEUDO_EXON,
        exon=2,
        last=2,
        bases=end - start,
        start=start,
        end=end,
        size=1.0,
    )


@given(
    st.sampled_from(
        [
            moved(3, 30, deltas.Site.DONOR),
            moved(3, -20, deltas.Site.DONOR),
            moved(3, 30, deltas.Site.ACCEPTOR),
            moved(3, 2, deltas.Site.DONOR),
            retained(2),
            pseudo_exon(130, 180),
            skipped(3),
        ]
    ),
    st.integers(90, 310),
    st.integers(0, 8),
    st.text("ACGT", max_size=8),
)
def test_bases_are_those_of_the_rna(
    event: splice_events.Event, first: int, removed: int, bases: str
) -> None:
    """Held to counting, base by base, what the changed exons are made of."""
    after = splice_events.applied(EXONS, event)
    new = [exon for exon in after if exon not in EXONS]
    edges = {edge for exon in new for edge in exon}
    if any(first <= edge <= first + removed for edge in edges):
        return
    edit = protein_effects.Edit(start=first, end=first + removed, bases=bases)
    counted = protein_effects.counted(EXONS, event, edit)
    cells = list(GENOME)
    cells[first : first + removed] = [""] * removed
    cells[first - 1] += bases
    rna = sum(len("".join(cells[start:end])) for start, end in new)
    gone = sum(end - start for start, end in EXONS if (start, end) not in after)
    assert counted.bases == rna - gone
    assert splice_events.applied(EXONS, counted) == after
    if event.site is not None and counted.bases:
        extended = counted.kind is KIND.EXON_EXTENDED
        assert extended == (counted.bases > 0)


@pytest.mark.parametrize("removed", [3, 4, 6])
def test_a_frame_is_kept_where_the_rna_gains_whole_codons(removed: int) -> None:
    """A deletion across the lost donor of an exon that is extended."""
    for more in range(removed + 1, 20):
        event = moved(3, more, deltas.Site.DONOR)
        edit = protein_effects.Edit(start=259, end=259 + removed, bases="")
        made = protein_effects.effect(EXONS, event, CODING, fetch, edit)
        counted = protein_effects.counted(EXONS, event, edit)
        assert counted.bases == more - removed
        assert (made.outcome is OUTCOME.FRAMESHIFT) == (counted.bases % 3 != 0)
