"""Results as one value for each alternate allele: INFO fields that filters can read.

All are `Number=A`, so that programs that split or merge alleles move the values with
them. Names have letters, digits and `_` only, as expressions of filters do. Numbers are
as htslib writes them, so that reading and writing a file does not change it.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from jaxtyping import Shaped

from twinsplice.effect import deltas, results
from twinsplice.io.vcf import named_answers, vcf, vcf_output

_DIGITS = 4
"""Decimals of scores and probabilities: those that are the same on any machine."""
_MISSING = "."


def max_key(key: str) -> str:
    """Return the INFO key of the largest score of the scores under a key."""
    return f"{key}_MAX"


def info_lines(
    key: str, kinds: Sequence[deltas.Kind], *, intervals: bool, flat: bool
) -> list[str]:
    """Return the header lines of a model's fields.

    Args:
        key: INFO key of the model's scores.
        kinds: The kinds of change.
        intervals: Whether scores can have prediction intervals.
        flat: Add a field for each number, besides the largest score.
    """
    about = f"Largest delta score of {key} of any kind, in any gene"
    lines = [_line(max_key(key), "Float", about)]
    return [*lines, *_flat_lines(key, kinds, intervals=intervals)] if flat else lines


def names(key: str, kinds: Sequence[deltas.Kind]) -> list[str]:
    """Return the INFO keys that a model's fields can have.

    Args:
        key: INFO key of the model's scores.
        kinds: The kinds of change.
    """
    labels = [kind.label for kind in kinds]
    own = [max_key(key), f"{key}_SYMBOL"]
    for prefix in ("DS", "DP", "POS", "PI_LOW", "PI_HIGH"):
        own += [f"{key}_{prefix}_{label}" for label in labels]
    return [*own, f"{key}_P_BASE", f"{key}_EXON_INCLUSION", f"{key}_P_ALTERED"]


def _flat_lines(
    key: str, kinds: Sequence[deltas.Kind], *, intervals: bool
) -> Iterator[str]:
    labels = [kind.label for kind in kinds]

    def each(prefix: str, type_: str, about: str) -> Iterator[str]:
        for label in labels:
            yield _line(f"{key}_{prefix}_{label}", type_, about.replace("{}", label))

    of_gene = f"in the gene {key}_SYMBOL"
    yield _line(f"{key}_SYMBOL", "String", f"Gene that the numbers of {key} are of")
    yield from each("DS", "Float", f"Delta score {{}} of {key} {of_gene}")
    yield from each(
        "DP",
        "Integer",
        f"Where {key}_DS_{{}} is, from the POS that was scored; a moved POS makes it "
        f"wrong, {key}_POS_{{}} stays right",
    )
    yield from each("POS", "Integer", f"Where {key}_DS_{{}} is, on the contig")
    if intervals:
        for end in ("LOW", "HIGH"):
            about = f"{end.title()} end of the prediction interval of {key}_DS_{{}}"
            yield from each(f"PI_{end}", "Float", about)
        about = f"Probability that the base model's largest score is 0.2 up, {of_gene}"
        yield _line(f"{key}_P_BASE", "Float", about)
    about = f"Exon-inclusion score of {key} {of_gene}"
    yield _line(f"{key}_EXON_INCLUSION", "Float", about)
    if intervals:
        about = f"Probability that a laboratory finds splicing altered, {of_gene}"
        yield _line(f"{key}_P_ALTERED", "Float", about)


def _line(name: str, type_: str, about: str) -> str:
    return f'##INFO=<ID={name},Number=A,Type={type_},Description="{about}">'


def info_fields(
    key: str, records: Sequence[vcf.Record], chunk: results.Results, *, flat: bool
) -> Iterator[dict[str, str]]:
    """Yield the fields of each record, without those that no allele has a value of.

    Args:
        key: INFO key of the model's scores.
        records: A chunk of records.
        chunk: Their results.
        flat: As for `info_lines`.
    """
    largest = {
        max_key(key): _decimals(chunk.predictions.size.max(axis=1, initial=-np.inf))
    }
    more = _flat_texts(key, chunk) if flat else {}
    sizes, scored = np.round(chunk.largest, _DIGITS).tolist(), chunk.scored.tolist()
    filled = _filled(chunk)
    for record, rows in zip(records, chunk.by_record(len(records)), strict=True):
        own = [row for row in rows if scored[row] >= 0]
        # The first of the best; a stable sort.
        own.sort(key=lambda row: (-sizes[row], -filled[row]))
        largest_of = _predictions(record, own, chunk)
        if record.of:
            names = {row: (chunk.gene[row], chunk.gene_id[row]) for row in own}
            own.sort(key=lambda row: named_answers.rank(record, *names[row]))
        shown_of = _predictions(record, own, chunk) if flat else ()
        yield _fields(largest, largest_of) | _fields(more, shown_of)


def _filled(chunk: results.Results) -> list[int]:
    """Return how many of the numbers that not every row has each row has."""
    predictions = chunk.predictions
    filled = np.zeros(len(chunk), dtype=np.int64)
    for column in (predictions.probability, chunk.predictions.altered):
        if column is not None:
            has = np.append(~np.isnan(column), False)
            filled += has[chunk.scored]
    counts: list[int] = (filled + ~np.isnan(chunk.inclusion)).tolist()
    return counts


def _predictions(
    record: vcf.Record, rows: Sequence[int], chunk: results.Results
) -> list[int]:
    """Return the prediction of the first of the rows of each allele; -1 for none."""
    first: dict[str, int] = {}
    for row in rows:
        first.setdefault(chunk.alt[row], int(chunk.scored[row]))
    return [first.get(alt, -1) for alt in record.alts]


def _fields(texts: dict[str, list[str]], of_alts: Sequence[int]) -> dict[str, str]:
    """Return the fields of a record.

    Args:
        texts: The text of each field of each prediction.
        of_alts: The prediction of each allele; -1 for none.
    """
    fields = {}
    for name, values in texts.items():
        row = [_MISSING if number < 0 else values[number] for number in of_alts]
        if any(value != _MISSING for value in row):
            fields[name] = ",".join(row)
    return fields


def _flat_texts(key: str, chunk: results.Results) -> dict[str, list[str]]:
    """Return the texts of a model's fields, but for the largest score's."""
    predictions = chunk.predictions
    symbol = [_MISSING] * len(predictions)
    for row, number in enumerate(chunk.scored.tolist()):
        if number >= 0:
            symbol[number] = vcf_output.info_text(chunk.gene[row]) or _MISSING
    texts = {f"{key}_SYMBOL": symbol}
    by_kind: dict[str, np.ndarray | None] = {
        "DS": predictions.size,
        "DP": chunk.offset,
        "POS": chunk.position + 1,
        "PI_LOW": predictions.low,
        "PI_HIGH": predictions.high,
    }
    for prefix, values in by_kind.items():
        for column, kind in enumerate(predictions.kinds):
            if values is not None:
                texts[f"{key}_{prefix}_{kind.label}"] = _texts(values[:, column])
    of_rows = {
        "P_BASE": predictions.probability,
        "EXON_INCLUSION": predictions.inclusion,
        "P_ALTERED": predictions.altered,
    }
    for name, numbers in of_rows.items():
        if numbers is not None:
            texts[f"{key}_{name}"] = _decimals(numbers)
    return texts


def _texts(values: Shaped[np.ndarray, " rows"]) -> list[str]:
    if values.dtype.kind == "f":
        return _decimals(values)
    return list(map(str, values.tolist()))


def _decimals(values: Shaped[np.ndarray, " rows"]) -> list[str]:
    """Return numbers as text, without trailing zeros; NaN is missing."""
    # Zero is added so that none is written as -0.
    rounded = np.round(values.astype(np.float64), _DIGITS) + 0.0
    texts = [f"{number:g}" for number in rounded.tolist()]
    for row in np.flatnonzero(np.isnan(rounded)).tolist():
        texts[row] = _MISSING
    return texts
