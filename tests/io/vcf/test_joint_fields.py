"""`joint_fields`: each model's fields and columns are those it has alone."""

import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from support import models as toys
from twinsplice.effect import deltas, queries, results
from twinsplice.genome import variants
from twinsplice.io.vcf import allele_fields, joint_fields, score_fields

KINDS = (deltas.SITE_KINDS, deltas.site_agnostic_kinds(range(3)))
MODELS = [
    joint_fields.ModelFields(key=key, about=key, kinds=kinds, intervals=intervals)
    for key, kinds, intervals in (
        ("One", KINDS[0], True),
        ("Two", KINDS[0], False),
        ("One_2", KINDS[1], True),
    )
]
RECORDS = [toys.record(9, "A", "C", "G"), toys.record(20, "A", "C", "C")]
ALLELES = [(0, "C"), (0, "G"), (1, "C"), (1, "C")]
REASONS = (variants.SkipReason.NEAR_CONTIG_END, variants.SkipReason.TOO_LONG)


Row = tuple[int, str, str, variants.SkipReason | None]
"""Record, allele, gene and the reason for no score."""
Drawn = tuple[list[Row], int]
"""Rows, and where chance begins for their numbers."""


@st.composite
def chunks(draw: st.DrawFn) -> Drawn:
    """Rows of all alleles: in some genes, scored or refused, or refused as a whole."""
    rows: list[Row] = []
    for record, alt in ALLELES:
        genes = draw(st.lists(st.sampled_from("PQR"), max_size=2, unique=True))
        reasons = st.none() | st.sampled_from(REASONS)
        rows += [(record, alt, gene, draw(reasons)) for gene in sorted(genes)]
        if not genes:
            rows.append((record, alt, "", draw(st.sampled_from(REASONS))))
    return rows, draw(st.integers(0, 99))


def packed(model: joint_fields.ModelFields, drawn: Drawn) -> results.Results:
    """Return rows as a model's results."""
    rows, seed = drawn
    is_scored = np.array([reason is None for *_, reason in rows])
    count, kinds = int(is_scored.sum()), len(model.kinds)
    rng = np.random.default_rng(seed)
    ends = (
        {end: rng.random((count, kinds)) for end in ("low", "high")}
        | {"probability": rng.random(count), "altered": rng.random(count)}
        if model.intervals
        else {}
    )
    return results.Results(
        record=np.array([row[0] for row in rows], dtype=np.int64),
        alt=[row[1] for row in rows],
        gene=[row[2] for row in rows],
        gene_id=[f"id.{row[2]}" for row in rows],
        minus=np.array([row[2] == "Q" for row in rows]),
        reason=[row[3] for row in rows],
        scored=np.where(is_scored, np.cumsum(is_scored) - 1, -1),
        origin=np.full(count, 9),
        start=np.full(count, 5),
        predictions=queries.Predictions(
            kinds=model.kinds,
            size=rng.random((count, kinds)),
            column=rng.integers(0, 9, (count, kinds)),
            ref=rng.random((count, kinds)),
            alt=rng.random((count, kinds)),
            exon_loss=rng.random(count),
            **ends,
        ),
    )


several = st.tuples(*[chunks()] * len(MODELS))


def every(drawn: tuple[Drawn, ...]) -> list[results.Results]:
    """Return rows of each model as its results."""
    return [packed(model, rows) for model, rows in zip(MODELS, drawn, strict=True)]


def alone_fields(
    model: joint_fields.ModelFields, chunk: results.Results, *, flat: bool
) -> list[dict[str, str]]:
    """The fields of a model's scores, and those of one value an allele."""
    own = score_fields.info_fields(model.key, chunk, len(RECORDS))
    more = allele_fields.info_fields(model.key, RECORDS, chunk, flat=flat)
    return [one | other for one, other in zip(own, more, strict=True)]


@given(several, st.booleans())
def test_fields_are_those_of_each_model_alone(
    drawn: tuple[Drawn, ...],
    flat: bool,  # noqa: FBT001
) -> None:
    found = every(drawn)
    together = list(joint_fields.info_fields(MODELS, RECORDS, found, flat=flat))
    lines = joint_fields.info_lines(MODELS, flat=flat)
    declared = {line.removeprefix("##INFO=<ID=").partition(",")[0] for line in lines}
    assert declared.issuperset(itertools.chain(*together))
    assert declared <= joint_fields.names(MODELS)
    alone = [
        alone_fields(model, chunk, flat=flat)
        for model, chunk in zip(MODELS, found, strict=True)
    ]
    for fields, *own in zip(together, *alone, strict=True):
        reasons = [each.pop(score_fields.SKIP, "") for each in own]
        skipped = fields.pop(score_fields.SKIP, "")
        assert fields == dict(itertools.chain(*(each.items() for each in own)))
        entries = [text.rsplit("|", 1) for text in skipped.split(",") if text]
        for model, expected in zip(MODELS, reasons, strict=True):
            mine = [text for text, keys in entries if model.key in keys.split("&")]
            assert sorted(mine) == sorted(filter(None, expected.split(",")))


@given(several)
def test_rows_are_those_of_each_model_alone(
    drawn: tuple[Drawn, ...],
) -> None:
    found = every(drawn)
    table = joint_fields.columns(MODELS, RECORDS, found)
    assert list(table) == list(joint_fields.schema(MODELS, named=True))
    rows = [
        {name: _plain(value) for name, value in zip(table, row, strict=True)}
        for row in zip(*(_listed(column) for column in table.values()), strict=True)
    ]
    for number, (model, chunk) in enumerate(zip(MODELS, found, strict=True)):
        alone = score_fields.columns(RECORDS, chunk)
        prefix = f"{model.key}_" if number else ""
        own = [name for name in alone if name not in joint_fields.SHARED]
        shared = ["chrom", "pos", "ref", "alt", "gene"]
        mine = [
            [row[name] for name in shared] + [row[prefix + name] for name in own]
            for row in rows
            # What a model has no row for has neither its score nor its reason.
            if row[f"{prefix}max_delta"] is not None or row[f"{prefix}skip_reason"]
        ]
        theirs = zip(*(_listed(alone[name]) for name in shared + own), strict=True)
        expected = [[_plain(value) for value in row] for row in theirs]
        assert sorted(mine, key=repr) == sorted(expected, key=repr)


@given(several)
def test_genes_have_their_strand_where_any_model_has_a_score(
    drawn: tuple[Drawn, ...],
) -> None:
    found = every(drawn)
    table = joint_fields.columns(MODELS, RECORDS, found)
    prefixes = ["", *(f"{model.key}_" for model in MODELS[1:])]
    sizes = [_listed(table[f"{prefix}max_delta"]) for prefix in prefixes]
    for gene, strand, identifier, *row in zip(
        table["gene"], table["strand"], table["gene_id"], *sizes, strict=True
    ):
        if any(_plain(size) is not None for size in row):
            assert (identifier, strand) == (f"id.{gene}", "-" if gene == "Q" else "+")
        else:
            assert (identifier, strand) == (None, None)


@given(chunks())
def test_one_model_alone_is_as_ever(drawn: Drawn) -> None:
    (model,) = alone = MODELS[:1]
    chunk = packed(model, drawn)
    *lines, reasons = score_fields.info_lines(
        model.key, model.about, model.kinds, intervals=model.intervals
    )
    added = allele_fields.info_lines(
        model.key, model.kinds, intervals=model.intervals, flat=False
    )
    assert joint_fields.info_lines(alone) == [*lines, *added, reasons]
    schema = score_fields.schema(model.kinds, intervals=model.intervals)
    assert list(joint_fields.schema(alone)) == [*schema, "id", "build"]
    named = joint_fields.schema(alone, named=True, samples=True)
    assert list(named) == [
        *schema,
        *("id", "build", "carriers", "samples", "name", "note"),
    ]
    fields = joint_fields.info_fields(alone, RECORDS, [chunk])
    assert list(fields) == alone_fields(model, chunk, flat=False)
    columns = joint_fields.columns(alone, RECORDS, [chunk])
    plain = score_fields.columns(RECORDS, chunk)
    # As text, for what is no number equals nothing.
    assert repr([_listed(columns[name]) for name in plain]) == repr(
        [*map(_listed, plain.values())]
    )


def test_header_lines_are_of_all_models_and_one_of_reasons() -> None:
    lines = joint_fields.info_lines(MODELS)
    names = [line.removeprefix("##INFO=<ID=").partition(",")[0] for line in lines]
    assert names == [
        *("One", "One_PI", "One_MAX", "Two", "Two_MAX"),
        *("One_2", "One_2_PI", "One_2_MAX", "TwinSplice_SKIP"),
    ]
    assert lines[-1].endswith('Format: ALLELE|SYMBOL|REASON|MODELS">')


def test_columns_of_later_models_have_their_key_before_them() -> None:
    names = list(joint_fields.schema(MODELS[:2]))
    first = list(score_fields.schema(KINDS[0], intervals=True))
    assert names[: len(first)] == first
    own = [n for n in score_fields.schema(KINDS[0]) if n not in joint_fields.SHARED]
    added = [f"Two_{name}" for name in own]
    assert names[len(first) :] == [*added, "id", "build"]


def _listed(column: object) -> list[object]:
    return column.tolist() if isinstance(column, np.ndarray) else list(column)  # type: ignore[call-overload, no-any-return]


def _plain(value: object) -> object:
    """What is no number is missing."""
    return None if isinstance(value, float) and np.isnan(value) else value
