"""`hgvs_forms`: what looks like a name; `test_hgvs_names` has texts that are names."""

import pytest

from twinsplice.io import hgvs_forms


@pytest.mark.parametrize(
    "text",
    ["NM_1.1:p.Ala1Gly", "NM_1.1:c.IVS4+1G>A", "BRCA1 c.68_69del", "x : c. 5del"],
)
def test_what_cannot_be_read_may_look_like_a_name(text: str) -> None:
    assert hgvs_forms.looks_like_one(text)


@pytest.mark.parametrize("text", ["chr17-5-A-C", "17:5:A:C", "in.vcf", "C:\\c.vcf"])
def test_other_texts_do_not_look_like_names(text: str) -> None:
    assert not hgvs_forms.looks_like_one(text)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ('"BRCA1:c.5+1G>A"', "BRCA1:c.5+1G>A"),
        ("\u2018BRCA1:c.5+1G>A\u2019 ", "BRCA1:c.5+1G>A"),
        ("\u00abBRCA1:c.5\u22121G\u2192A\u00bb", "BRCA1:c.5-1G>A"),
        ("BRCA1:c.5+1G&gt;A", "BRCA1:c.5+1G>A"),
        ("BRCA1:c.5+1g->a", "BRCA1:c.5+1g>a"),
        ("BRCA1\u00a0c.5del", "BRCA1 c.5del"),
        ("17_5_C_T", "17-5-C-T"),
        ("chrX_5_CA/T", "chrX-5-CA-T"),
        ("chr17_5_C_T_b38", "b38:chr17-5-C-T"),
        ("17-5-C-T hg19", "hg19:17-5-C-T"),
        ("17-5-C-T, (GRCh38)", "GRCh38:17-5-C-T"),
        ("17:5:C:T:GRCh37", "GRCh37:17:5:C:T"),
        ("NC_000017.11:NM_1.1:c.5del", "NC_000017.11(NM_1.1):c.5del"),
        ("NG_005905.2(NM_1.1):c.5del", "NG_005905.2(NM_1.1):c.5del"),
        ("BRCA1:p.C61G", "BRCA1:p.C61G"),
        ("HLA-A:c.10A>G", "HLA-A:c.10A>G"),
        ("BRCA1:c.5_6del", "BRCA1:c.5_6del"),
        ("NC_000017.11:5:AC:", "NC_000017.11:g.6_7delAC"),
        ("NC_000017.11:5::AC", "NC_000017.11:g.5_6insAC"),
        ("NC_000017.11:5:1:AC", "NC_000017.11:g.6delinsAC"),
        ("NC_000017.11:5:0:AC", "NC_000017.11:g.5_6insAC"),
        ("NC_000017.11:5:A:C", "NC_000017.11:5:A:C"),
        ("NC_000017.11:5::", "NC_000017.11:5::"),
        ("17:5_C/T", "17-5-C-T"),
        ("chr17|5|C|T", "chr17-5-C-T"),
        ("17, 5, C, T", "17-5-C-T"),
        (f"BRCA1{' ' * 50_000}c.5del", "BRCA1 c.5del"),
        ('BRCA1:c.5del\t"', "BRCA1:c.5del"),
        ('"chr17","5","C","T"', "chr17-5-C-T"),
        ('"chr17",5,"C","T"', "chr17-5-C-T"),
        ("17;5|C;T", "17;5|C;T"),
        ("chr 17: 5 C>T", "chr17:5 C>T"),
        ("GRCh37/hg19 17:5 C>T", "GRCh37:17:5 C>T"),
        ("GL000192_1_5_C_T", "GL000192_1_5_C_T"),
        ('"', '"'),
    ],
)
def test_what_other_programs_made_of_names_is_undone(text: str, plain: str) -> None:
    assert hgvs_forms.plain(text) == plain
    assert hgvs_forms.plain(plain) == plain


@pytest.mark.parametrize(
    ("text", "build"),
    [
        ("hg19 chr17:g.5A>G", "hg19"),
        ("Chr17(GRCh37):g.5A>G", "GRCh37"),
        ("GRCh38.p14/hg38:17:g.5A>G", "GRCh38"),
        ("17:g.5A>G, GRCh38", "GRCh38"),
        ("17:g.5A>G", ""),
        ("hg19:17-5-A-G", ""),
    ],
)
def test_a_name_may_state_its_build(text: str, build: str) -> None:
    assert hgvs_forms.build_of(text) == build


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("NM_007294.4:4185+1G>A", "NM_007294.4:c.4185+1G>A"),
        ("NM_007294.4(BRCA1):*5del", "NM_007294.4(BRCA1):c.*5del"),
        ("NR_027676.2: 5_6insA", "NR_027676.2:n.5_6insA"),
        ("BRCA1:-5-3dup", "BRCA1:c.-5-3dup"),
        ("17:41242960_41242961delinsA", "17:g.41242960_41242961delinsA"),
        ("17:41242960C>T", None),
        ("chr99:5C>T", None),
        ("NM_007294.4:c.5A>G", None),
        ("oops", None),
        ("BRCA1 4185+1G>A", "BRCA1:c.4185+1G>A"),
        ("NM_007294.4 4185+1G>A", "NM_007294.4:c.4185+1G>A"),
        ("17 41242960C>T", None),
    ],
)
def test_a_name_without_what_it_counts_is_guessed(text: str, meant: str | None) -> None:
    assert hgvs_forms.with_axis(text) == meant
    if meant is not None:
        assert hgvs_forms.looks_like_one(meant)
        assert not hgvs_forms.looks_like_one(text)
