"""The INFO fields and columns that results are written in."""

import dataclasses
import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from support import models as toys
from twinsplice.effect import deltas, queries, results
from twinsplice.genome import variants
from twinsplice.io.vcf import score_fields, vcf

SPLICEAI = "ALLELE|SYMBOL|DS_AG|DS_AL|DS_DG|DS_DL|DP_AG|DP_AL|DP_DG|DP_DL"
DECLINED = variants.SkipReason.UNSUPPORTED_BY_OFFICIAL


def test_the_ten_sub_fields_are_spliceais_in_its_order() -> None:
    lines = score_fields.info_lines("SpliceAI", 'made by "us"', deltas.SITE_KINDS)
    assert lines[0].startswith("##INFO=<ID=SpliceAI,Number=.,Type=String,")
    assert lines[0].endswith(f'Format: {SPLICEAI}">')
    assert lines[0].count('"') == 2


def test_intervals_stand_in_the_order_of_the_scores() -> None:
    lines = score_fields.info_lines("Ours", "", deltas.SITE_KINDS, intervals=True)
    assert lines[1].startswith("##INFO=<ID=Ours_PI,Number=.,Type=String,")
    ends = "AG_LOW|AG_HIGH|AL_LOW|AL_HIGH|DG_LOW|DG_HIGH|DL_LOW|DL_HIGH"
    assert lines[1].endswith(f'Format: ALLELE|SYMBOL|{ends}">')
    assert len(lines) == 3
    plain = score_fields.schema(deltas.SITE_KINDS)
    columns = list(score_fields.schema(deltas.SITE_KINDS, intervals=True))
    labels = [kind.label for kind in deltas.SITE_KINDS]
    added = [f"{end}_{label}" for end in ("PI_LOW", "PI_HIGH") for label in labels]
    assert list(plain)[-2:] == ["EXON_INCLUSION", "skip_reason"]
    probabilities = ["P_BASE_0.2", "EXON_INCLUSION", "P_ALTERED"]
    assert columns == [*list(plain)[:-2], *added, *probabilities, "skip_reason"]


def test_tracks_that_tell_no_acceptor_from_a_donor_have_six() -> None:
    kinds = deltas.site_agnostic_kinds(range(4))
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


# Results as arrays say what each of them says alone.


@dataclasses.dataclass(frozen=True, slots=True)
class Number:
    """What is predicted of one kind of change."""

    size: float
    column: int
    ref: float
    alt: float
    low: float
    high: float


@dataclasses.dataclass(frozen=True, slots=True)
class Outcome:
    """An allele in a gene: numbers, one a kind, or the reason for having none."""

    alt: str
    gene: str
    gene_id: str
    minus: bool
    start: int
    origin: int
    numbers: tuple[Number, ...]
    reason: variants.SkipReason | None


KINDS = [deltas.SITE_KINDS, deltas.site_agnostic_kinds(range(3))]
# Of the letters that INFO reserves some stand in real names.
names = st.text("ABC-.;=,% ", max_size=4)


def outcomes(kinds: int) -> st.SearchStrategy[Outcome]:
    """Return a score or a refusal, of so many kinds of change."""
    share = st.floats(0, 1)
    number = st.builds(
        Number, st.floats(-1, 1), st.integers(0, 100), share, share, share, share
    )
    return st.builds(
        Outcome,
        alt=st.sampled_from(["A", "ACGT", "<DEL>", "."]),
        gene=names,
        gene_id=names,
        minus=st.booleans(),
        start=st.integers(-50, 10_000),
        origin=st.integers(0, 10_000),
        numbers=st.tuples(*[number] * kinds),
        reason=st.none() | st.sampled_from(variants.SkipReason),
    )


@st.composite
def chunks(
    draw: st.DrawFn,
) -> tuple[tuple[deltas.Kind, ...], list[list[Outcome]]]:
    """Return kinds, and for each record of a chunk what becomes of it."""
    kinds = draw(st.sampled_from(KINDS))
    of_record = st.lists(outcomes(len(kinds)), max_size=4)
    return kinds, draw(st.lists(of_record, max_size=4))


def packed(
    kinds: tuple[deltas.Kind, ...], chunk: Sequence[Sequence[Outcome]], *, ends: bool
) -> results.Results:
    """Return outcomes as arrays; predictions lie backwards, as no order is promised."""
    every = [(i, each) for i, of_record in enumerate(chunk) for each in of_record]
    scored = [row for row, (_, each) in enumerate(every) if each.reason is None][::-1]

    def values(name: str, dtype: type) -> np.ndarray:
        rows = [[getattr(n, name) for n in every[row][1].numbers] for row in scored]
        return np.array(rows, dtype=dtype).reshape(len(scored), len(kinds))

    return results.Results(
        record=np.array([i for i, _ in every], dtype=np.int64),
        alt=[each.alt for _, each in every],
        gene=[each.gene for _, each in every],
        gene_id=[each.gene_id for _, each in every],
        minus=np.array([each.minus for _, each in every], dtype=bool),
        reason=[each.reason for _, each in every],
        scored=np.array(
            [scored.index(row) if row in scored else -1 for row in range(len(every))],
            dtype=np.int64,
        ),
        origin=np.array([every[row][1].origin for row in scored], dtype=np.int64),
        start=np.array([every[row][1].start for row in scored], dtype=np.int64),
        predictions=queries.Predictions(
            kinds=kinds,
            size=values("size", float),
            column=values("column", int),
            ref=values("ref", float),
            alt=values("alt", float),
            low=values("low", float) if ends else None,
            high=values("high", float) if ends else None,
            probability=values("alt", float)[:, 0] if ends else None,
            exon_loss=values("ref", float)[:, 0],
            altered=values("low", float)[:, 0] if ends else None,
        ),
    )


def plain_fields(
    key: str, of_record: Sequence[Outcome], *, ends: bool
) -> dict[str, str]:
    """Write the fields of one record, one outcome and one number after the other."""
    fields: dict[str, list[str]] = {key: [], f"{key}_PI": [], "TwinSplice_SKIP": []}
    for each in of_record:
        head = [_written(each.alt), _written(each.gene) or "."]
        sizes = [f"{number.size:.2f}" for number in each.numbers]
        offsets = [
            f"{each.start + number.column - each.origin}" for number in each.numbers
        ]
        if each.reason is None:
            fields[key].append("|".join([*head, *sizes, *offsets]))
            bounds = [f"{end:.2f}" for n in each.numbers for end in (n.low, n.high)]
            if ends:
                fields[f"{key}_PI"].append("|".join([*head, *bounds]))
            continue
        fields["TwinSplice_SKIP"].append("|".join([*head, each.reason.value]))
        if each.reason is DECLINED:
            dots = ["."] * (2 * len(each.numbers))
            fields[key].append("|".join([*head, *dots]))
    return {name: ",".join(texts) for name, texts in fields.items() if texts}


def _written(text: str) -> str:
    for letter in "%:;=, \t|":
        text = text.replace(letter, f"%{ord(letter):02X}")
    return text


@given(chunks(), st.booleans())
def test_fields_are_those_of_each_outcome_alone(
    chunk: tuple[tuple[deltas.Kind, ...], list[list[Outcome]]],
    ends: bool,  # noqa: FBT001
) -> None:
    kinds, records = chunk
    found = packed(kinds, records, ends=ends)
    fields = list(score_fields.info_fields("Ours", found, len(records)))
    assert fields == [plain_fields("Ours", each, ends=ends) for each in records]


def plain_row(
    record: vcf.Record,
    outcome: Outcome,
    kinds: Sequence[deltas.Kind],
    *,
    ends: bool,
) -> dict[str, object]:
    """Write one row of the table, without what is missing."""
    row: dict[str, object] = {
        "chrom": record.contig,
        "pos": record.position + 1,
        "ref": record.ref,
        "alt": outcome.alt,
    }
    if outcome.gene:
        row["gene"] = outcome.gene
    if outcome.reason is not None:
        return row | {"skip_reason": outcome.reason.value}
    row["gene_id"] = outcome.gene_id
    row["strand"] = "-" if outcome.minus else "+"
    row["max_delta"] = max(number.size for number in outcome.numbers)
    for kind, number in zip(kinds, outcome.numbers, strict=True):
        place = outcome.start + number.column
        row |= {
            f"DS_{kind.label}": number.size,
            f"DP_{kind.label}": place - outcome.origin,
            f"POS_{kind.label}": place + 1,
            f"REF_{kind.label}": number.ref,
            f"ALT_{kind.label}": number.alt,
        }
        if ends:
            row |= {
                f"PI_LOW_{kind.label}": number.low,
                f"PI_HIGH_{kind.label}": number.high,
            }
    if ends:
        row["P_BASE_0.2"] = outcome.numbers[0].alt
    largest = max(0, *(number.size for number in outcome.numbers))
    row["EXON_INCLUSION"] = (largest + outcome.numbers[0].ref) / 2
    if ends:
        row["P_ALTERED"] = outcome.numbers[0].low
    return row


def rounded_row(
    record: vcf.Record,
    outcome: Outcome,
    kinds: Sequence[deltas.Kind],
    *,
    ends: bool,
) -> dict[str, object]:
    """Write one row as it is printed: zero has no sign."""
    return {
        name: float(np.round(value, 4)) + 0.0 if isinstance(value, float) else value
        for name, value in plain_row(record, outcome, kinds, ends=ends).items()
    }


def _values(column: Sequence[object] | np.ndarray) -> list[object]:
    """What a column holds; what is no number is missing."""
    values = column.tolist() if isinstance(column, np.ndarray) else list(column)
    return [
        None if isinstance(value, float) and math.isnan(value) else value
        for value in values
    ]


@given(chunks(), st.booleans())
def test_rows_are_those_of_each_outcome_alone(
    chunk: tuple[tuple[deltas.Kind, ...], list[list[Outcome]]],
    ends: bool,  # noqa: FBT001
) -> None:
    kinds, of_records = chunk
    records = [
        toys.record(7 * i, "ACG"[: i % 3 + 1], "T") for i in range(len(of_records))
    ]
    found = packed(kinds, of_records, ends=ends)
    columns = score_fields.columns(records, found)
    assert list(columns) == list(score_fields.schema(kinds, intervals=ends))
    cells = {name: _values(column) for name, column in columns.items()}
    rows = [
        {
            name: value
            for name, value in zip(cells, row, strict=True)
            if value is not None
        }
        for row in zip(*cells.values(), strict=True)
    ]
    assert rows == [
        rounded_row(record, outcome, kinds, ends=ends)
        for record, of_record in zip(records, of_records, strict=True)
        for outcome in of_record
    ]


def test_a_record_that_cannot_be_scored_still_has_a_line_of_its_own() -> None:
    refused = Outcome(
        alt=".",
        gene="",
        gene_id="",
        minus=False,
        start=0,
        origin=0,
        numbers=(Number(0, 0, 0, 0, 0, 0),) * 4,
        reason=variants.SkipReason.NO_ALT,
    )
    found = packed(deltas.SITE_KINDS, [[refused], []], ends=True)
    assert list(score_fields.info_fields("Ours", found, 2)) == [
        {"TwinSplice_SKIP": ".|.|no_alt_allele"},
        {},
    ]


@pytest.mark.parametrize("size", [-0.004, 0.004])
def test_numbers_are_rounded_as_spliceai_writes_them(size: float) -> None:
    scored = Outcome(
        alt="A",
        gene="G;1",
        gene_id="",
        minus=True,
        start=90,
        origin=100,
        numbers=(
            Number(0.996, 0, 0, 0, 0.0, 1.0),
            Number(size, 10, 0, 0, 0.125, 0.375),
        ),
        reason=None,
    )
    kinds = deltas.site_agnostic_kinds(range(3))
    fields = next(
        score_fields.info_fields("Ours", packed(kinds, [[scored]], ends=True), 1)
    )
    sign = "-" if size < 0 else ""
    assert fields == {
        "Ours": f"A|G%3B1|1.00|{sign}0.00|-10|0",
        "Ours_PI": "A|G%3B1|0.00|1.00|0.12|0.38",
    }
