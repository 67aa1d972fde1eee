"""`hgvs_names`: what people write as HGVS names, read by the library."""

import subprocess
import sys

import pytest

from twinsplice import errors
from twinsplice.genome import hgvs
from twinsplice.io import hgvs_forms, hgvs_names

pytest.importorskip("ferro_hgvs", reason="the extra [hgvs] is not installed")


def _parsed(text: str) -> hgvs.Name:
    name = hgvs_names.parse(text)
    assert isinstance(name, hgvs.Name)
    return name


@pytest.mark.parametrize(
    "text",
    [
        "NM_007294.4:c.4185+1G>A",
        "NM_007294.4(BRCA1):c.68_69del",
        "BRCA1:c.89-2A>G",
        "HLA-A:c.10A>G",
        "C1orf112:c.-12_-11dup",
        "NM_007294:c.*5_*6insACG",
        "17:g.43090943C>T",
        "chr17:g.5_6delinsAC",
        "NC_000017.11:g.43090943C>T",
        "NC_012920.1:m.5A>G",
        "ENST00000357654.9:c.-5-3_*7+2del",
        "NR_027676.2:n.10-3A>G",
        "NM_1.1:c.10_12inv",
        "NM_000492.4:c.1210-12T[5]",
        "NM_1.1:c.68_73AG[0]",
    ],
)
def test_a_name_gives_back_its_text(text: str) -> None:
    assert str(_parsed(text)) == text
    assert hgvs_forms.looks_like_one(text)


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        (" nm_007294.4 : C.4185+1g>a ", "NM_007294.4:c.4185+1G>A"),
        ("NM_007294.4 c.68_69delAG", "NM_007294.4:c.68_69del"),
        ("NM_007294.4(BRCA1):c.68_69del (p.Glu23fs)", "NM_007294.4(BRCA1):c.68_69del"),
        ("NM_1.1:c.10AT>GC", "NM_1.1:c.10_11delinsGC"),
        ("NM_1.1:c.10_12delAAAinsTT", "NM_1.1:c.10_12delinsTT"),
        ("BRCA1:NM_007294.4:exon11:c.68A>G:p.E23G", "NM_007294.4(BRCA1):c.68A>G"),
        ("BRCA1:NM_007294:c.68_69del", "NM_007294(BRCA1):c.68_69del"),
        ("NM_1.1:c.G68A", "NM_1.1:c.68G>A"),
        ("NM_1.1:c.g68+1a", "NM_1.1:c.68+1G>A"),
        ("NM_1.1:c.68+1GT>AA", "NM_1.1:c.68+1_68+2delinsAA"),
        ("NM_1.1:c.69-2AG>C", "NM_1.1:c.69-2_69-1delinsC"),
        ("NM_1.1:c.68-1GT>AA", "NM_1.1:c.68-1_68delinsAA"),
        ("NM_1.1:c.68A>G.", "NM_1.1:c.68A>G"),
        ("NM_1.1:c.68A>G; ", "NM_1.1:c.68A>G"),
        ("17:g.41,242,960C>T", "17:g.41242960C>T"),
        ("NM_1.1:c.68_69del2", "NM_1.1:c.68_69del"),
        ("NM_1.1 (BRCA1): c.68A>G", "NM_1.1(BRCA1):c.68A>G"),
        ("BRCA1 (NM_1.1) c.68A>G", "NM_1.1(BRCA1):c.68A>G"),
        ("BRCA1, NM_1.1, c.68A>G", "NM_1.1(BRCA1):c.68A>G"),
        ("BRCA1 NM_1.1:c.68A>G p.E23G", "NM_1.1(BRCA1):c.68A>G"),
        ("BRCA1, c.68A>G", "BRCA1:c.68A>G"),
        ("BRCA1:exon2:c.68A>G:p.E23G", "BRCA1:c.68A>G"),
        ("BRCA1:c.68A>G:p.E23G", "BRCA1:c.68A>G"),
        ("NM_1.1%3Ac.68%2B1A%3EG", "NM_1.1:c.68+1A>G"),
        ("(NM_1.1:c.68A>G)", "NM_1.1:c.68A>G"),
        ("NM_1.1:c.(68+1A>G)", "NM_1.1:c.68+1A>G"),
        ("NM_1.1:BRCA1:c.68A>G", "NM_1.1(BRCA1):c.68A>G"),
        ("BRCA1|NM_1.1|c.68A>G|p.E23G", "NM_1.1(BRCA1):c.68A>G"),
        ("BRCA1 Exon 2 NM_1.1:c.68A>G; p.E23G", "NM_1.1(BRCA1):c.68A>G"),
        ("BRCA1 ex2 c.68A>G/p.E23G", "BRCA1:c.68A>G"),
        ("NM_1.1:c.68A>G [p.E23G]", "NM_1.1:c.68A>G"),
        ("NM_1.1:c.68+1_68+2GT>CA", "NM_1.1:c.68+1_68+2delinsCA"),
        ("17:g.68_70>T", "17:g.68_70delinsT"),
        ("LRG292_t1:c.68A>G", "LRG_292t1:c.68A>G"),
        ("hg19 chr17:g.5A>G", "chr17:g.5A>G"),
        ("Chr17(GRCh37):g.5A>G", "Chr17:g.5A>G"),
        ("GRCh38.p14(chr17):g.5A>G", "chr17:g.5A>G"),
        ("17:g.5A>G (hg38)", "17:g.5A>G"),
    ],
)
def test_loose_spellings_are_read(text: str, clean: str) -> None:
    assert str(_parsed(text)) == clean
    assert hgvs_forms.looks_like_one(text)


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        ("NM_1.1:c.4G>A", "G", "A"),
        ("NM_1.1:c.4_5delAG", "AG", ""),
        ("NM_1.1:c.4_5dupAG", "AG", ""),
        ("NM_1.1:c.4_5insAG", "", "AG"),
        ("NM_1.1:c.4_5delAGinsT", "AG", "T"),
        ("NM_1.1:c.4AG>TT", "AG", "TT"),
        ("NM_1.1:c.4_5del", "", ""),
    ],
)
def test_stated_bases_are_kept(text: str, old: str, new: str) -> None:
    name = _parsed(text)
    assert (name.old, name.new) == (old, new)


def test_a_gene_may_stand_in_parentheses_behind_what_holds_it() -> None:
    name = _parsed("NC_000017.11(BRCA1):c.4185+1G>A")
    assert (name.genome, name.reference, name.symbol) == ("NC_000017.11", "BRCA1", "")


def test_a_chromosome_may_stand_before_the_transcript() -> None:
    name = _parsed("NC_000017.11(NM_007294.4):c.4185+1G>A")
    assert (name.genome, name.reference) == ("NC_000017.11", "NM_007294.4")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("NM_1.1:p.Ala1Gly", "protein"),
        ("NM_1.1:r.10a>g", "not of RNA"),
        ("NM_1.1:c.[10A>G;20C>T]", "one change a line"),
        ("NM_1.1:c.IVS4+1G>A", "c.88+1"),
        ("NM_1.1:c.1_?del", "known to the base"),
        ("NM_1.1:c.(1_2)_(3_4)del", "known to the base"),
        ("NM_1.1:c.10A>N", "one allele, of A, C, G and T"),
        ("NM_1.1:c.10_11ins20_30", "states its bases"),
        ("NM_1.1:c.", "not a substitution"),
        ("", "not a substitution"),
        # ferro-hgvs panics over some of these.
        ("NM_1.1:c.88\u00b13C>T", "typographic"),
        ("NM_1.2:c.5A>G\ufffd\ufffdlG", "typographic"),
        ("NM_1.1:c.\u0665A>G", "typographic"),
    ],
)
def test_what_is_not_read_says_why(text: str, reason: str) -> None:
    found = hgvs_names.parse(text)
    assert isinstance(found, hgvs.Unreadable)
    assert reason in found.reason


def test_without_the_library_the_remedy_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "ferro_hgvs", None)
    with pytest.raises(errors.InputError, match=r"pip install 'twinsplice\[hgvs\]'"):
        hgvs_names.parse("NM_1.1:c.4G>A")


def test_scoring_loads_no_library_of_names() -> None:
    code = "import sys, twinsplice.api; print('ferro_hgvs' in sys.modules)"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


@pytest.mark.parametrize(
    ("text", "remark"),
    [
        ("17:g.41242960del5", "41242960del5 is read as 41242960_41242964del"),
        ("NM_1.1:c.10AT>GC", ""),
        ("NM_1.1 :c.10del", ""),
        ("NM_1.1:c.10del (het)", "(het) is left out"),
        ("NM_1.1:c.10_11DELAG", "DEL is read as del"),
        ("NM_1.1:c.10del homozygous", "homozygous is left out"),
        ("NM_1.1:c.10del (rs5) (p.E4fs)", "(rs5) is left out"),
    ],
)
def test_what_is_corrected_is_told(text: str, remark: str) -> None:
    assert "; ".join(_parsed(text).remarks) == remark


@pytest.mark.parametrize(
    "name", ["c.69_68del", "c.69_68dup", "c.69_68inv", "g.69_68del"]
)
def test_positions_in_the_wrong_order_are_refused(name: str) -> None:
    read = hgvs_names.parse(f"NM_1.1:{name}")
    assert isinstance(read, hgvs.Unreadable)
    assert "did you mean 68_69?" in read.reason


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("NM_1.1:c.68+?_70-?del", "known to the base"),
        ("NM_1.1:c.(67+1_68-1)_(93+1_94-1)del", "known to the base"),
        ("17:g.pter_500del", "known to the base"),
        ("17:g.500_qterdel", "known to the base"),
        ("NM_1.1:c.=", "a position is missing"),
        ("NM_1.1:c.0A>G", "no position 0"),
        ("NM_1.1:c.68_70del2", "68_70 has 3 bases, not 2"),
        ("NM_1.1:c.68insA", "as 68_69insA"),
        ("NM_1.1:c.68_70insA", "as 68_69insA"),
        ("NM_1.1:c.68_69ins10", "as 68_69insA"),
        ("NM_1.1:c.68inv", "two bases or more"),
        ("NM_1.1:c.68_69con80_81", "not a substitution"),
        ("NM_1.1:c.68_69[3]", "as 68AT[5]"),
        ("NM_1.1:c.68AG[3]T[5]", "as 68AT[5]"),
        ("NM_1.1:c.68A[100001]", "as 68AT[5]"),
        ("NM_1.1:c.[68A>G]", "one change a line"),
        ("NM_1.1:c.68A>N", "one allele, of A, C, G and T"),
        ("NM_1.1:c.68A>G/T", "one allele, of A, C, G and T"),
        ("NM_1.1:c.68A>-", "as 68del"),
        ("NM_1.1:c.68->A", "as 68_69insA"),
        ("NM_1.1:c.68+0A>G", "counted from 1"),
        ("NM_1.1:c.68_69-0del", "counted from 1"),
        ("17:g.5A>G (hg17)", "nothing stands behind"),
        ("NM_1.1:c.68+1GA", "did you mean NM_1.1:c.68+1G>A?"),
        ("NM_1.1:c.68A/G", "did you mean NM_1.1:c.68A>G?"),
        ("17:g.5a-g", "did you mean 17:g.5A>G?"),
        ("NM_1.1:c.68A\uff0bG", "no typographic ones"),
    ],
)
def test_what_means_nothing_certain_is_refused(text: str, reason: str) -> None:
    found = hgvs_names.parse(text)
    assert isinstance(found, hgvs.Unreadable), found
    assert reason in found.reason


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("rs80358087", "databases"),
        ("VCV000055123", "databases"),
        ("ClinVar:55123", "databases"),
        ("BRCA1 IVS12+1G>A", "c.88+1"),
        ("BRCA1 p.Glu23fs", "protein"),
        ("c.4185+1G>A", "must say what it counts on"),
        ("NM_007294.4", "the change is missing"),
        ("NM_007294.4(BRCA1):c.", "the change is missing"),
        ("chr17:41,242,960", "the alleles are missing"),
        ("17-41242960-C-", "an allele is empty"),
        ("17-41242960--C", "an allele is empty"),
        ("chr17", ""),
    ],
)
def test_what_is_no_name_says_why(text: str, reason: str) -> None:
    assert not hgvs_forms.looks_like_one(text)
    assert reason in hgvs_forms.why_not(text)
    assert bool(reason) == bool(hgvs_forms.why_not(text))
