"""Alleles as written, in batches: read, refused and brought to their normal form."""

import pathlib
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from support import models as toys
from support import reference_rules, replacements
from twinsplice.effect import rules
from twinsplice.genome import variants
from twinsplice.io import fasta
from twinsplice.scoring import contigs, written_alleles

# Repeats, so that alleles can be shifted; some of them long.
CONTIGS = {
    "1": "ACGT" * 6 + "CA" * 90 + "GATTACA" + "T" * 70 + "acgtN",
    "2": "GGGGGCCTA" * 12,
}
Reason = variants.SkipReason
Written = tuple[str, int, int, str]
"""Contig, position, bases of REF, and ALT."""


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Iterator[contigs.Contigs]:
    path: pathlib.Path = tmp_path_factory.mktemp("genome") / "x.fa"
    with fasta.Reference.open(toys.write_fasta(path, CONTIGS)) as reference:
        yield contigs.Contigs(reference)


@st.composite
def written(draw: st.DrawFn) -> Written:
    """A sound allele, many of them within repeats."""
    contig = draw(st.sampled_from(list(CONTIGS)))
    end = len(CONTIGS[contig].rstrip("N"))
    position = draw(st.integers(0, end - 1))
    length = draw(st.integers(1, min(5, end - position)))
    text = CONTIGS[contig].upper()
    ref = text[position : position + length]
    alt = draw(
        st.text("ACGT", min_size=1, max_size=4)
        | st.just(ref[0])
        | st.just(ref + text[position + length : position + length + 4])
        | st.just(ref + "CA")
    )
    return contig, position, length, alt


@given(rows=st.lists(written(), max_size=8), seed=st.integers(0, 99))
def test_normal_forms_are_trimmed_and_left_most(
    known: contigs.Contigs, rows: list[Written], seed: int
) -> None:
    # Either case, at random.
    rng = np.random.default_rng(seed)

    def cased(text: str) -> str:
        return text.lower() if rng.random() < 0.5 else text.upper()

    records = [
        toys.record(at, cased(CONTIGS[c][at : at + length]), cased(alt), contig=c)
        for c, at, length, alt in rows
    ]
    every = written_alleles.read(records, known)
    forms = written_alleles.normal_forms(every, known)
    assert len(forms) == len(rows)
    for row, (contig, at, length, alt) in enumerate(rows):
        ref = CONTIGS[contig][at : at + length]
        found = replacements.variant(forms, row)
        expected = reference_rules.normal_form(CONTIGS[contig], at, ref, alt)
        if ref.upper() == alt:
            assert found.ref == found.alt == ""
        else:
            assert (found.start, found.ref, found.alt) == expected


def test_each_allele_has_a_row_and_no_allele_has_one_too(
    known: contigs.Contigs,
) -> None:
    records = [
        toys.record(3, "t", "A", "Gg"),
        toys.record(4, "A", contig="X"),
        toys.record(5, "CG", "<DEL>", contig="2"),
    ]
    every = written_alleles.read(records, known)
    assert len(every) == 4
    assert every.record.tolist() == [0, 0, 1, 2]
    assert every.contig.tolist() == [0, 0, contigs.MISSING, 1]
    assert every.refs == ["t", "t", "A", "CG"]
    assert every.alts == ["A", "Gg", ".", "<DEL>"]
    assert every.written.start.tolist() == [3, 3, 4, 5]
    some = every.take(replacements.integers([3, 0]))
    assert (some.refs, some.alts) == (["CG", "t"], ["<DEL>", "A"])
    assert some.record.tolist() == [2, 0]
    assert some.written.start.tolist() == [5, 3]


@pytest.mark.parametrize(
    "conventions", [rules.TWINSPLICE, rules.SPLICEAI, rules.CISPLICEAI]
)
@pytest.mark.parametrize("sound", [False, True])
def test_the_first_reason_counts_whatever_else_there_is(
    known: contigs.Contigs, conventions: rules.Rules, *, sound: bool
) -> None:
    """Also where no allele of a chunk gets as far as the reference."""
    records = [
        toys.record(4, "R", contig="X"),
        toys.record(4, "R", "<DEL>", contig="X"),
        toys.record(4, "R", "<DEL>"),
        toys.record(4, "R", "C"),
    ]
    reasons = [
        Reason.NO_ALT,
        Reason.CONTIG_MISSING,
        Reason.SYMBOLIC,
        Reason.NON_ACGT,
    ]
    expected = [rules.number(reason) for reason in reasons]
    if sound:
        records += [toys.record(4, "C", "A"), toys.record(4, "A", "C")]
        expected += [rules.number(Reason.REF_MISMATCH), rules.SCORED]
    every = written_alleles.read(records, known)
    found = written_alleles.reasons(every, known, conventions, 10)
    assert found.tolist() == expected


def test_unknown_letters_are_told_apart_by_the_official_rules(
    known: contigs.Contigs,
) -> None:
    last = len(CONTIGS["1"]) - 1
    records = [toys.record(last, "N", "A"), toys.record(last - 1, "N", "A")]
    every = written_alleles.read(records, known)
    ours = written_alleles.reasons(every, known, rules.TWINSPLICE, 10)
    assert ours.tolist() == 2 * [rules.number(Reason.NON_ACGT)]
    theirs = written_alleles.reasons(every, known, rules.CISPLICEAI, 10)
    assert theirs.tolist() == [rules.SCORED, rules.number(Reason.REF_MISMATCH)]


@given(rows=st.lists(st.tuples(written(), st.booleans()), max_size=8))
def test_references_are_compared_a_few_bases_at_a_time(
    known: contigs.Contigs, rows: list[tuple[Written, bool]]
) -> None:
    """However many alleles a record has; memory is bounded by bases."""
    records, expected = [], []
    for (contig, at, length, alt), wrong in rows:
        expected += [wrong and "N" not in alt, wrong]
        ref = CONTIGS[contig][at : at + length].upper()
        if wrong:
            ref = ref[:-1] + "CGTA"["ACGT".index(ref[-1])]
        records.append(toys.record(at, ref, alt, "GG", contig=contig))
    every = written_alleles.read(records, known)
    whole = written_alleles.reasons(every, known, rules.TWINSPLICE, 10)
    mismatch = rules.number(Reason.REF_MISMATCH)
    assert [number == mismatch for number in whole.tolist()] == expected
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(written_alleles, "_BASES", 3)
        parts = written_alleles.reasons(every, known, rules.TWINSPLICE, 10)
    np.testing.assert_array_equal(parts, whole)
