"""The INFO fields and columns that answers are written in."""

from twinsplice.effect import deltas
from twinsplice.io import score_fields

SPLICEAI = "ALLELE|SYMBOL|DS_AG|DS_AL|DS_DG|DS_DL|DP_AG|DP_AL|DP_DG|DP_DL"


def test_the_ten_sub_fields_are_spliceais_in_its_order() -> None:
    lines = score_fields.info_lines("SpliceAI", 'made by "us"', deltas.SITE_KINDS)
    assert lines[0].startswith("##INFO=<ID=SpliceAI,Number=.,Type=String,")
    assert lines[0].endswith(f'Format: {SPLICEAI}">')
    assert lines[0].count('"') == 2


def test_tracks_that_tell_no_acceptor_from_a_donor_have_six() -> None:
    kinds = deltas.undivided_kinds(range(4))
    line = score_fields.info_lines("Pangolin", "", kinds)[0]
    assert line.endswith('Format: ALLELE|SYMBOL|DS_SG|DS_SL|DP_SG|DP_SL">')
    columns = list(score_fields.schema(kinds))
    assert [name for name in columns if name.endswith("_SG")] == [
        "DS_SG",
        "DP_SG",
        "POS_SG",
        "REF_SG",
        "ALT_SG",
    ]
