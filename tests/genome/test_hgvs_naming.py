"""`hgvs_naming` and `hgvs_projection`: there and back, and against a plain namer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tools import coding_names

from support import transcripts as toys
from twinsplice.genome import (
    hgvs,
    hgvs_naming,
    hgvs_projection,
    transcripts,
    variants,
)

Fetch = hgvs_projection.Fetch
LENGTH = 90
# Few letters, so that insertions and deletions can lie at many places.
_bases = st.text("AC", min_size=1, max_size=4)
_sequences = st.text("AC", min_size=LENGTH, max_size=LENGTH)


def _fetch(sequence: str, first: int = 0, last: int = LENGTH) -> Fetch:
    return lambda start, end: sequence[max(start, first) : max(min(end, last), first)]


@st.composite
def _edits(draw: st.DrawFn) -> tuple[transcripts.Transcript, str, int, str, str]:
    transcript, sequence = draw(toys.some()), draw(_sequences)
    span = transcript.span
    start = draw(st.integers(span.start, span.end))
    width = draw(st.integers(0, min(4, span.end - start)))
    ref, alt = sequence[start : start + width], draw(_bases | st.just(""))
    return transcript, sequence, start, ref, alt


def _applied(sequence: str, variant: variants.Variant) -> str:
    assert sequence[variant.start : variant.end] == variant.ref
    return sequence[: variant.start] + variant.alt + sequence[variant.end :]


@given(_edits())
def test_a_name_leads_back_to_the_allele(
    edit: tuple[transcripts.Transcript, str, int, str, str],
) -> None:
    transcript, sequence, start, ref, alt = edit
    variant = variants.Variant("1", start, ref, alt)
    fetch = _fetch(sequence)
    for name, on in (
        (hgvs_naming.on_transcript(variant, transcript, fetch), transcript),
        (hgvs_naming.on_genome(variant, "1", fetch), None),
    ):
        if name is None:
            core, span = variants.trim(variant), transcript.span
            outside = {0} if on is None else {span.start, span.end}
            assert ref == alt or (not core.ref and core.start in outside)
            continue
        placed = hgvs_projection.place(name, "1", on, fetch)
        assert isinstance(placed, hgvs_projection.Placed)
        assert placed.agrees
        assert placed.variant.ref
        assert placed.variant.alt
        assert _applied(sequence, placed.variant) == _applied(sequence, variant)
        normal, again = (
            variants.normalise(each, lambda at: sequence[at - 1 : at] if at else "")
            for each in (variant, placed.variant)
        )
        assert normal == again


@given(_edits())
def test_names_are_those_of_a_plain_namer(
    edit: tuple[transcripts.Transcript, str, int, str, str],
) -> None:
    transcript, sequence, start, ref, alt = edit
    fetch = _fetch(sequence)
    name = hgvs_naming.on_transcript(
        variants.Variant("1", start, ref, alt), transcript, fetch
    )
    if name is None or transcript.coding is None:
        return
    plain = coding_names.Transcript(
        accession=transcript.name,
        gene=transcript.gene,
        contig="1",
        strand=transcript.strand,
        exons=tuple(
            zip(transcript.starts.tolist(), transcript.ends.tolist(), strict=True)
        ),
        coding=transcript.coding,
    )
    span = transcript.span
    # Nothing is moved beyond the transcript's ends.
    inside = _fetch(sequence, span.start, span.end)
    expected = coding_names.name(plain, start, ref, alt, inside)
    last = transcript.position(span.start if transcript.minus else span.end - 1)
    if f"c.{last}_{last}+1ins" in expected:
        # The plain namer leaves the transcript here; that ours, which does not, means
        # the same is what the law of names that are read back tells.
        return
    if name.kind is hgvs.EditKind.INVERSION:
        bases = hgvs.complement(
            variants.trim(variants.Variant("1", start, ref, alt)).alt,
            minus=transcript.minus,
        )
        assert f"{str(name).removesuffix('inv')}delins{bases}" == expected
    else:
        assert str(name) == expected


def _spellings(sequence: str, start: int, ref: str, alt: str) -> list[tuple[int, str]]:
    """Every place where an insertion or deletion gives the same sequence."""
    changed = sequence[:start] + alt + sequence[start + len(ref) :]
    width = len(ref or alt)
    if ref:
        return [
            (at, sequence[at : at + width])
            for at in range(LENGTH - width + 1)
            if sequence[:at] + sequence[at + width :] == changed
        ]
    return [
        (at, changed[at : at + width])
        for at in range(LENGTH + 1)
        if changed[:at] + changed[at + width :] == sequence
    ]


@given(
    sequence=_sequences,
    start=st.integers(30, 60),
    bases=_bases,
    inserted=st.booleans(),
    strand=st.sampled_from("+-"),
)
def test_what_can_lie_at_several_places_is_named_at_the_last(
    sequence: str,
    start: int,
    bases: str,
    strand: str,
    *,
    inserted: bool,
) -> None:
    transcript = toys.transcript((0, LENGTH), strand=strand, coding=(0, LENGTH))
    ref = "" if inserted else sequence[start : start + len(bases)]
    alt = bases if inserted else ""
    places = _spellings(sequence, start, ref, alt)
    at, moved = (min if transcript.minus else max)(places)
    name = hgvs_naming.on_transcript(
        variants.Variant("1", start, ref, alt), transcript, _fetch(sequence)
    )
    if name is None:
        # An insertion before the first base or after the last.
        assert at in {0, LENGTH}
        assert inserted
        return
    found = [transcript.base(position) for position in (name.start, name.end)]
    ends = sorted(base for base in found if isinstance(base, int))
    if name.kind is hgvs.EditKind.INSERTION:
        assert ends == [at - 1, at]
        assert name.new == hgvs.complement(moved, minus=transcript.minus)
    elif name.kind is hgvs.EditKind.DELETION:
        assert ends == [at, at + len(moved) - 1]
    else:
        before = at if transcript.minus else at - len(moved)
        assert ends == [before, before + len(moved) - 1]
        assert sequence[before : before + len(moved)] == moved


# Exons 4-14 and 28-38, coded from 6 to 34.
SEQUENCE = "ACGTTGCAACCGTAGGTACCATTTTCAGGACTTGACCAGT"
EXONS = ((4, 14), (28, 38))


@pytest.mark.parametrize(
    ("edit", "plus", "minus"),
    [
        ((6, "C", "T"), "c.1C>T", "c.14G>A"),
        ((13, "A", "G"), "c.8A>G", "c.7T>C"),
        ((14, "G", "A"), "c.8+1G>A", "c.7-1C>T"),
        ((27, "G", "A"), "c.9-1G>A", "c.6+1C>T"),
        ((4, "T", "C"), "c.-2T>C", "c.*2A>G"),
        ((34, "A", "G"), "c.*1A>G", "c.-1T>C"),
        ((22, "T", ""), "c.9-4del", "c.6+7del"),
        ((22, "", "T"), "c.9-4dup", "c.6+7dup"),
        ((13, "AG", ""), "c.8_8+1del", "c.7-1_7del"),
        ((7, "AA", "TT"), "c.2_3inv", "c.12_13inv"),
        ((7, "AA", "CT"), "c.2_3delinsCT", "c.12_13delinsAG"),
        ((20, "", "GG"), "c.8+6_8+7insGG", "c.7-7_7-6insCC"),
    ],
)
def test_known_names(edit: tuple[int, str, str], plus: str, minus: str) -> None:
    for strand, expected in (("+", plus), ("-", minus)):
        transcript = toys.transcript(*EXONS, strand=strand, coding=(6, 34))
        name = hgvs_naming.on_transcript(
            variants.Variant("1", *edit), transcript, _fetch(SEQUENCE)
        )
        assert str(name) == f"NM_1.1:{expected}"


def test_what_reaches_beyond_a_transcript_has_no_name_on_it() -> None:
    transcript = toys.transcript(*EXONS)
    fetch = _fetch(SEQUENCE)
    for edit in ((3, "T", "A"), (38, "G", "A"), (2, "GTTG", "")):
        variant = variants.Variant("1", *edit)
        assert hgvs_naming.on_transcript(variant, transcript, fetch) is None
        assert hgvs_naming.on_genome(variant, "1", fetch) is not None
    same = variants.Variant("1", 5, "G", "G")
    assert hgvs_naming.on_transcript(same, transcript, fetch) is None
    assert hgvs_naming.on_genome(same, "1", fetch) is None


def test_what_is_inserted_before_the_first_base_has_no_name() -> None:
    fetch = _fetch(SEQUENCE)
    inserted = variants.Variant("1", 0, "", "T")
    assert hgvs_naming.on_genome(inserted, "1", fetch) is None
    # A copy of the first base may as well stand behind it.
    copied = variants.Variant("1", 0, "", "A")
    assert str(hgvs_naming.on_genome(copied, "1", fetch)) == "1:g.1dup"


def test_the_mitochondrion_has_its_own_sort_of_name() -> None:
    variant = variants.Variant("chrM", 5, "G", "A")
    name = hgvs_naming.on_genome(variant, "NC_012920.1", _fetch(SEQUENCE))
    assert str(name) == "NC_012920.1:m.6G>A"
