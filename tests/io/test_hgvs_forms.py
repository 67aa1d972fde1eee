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
