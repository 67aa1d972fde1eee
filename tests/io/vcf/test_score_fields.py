"""The INFO fields and columns that answers are written in."""

from twinsplice.effect import deltas
from twinsplice.io.vcf import score_fields

SPLICEAI = "ALLELE|SYMBOL|DS_AG|DS_AL|DS_DG|DS_DL|DP_AG|DP_AL|DP_DG|DP_DL"


def test_the_ten_sub_fields_are_spliceais_in_its_order() -> None:
    lines = score_fields.info_lines("SpliceAI", 'made by "us"', deltas.SITE_KINDS)
    assert lines[0].startswith("##INFO=<ID=SpliceAI,Number=.,Type=String,")
    assert lines[0].endswith(f'Format: {SPLICEAI}">')
    assert lines[0].count('"') == 2


def test_intervals_stand_in_the_order_of_the_scores() -> None:
    lines = score_fields.info_lines("Ours", "", deltas.SITE_KINDS, intervals=True)
    assert lines[1].startswith("##INFO=<ID=Ours_CI,Number=.,Type=String,")
    ends = "AG_LOW|AG_HIGH|AL_LOW|AL_HIGH|DG_LOW|DG_HIGH|DL_LOW|DL_HIGH"
    assert lines[1].endswith(f'Format: ALLELE|SYMBOL|{ends}">')
    assert len(lines) == 3
    plain = score_fields.schema(deltas.SITE_KINDS)
    columns = list(score_fields.schema(deltas.SITE_KINDS, intervals=True))
    labels = [kind.label for kind in deltas.SITE_KINDS]
    added = [f"{end}_{label}" for end in ("LOW", "HIGH") for label in labels]
    assert columns == [*list(plain)[:-1], *added, "skip_reason"]


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
