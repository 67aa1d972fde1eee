"""`variant_table`: scores of a few variants as text."""

import polars as pl

from twinsplice.report import variant_table

TABLE = pl.DataFrame(
    {
        "chrom": ["17", None],
        "pos": [5, None],
        "gene": ["A\tB", None],
        "max_delta": [0.5, None],
        "DS_AG": [0.126, None],
        "DP_AG": [-3, None],
        "CISpliceAI_DS_AG": [1.0, None],
        "REF_AG": [0.1, None],
        "skip_reason": [None, "unreadable_name"],
        "name": ["17-5-A-C", "oops\x1b[31m"],
        "note": [None, "not a name"],
    }
)


def test_a_pipe_gets_tabs_and_a_terminal_columns() -> None:
    lines = variant_table.text(TABLE, aligned=False).splitlines()
    assert [line.split("\t") for line in lines] == [
        [
            *("name", "chrom", "pos", "gene", "DS_AG", "DP_AG", "CISpliceAI_DS_AG"),
            *("skip_reason", "note"),
        ],
        ["17-5-A-C", "17", "5", "A B", "0.13", "-3", "1.00", "", ""],
        ["oops [31m", "", "", "", "", "", "", "unreadable_name", "not a name"],
    ]
    lines = variant_table.text(TABLE, aligned=True).splitlines()
    assert [line.index("17") for line in lines[1:2]] == [0]
    assert lines[0].index("skip_reason") == lines[2].index("unreadable_name")
    assert all(line == line.rstrip() for line in lines)


def test_a_terminal_sees_no_empty_columns() -> None:
    text = variant_table.text(TABLE.head(1), aligned=True)
    assert "note" not in text
    assert "skip_reason" not in text
