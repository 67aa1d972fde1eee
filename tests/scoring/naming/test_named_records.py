"""`named_records`: records of lists, spelt in one way."""

import dataclasses

from hypothesis import given
from hypothesis import strategies as st

from support import models as toys
from twinsplice.genome import variants
from twinsplice.io.vcf import vcf
from twinsplice.scoring.naming import named_records

bases = st.text("ACGT", min_size=1, max_size=5)


@given(bases, st.lists(bases, max_size=3), st.sampled_from(["17", "chr17"]))
def test_however_it_is_typed_a_variant_is_the_same(
    ref: str, alts: list[str], contig: str
) -> None:
    written = toys.record(4, ref, *alts, contig=contig)
    loose = toys.record(4, ref.lower(), *map(str.lower, alts), contig="x")
    assert named_records.spelled(loose, contig) == written
    assert named_records.spelled(written, contig) == written


def test_a_refused_name_keeps_its_text_and_the_reason() -> None:
    record = dataclasses.replace(toys.record(4, "A", "C"), name="a b;c")
    reason = variants.SkipReason.UNKNOWN_PLACE
    refused = named_records.refused(record, reason, "why; not")
    columns = refused.text.split("\t")
    assert (columns[:2], columns[2]) == ([".", "0"], "a_b,c")
    assert (refused.refusal, refused.note, refused.contig) == (reason, "why; not", "")
    assert vcf.info(refused, named_records.NOTE) == "why%3B%20not"


@given(bases, bases)
def test_a_place_without_a_change_is_as_a_name_without_one(ref: str, alt: str) -> None:
    record = dataclasses.replace(toys.record(4, ref, alt, contig="17"), name="x")
    found = named_records.changed(record)
    if alt != ref:
        assert found == record
        return
    same = variants.Variant("17", record.position, ref, ref)
    named = named_records.located(record, same, "")
    assert (found.alts, found.note) == (named.alts, named.note) == ((), found.note)
    assert found.text.split("\t")[4] == named.text.split("\t")[4] == "."


def test_a_note_stands_beside_what_else_info_holds() -> None:
    record = toys.record(4, "A", "C")
    text = record.text.removesuffix(".") + "AC=1;TwinSplice_NOTE=old;DB"
    noted = named_records.noted(dataclasses.replace(record, text=text), "new")
    assert noted.text.split("\t")[-1] == "AC=1;DB;TwinSplice_NOTE=new"
    assert named_records.noted(record, "").text == record.text


def test_symbols_and_mates_stay_as_they_are_written() -> None:
    alts = ("<Del>", "c[chr2:7[", "*", "g")
    spelled = named_records.spelled(toys.record(4, "a", *alts), "1")
    assert spelled.alts == (*alts[:3], "G")
    assert spelled.text.split("\t")[3:5] == ["A", "<Del>,c[chr2:7[,*,G"]
