"""Results of several models as INFO fields and columns; of one, as `score_fields`.

Every model has the fields and columns that it has alone: INFO fields under its own key,
columns after the first model's with its key before their names. What describes the
allele and gene stands once, and so does the field of reasons, which names the models.
"""

import collections
import dataclasses
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from jaxtyping import Int64

from twinsplice.effect import deltas, results
from twinsplice.io import tables
from twinsplice.io.vcf import allele_fields, genotypes, score_fields, vcf

SHARED = ("chrom", "pos", "ref", "alt", "gene", "gene_id", "strand")
"""Columns that describe a row, whatever the model."""
NAMED = ("name", "note")
"""Columns of a list: each variant as it is named there, and remarks on the name."""
ORIGIN = ("id", "build")
"""Columns of where a row is from: the record's ID, and the build of the genome."""
CARRIERS: Mapping[str, type] = {"carriers": int, "samples": str}
"""Columns of samples that carry the allele: their number, and their names."""
_MODELS = "MODELS are the keys of the models without it, joined by &. "


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ModelFields:
    """What the fields of one model are.

    Attributes:
        key: INFO key of its scores.
        about: Their source: program, model, rules and settings.
        kinds: Its kinds of change.
        intervals: Whether its scores can have intervals.
    """

    key: str
    about: str
    kinds: tuple[deltas.Kind, ...]
    intervals: bool


def info_lines(models: Sequence[ModelFields], *, flat: bool = False) -> list[str]:
    """Return the header lines of the INFO fields of models.

    Args:
        models: The models.
        flat: Add a field for each number; see `allele_fields`.
    """
    lines = []
    for model in models:
        key, kinds, intervals = model.key, model.kinds, model.intervals
        lines += score_fields.model_lines(key, model.about, kinds, intervals=intervals)
        lines += allele_fields.info_lines(key, kinds, intervals=intervals, flat=flat)
    if len(models) == 1:
        return [*lines, score_fields.skip_line()]
    return [*lines, score_fields.skip_line(_MODELS, "|MODELS")]


def names(models: Sequence[ModelFields]) -> frozenset[str]:
    """Return the INFO keys that models' fields can have, in this run or an older one.

    Args:
        models: The models.
    """
    own = {score_fields.SKIP}
    for model in models:
        own |= {model.key, score_fields.interval_key(model.key)}
        own.update(allele_fields.names(model.key, model.kinds))
    return frozenset(own)


def info_fields(
    models: Sequence[ModelFields],
    records: Sequence[vcf.Record],
    chunks: Sequence[results.Results],
    *,
    flat: bool = False,
) -> Iterator[dict[str, str]]:
    """Yield the INFO fields of each record, without empty fields.

    Args:
        models: The models.
        records: A chunk of records.
        chunks: Their results, by model.
        flat: As for `info_lines`.
    """
    keys = [model.key for model in models]
    fields = [
        _model_fields(key, records, chunk, flat=flat)
        for key, chunk in zip(keys, chunks, strict=True)
    ]
    if len(models) == 1:
        yield from fields[0]
        return
    for of_record in zip(*fields, strict=True):
        skipped = [own.pop(score_fields.SKIP, "") for own in of_record]
        merged = {name: text for own in of_record for name, text in own.items()}
        if any(skipped):
            merged[score_fields.SKIP] = _reasons(keys, skipped)
        yield merged


def _model_fields(
    key: str, records: Sequence[vcf.Record], chunk: results.Results, *, flat: bool
) -> Iterator[dict[str, str]]:
    """Yield a model's own fields of each record, and its reasons."""
    own = score_fields.info_fields(key, chunk, len(records))
    of_alleles = allele_fields.info_fields(key, records, chunk, flat=flat)
    for fields, more in zip(own, of_alleles, strict=True):
        skipped = fields.pop(score_fields.SKIP, None)
        reasons = {} if skipped is None else {score_fields.SKIP: skipped}
        yield fields | more | reasons


def _reasons(keys: Sequence[str], skipped: Sequence[str]) -> str:
    """Return the reasons of several models, each once, with the models it is of."""
    models: dict[tuple[str, int], list[str]] = {}
    for key, texts in zip(keys, skipped, strict=True):
        seen: collections.Counter[str] = collections.Counter()
        for text in texts.split(",") if texts else ():
            # An allele that is listed twice is refused twice.
            models.setdefault((text, seen[text]), []).append(key)
            seen[text] += 1
    return ",".join(f"{text}|{'&'.join(own)}" for (text, _), own in models.items())


def schema(
    models: Sequence[ModelFields], *, named: bool = False, samples: bool = False
) -> dict[str, type]:
    """Return the columns of a table; see `score_fields.schema`.

    Args:
        models: The models.
        named: Add the columns of a list, `NAMED`.
        samples: Add the columns of samples, `CARRIERS`.
    """
    found: dict[str, type] = {}
    for number, model in enumerate(models):
        own = score_fields.schema(model.kinds, intervals=model.intervals)
        prefix = f"{model.key}_" if number else ""
        found |= {
            prefix + name: kind
            for name, kind in own.items()
            if not number or name not in SHARED
        }
    found |= dict.fromkeys(ORIGIN, str)
    found |= CARRIERS if samples else {}
    return found | (dict.fromkeys(NAMED, str) if named else {})


def columns(
    models: Sequence[ModelFields],
    records: Sequence[vcf.Record],
    chunks: Sequence[results.Results],
    *,
    build: str | None = None,
    samples: Sequence[str] | None = None,
) -> tables.Columns:
    """Return the columns of a table, a row for each allele and gene; see `schema`.

    Args:
        models: The models.
        records: A chunk of records.
        chunks: Their results, by model; see `results.joined`.
        build: Name of the genome's build, if known.
        samples: Names of the records' samples, where carriers are wanted.
    """
    own = [
        score_fields.columns(records, chunk)
        | _origin(records, chunk, build)
        | ({} if samples is None else genotypes.columns(records, chunk, samples))
        | _names(records, chunk)
        for chunk in chunks
    ]
    if len(models) == 1:
        return own[0]
    last = [name for name in (*ORIGIN, *CARRIERS, *NAMED) if name in own[0]]
    rows_of = results.joined(chunks)

    def shared(names: Sequence[str]) -> dict[str, Sequence[object] | np.ndarray]:
        return {
            name: _first(
                [
                    _gathered(of[name], rows)
                    for of, rows in zip(own, rows_of, strict=True)
                ]
            )
            for name in names
        }

    table = shared(SHARED)
    for number, (model, of, rows) in enumerate(zip(models, own, rows_of, strict=True)):
        prefix = f"{model.key}_" if number else ""
        table |= {
            prefix + name: _gathered(values, rows)
            for name, values in of.items()
            if name not in SHARED and name not in last
        }
    return table | shared(last)


def _origin(
    records: Sequence[vcf.Record], chunk: results.Results, build: str | None
) -> dict[str, Sequence[object] | np.ndarray]:
    """The columns of where rows are from."""
    ids = [records[row].text.split("\t", 3)[2] for row in chunk.record.tolist()]
    return {
        "id": [None if id_ == "." else id_ for id_ in ids],
        "build": [build] * len(chunk),
    }


def _names(
    records: Sequence[vcf.Record], chunk: results.Results
) -> dict[str, Sequence[object] | np.ndarray]:
    """The columns of a list; and no place where none is known."""
    site = [records[row] for row in chunk.record.tolist()]
    return {
        "chrom": [record.contig or None for record in site],
        "pos": [record.position + 1 if record.contig else None for record in site],
        "ref": [record.ref if record.contig else None for record in site],
        "name": [record.name or None for record in site],
        "note": [record.note or None for record in site],
    }


def _gathered(
    column: Sequence[object] | np.ndarray, rows: Int64[np.ndarray, " joined"]
) -> Sequence[object] | np.ndarray:
    """Return a column's values by row; nothing where there is no row."""
    if not isinstance(column, np.ndarray):
        return [None if row < 0 else column[row] for row in rows.tolist()]
    values = np.full(len(rows), np.nan)
    values[rows >= 0] = column[rows[rows >= 0]]
    return values


def _first(columns: Sequence[Sequence[object] | np.ndarray]) -> list[object]:
    """Return the first value of each row that any model has."""
    return [
        next((value for value in row if value is not None), None)
        for row in zip(*columns, strict=True)
    ]
