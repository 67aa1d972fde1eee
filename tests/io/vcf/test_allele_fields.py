"""`allele_fields`: each ALT's largest score over genes, and that gene's numbers."""

import dataclasses
import pathlib
import re

import numpy as np
import pysam
import pytest
from hypothesis import given
from hypothesis import strategies as st

from support import models as toys
from twinsplice.effect import deltas, queries, results
from twinsplice.genome import variants
from twinsplice.io.vcf import allele_fields, score_fields, vcf

KINDS = deltas.SITE_KINDS
# Alleles that have no row, that have several, and that are listed twice.
RECORDS = [
    toys.record(9, "A", "C", "<NON_REF>"),
    toys.record(20, "A", "*", "C", "<DEL>", "C"),
    toys.record(30, "A"),
]
ALLELES = [(0, "C"), (1, "C"), (1, "<DEL>"), (1, "C")]
sizes = st.lists(st.floats(0, 1, width=32), min_size=4, max_size=4)
rows = st.tuples(st.sampled_from(["P", "Q;1", "R,S"]), st.none() | sizes)


Drawn = tuple[list[tuple[int, str, str]], list[list[float] | None], bool]
"""Record, allele and gene of rows; their scores; whether they have intervals."""


@st.composite
def chunks(draw: st.DrawFn) -> Drawn:
    """Rows of the records: one or more an allele, scored or refused."""
    places, values = [], []
    for record, alt in ALLELES:
        for gene, of_kinds in draw(st.lists(rows, min_size=1, max_size=3)):
            places.append((record, alt, gene))
            values.append(of_kinds)
    return places, values, draw(st.booleans())


def _packed(
    places: list[tuple[int, str, str]],
    values: list[list[float] | None],
    *,
    intervals: bool,
) -> results.Results:
    scored = [row for row, of_kinds in enumerate(values) if of_kinds is not None]
    size = np.array([values[row] for row in scored], dtype=np.float64).reshape(-1, 4)
    ends = {"low": size / 2, "high": np.sqrt(size)} if intervals else {}
    number = {row: i for i, row in enumerate(scored)}
    return results.Results(
        record=np.array([record for record, *_ in places], dtype=np.int64),
        alt=[alt for _, alt, _ in places],
        gene=[gene for *_, gene in places],
        gene_id=[gene for *_, gene in places],
        minus=np.zeros(len(places), dtype=bool),
        reason=[
            None if row in number else variants.SkipReason.TOO_LONG
            for row in range(len(places))
        ],
        scored=np.array([number.get(row, -1) for row in range(len(places))], int),
        origin=np.array([RECORDS[places[row][0]].position for row in scored], int),
        start=np.full(len(scored), 5),
        predictions=queries.Predictions(
            kinds=KINDS,
            size=size,
            column=np.arange(size.size).reshape(size.shape),
            ref=size,
            alt=size,
            exon_loss=np.full(len(scored), np.nan),
            probability=size[:, 0] if intervals else None,
            altered=size[:, 1] if intervals else None,
            **ends,
        ),
    )


@given(chunks())
def test_the_largest_score_of_each_allele_stands_at_its_place(
    drawn: Drawn,
) -> None:
    places, values, intervals = drawn
    chunk = _packed(places, values, intervals=intervals)
    fields = list(allele_fields.info_fields("Ours", RECORDS, chunk, flat=True))
    assert len(fields) == len(RECORDS)
    for at, (record, own) in enumerate(zip(RECORDS, fields, strict=True)):
        texts = {name: text.split(",") for name, text in own.items()}
        assert all(len(each) == len(record.alts) for each in texts.values())
        for number, alt in enumerate(record.alts):
            of_alt = [
                row
                for row, place in enumerate(places)
                if place[:2] == (at, alt) and chunk.reason[row] is None
            ]
            if not of_alt:
                assert {each[number] for each in texts.values()} <= {"."}
                continue
            by_row = {row: chunk.predictions.size[chunk.scored[row]] for row in of_alt}
            # Of equal ones as they are written, the first.
            best = max(of_alt, key=lambda row: round(float(by_row[row].max()), 4))
            row = {name: each[number] for name, each in texts.items()}
            assert float(row["Ours_MAX"]) == pytest.approx(
                by_row[best].max(), abs=5.1e-5
            )
            # What a reader of the flat fields takes for the largest is it.
            of_kinds = [float(row[f"Ours_DS_{kind.label}"]) for kind in KINDS]
            assert max(of_kinds) == float(row["Ours_MAX"])
            gene = places[best][2]
            assert row["Ours_SYMBOL"] == gene.replace(";", "%3B").replace(",", "%2C")
            for i, kind in enumerate(KINDS):
                offset, place = (
                    int(row[f"Ours_{name}_{kind.label}"]) for name in ("DP", "POS")
                )
                assert record.position + 1 + offset == place
                assert place == chunk.position[chunk.scored[best], i] + 1
            # No exon is near.
            assert "Ours_EXON_INCLUSION" not in row


@given(chunks())
def test_a_gene_with_more_numbers_is_taken_of_equal_ones(drawn: Drawn) -> None:
    places, values, intervals = drawn
    chunk = _packed(places, [[0.5] * 4 for _ in values], intervals=intervals)
    inclusion = np.full(len(places), np.nan)
    # The last of each allele's rows has an exon near.
    last = {place[:2]: row for row, place in enumerate(places)}
    inclusion[list(last.values())] = 0.25
    predictions = dataclasses.replace(chunk.predictions, exon_loss=inclusion)
    chunk = dataclasses.replace(chunk, predictions=predictions)
    fields = list(allele_fields.info_fields("Ours", RECORDS, chunk, flat=True))
    for (at, alt), row in last.items():
        texts = {name: text.split(",") for name, text in fields[at].items()}
        number = RECORDS[at].alts.index(alt)
        escaped = places[row][2].replace(";", "%3B").replace(",", "%2C")
        assert texts["Ours_SYMBOL"][number] == escaped
        assert texts["Ours_EXON_INCLUSION"][number] != "."


def test_the_gene_of_a_name_is_taken_but_the_largest_score_stays() -> None:
    places = [(0, "C", "P"), (0, "C", "Q;1")]
    values: list[list[float] | None] = [[0.9, 0.1, 0.0, 0.0], [0.5, 0.1, 0.0, 0.0]]
    chunk = _packed(places, values, intervals=True)
    records = [dataclasses.replace(RECORDS[0], of=("NM_1.1", "Q;1")), *RECORDS[1:]]
    fields = next(allele_fields.info_fields("Ours", records, chunk, flat=True))
    assert fields["Ours_MAX"] == "0.9,."
    assert (fields["Ours_SYMBOL"], fields["Ours_DS_AG"]) == ("Q%3B1,.", "0.5,.")


@given(chunks(), st.booleans())
def test_fields_are_declared_and_the_largest_needs_no_flag(
    drawn: Drawn,
    flat: bool,  # noqa: FBT001
) -> None:
    places, values, intervals = drawn
    chunk = _packed(places, values, intervals=intervals)
    lines = allele_fields.info_lines("Ours", KINDS, intervals=intervals, flat=flat)
    declared = [line.removeprefix("##INFO=<ID=").partition(",")[0] for line in lines]
    every = list(allele_fields.info_fields("Ours", RECORDS, chunk, flat=True))
    found = list(allele_fields.info_fields("Ours", RECORDS, chunk, flat=flat))
    for own, more in zip(found, every, strict=True):
        assert set(own) <= set(declared)
        assert own.items() <= more.items()
        assert flat or set(own) <= {"Ours_MAX"}
        # In the order of the header.
        assert list(own) == [name for name in declared if name in own]
    assert set(declared) <= set(allele_fields.names("Ours", KINDS))


def test_names_can_stand_in_expressions() -> None:
    for name in allele_fields.names("TwinSplice_2", KINDS):
        assert re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name)


@given(st.lists(st.floats(0, 1, width=32), min_size=1, max_size=9))
def test_numbers_are_as_htslib_writes_them(values: list[float]) -> None:
    """So that what reads and writes a file again changes no byte of them."""
    places = [(0, "C", "P")]
    for value in values:
        chunk = _packed(places, [[value, 0.0, 0.0, 0.0]], intervals=False)
        (first, *_) = allele_fields.info_fields("X", RECORDS, chunk, flat=False)
        text = first["X_MAX"].split(",")[0]
        assert float(text) == pytest.approx(value, abs=5.1e-5)
        assert f"{np.float32(text):.6g}" == text


def test_htslib_and_expressions_read_them(tmp_path: pathlib.Path) -> None:
    chunk = _packed(
        [(0, "C", "P;Q"), (1, "C", "P")],
        [[0.2, 0.1, 0.0, 0.0], [0.19996, 0.7, 0.0, 0.0]],
        intervals=True,
    )
    fields = allele_fields.info_fields("X", RECORDS, chunk, flat=True)
    lines = allele_fields.info_lines("X", KINDS, intervals=True, flat=True)
    path = tmp_path / "x.vcf"
    head = ["##fileformat=VCFv4.2", "##contig=<ID=1>", *lines, score_fields.skip_line()]
    body = [
        "\t".join([*record.text.split("\t")[:7], _info(own)])
        for record, own in zip(RECORDS, fields, strict=True)
    ]
    columns = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO"
    path.write_text("\n".join([*head, columns, *body, ""]))
    again = pysam.bcftools.view("--no-version", "-H", str(path))
    assert str(again).splitlines() == body
    split = pysam.bcftools.norm("-m-", "--no-version", str(path))
    alleles = [line.split("\t") for line in str(split).splitlines() if line[0] != "#"]
    largest = [(line[4], re.findall("X_MAX=([^;]*)", line[7])) for line in alleles]
    assert largest == [
        *[("C", ["0.2"]), ("<NON_REF>", ["."])],
        *[("*", ["."]), ("C", ["0.7"]), ("<DEL>", ["."]), ("C", ["0.7"])],
        (".", []),
    ]
    for test, places in (
        ("X_MAX>=0.2", "10 21"),
        ("X_MAX>=0.7", "21"),
        ("X_DS_AG>=0.2", "10 21"),
        ('X_SYMBOL="P"', "21"),
        ("X_PI_HIGH_AL>0.8 && X_P_BASE<0.5", "21"),
    ):
        found = pysam.bcftools.query("-i", test, "-f", "%POS ", str(path))
        assert str(found).split() == places.split(), test


def _info(fields: dict[str, str]) -> str:
    return ";".join(f"{name}={text}" for name, text in fields.items()) or "."


def test_records_without_alleles_have_no_fields() -> None:
    record: vcf.Record = toys.record(30, "A")
    chunk = _packed([], [], intervals=False)
    assert list(allele_fields.info_fields("X", [record], chunk, flat=True)) == [{}]
