"""Results as INFO fields of a VCF, and as columns of a table."""

import functools
from collections.abc import Iterator, Sequence

import numpy as np

from twinsplice.effect import deltas, results
from twinsplice.genome import variants
from twinsplice.io.vcf import vcf, vcf_output

SKIP = "TwinSplice_SKIP"
"""INFO key of the reasons why alleles have no score."""
INCLUSION = "EXON_INCLUSION"
"""Column of the exon-inclusion score."""
ALTERED = "P_ALTERED"
"""Column of the probability that a laboratory finds splicing altered."""
DECIMALS = 4
"""Decimals of probabilities and their changes in tables. Neighbours, chunks and threads
move them by up to 1e-6, so that further ones would be noise."""
PROBABILITY = "P_BASE_0.2"
"""Column of the probability that the base model's largest score is 0.2 or more."""


def info_lines(
    key: str, about: str, kinds: Sequence[deltas.Kind], *, intervals: bool = False
) -> list[str]:
    """Return the header lines of the added INFO fields of a model alone.

    Args:
        key: INFO key of the scores.
        about: Their source: program, model, rules and settings.
        kinds: The kinds of change.
        intervals: Whether scores can have intervals.
    """
    return [*model_lines(key, about, kinds, intervals=intervals), skip_line()]


def model_lines(
    key: str, about: str, kinds: Sequence[deltas.Kind], *, intervals: bool = False
) -> list[str]:
    """Return the header lines of a model's own INFO fields.

    Args:
        key: INFO key of the scores.
        about: Their source: program, model, rules and settings.
        kinds: The kinds of change.
        intervals: Whether scores can have prediction intervals.
    """
    labels = [kind.label for kind in kinds]
    parts = ["ALLELE", "SYMBOL", *(f"DS_{label}" for label in labels)]
    parts += [f"DP_{label}" for label in labels]
    meaning = (
        "Delta scores (DS) and the offsets from POS to where they are (DP) for gain "
        "(G) and loss (L) of acceptors (A), donors (D) or sites of either sort (S)."
    )
    about = about.replace('"', "'").replace("\\", "/")
    ends = [f"{label}_{end}" for label in labels for end in ("LOW", "HIGH")]
    interval_lines = [
        f'##INFO=<ID={interval_key(key)},Number=.,Type=String,Description="'
        f"Prediction interval of each delta score of {key}, in its order, from low to "
        "high: where the score that its base model gives the same variant lies, by "
        "default nine times in ten; it is not an interval of how much is spliced "
        f"otherwise; see docs/reference/intervals.md. "
        f'Format: {"|".join([*parts[:2], *ends])}">'
    ]
    return [
        f'##INFO=<ID={key},Number=.,Type=String,Description="{about}. {meaning} '
        f'Format: {"|".join(parts)}">',
        *(interval_lines if intervals else []),
    ]


def skip_line(about: str = "", more: str = "") -> str:
    """Return the header line of the reasons why alleles have no score.

    Args:
        about: A sentence on further sub-fields.
        more: Those sub-fields.
    """
    reasons = ", ".join(reason.value for reason in variants.SkipReason)
    return (
        f'##INFO=<ID={SKIP},Number=.,Type=String,Description="Why an allele has no '
        f"score, in a gene or (SYMBOL .) at all: {reasons}. {about}"
        f'Format: ALLELE|SYMBOL|REASON{more}">'
    )


def interval_key(key: str) -> str:
    """Return the INFO key of the prediction intervals of the scores under a key."""
    return f"{key}_PI"


def info_fields(
    key: str, chunk: results.Results, records: int
) -> Iterator[dict[str, str]]:
    """Yield the INFO fields of each record, without empty fields.

    Args:
        key: INFO key of the scores.
        chunk: The results of a chunk of records.
        records: Number of the records.
    """
    scores, intervals = _score_texts(chunk)
    skipped = len(chunk.predictions.kinds) * 2 * "|."
    heads = [
        f"{_escaped(alt)}|{_escaped(gene) or '.'}"
        for alt, gene in zip(chunk.alt, chunk.gene, strict=True)
    ]
    number = chunk.scored.tolist()
    for rows in chunk.by_record(records):
        fields: dict[str, list[str]] = {key: [], interval_key(key): [], SKIP: []}
        for row in rows:
            reason, head = chunk.reason[row], heads[row]
            if reason is None:
                fields[key].append(head + scores[number[row]])
                if intervals:
                    fields[interval_key(key)].append(head + intervals[number[row]])
                continue
            fields[SKIP].append(f"{head}|{reason}")
            # The official program writes dots for what it declines to score.
            if reason is variants.SkipReason.UNSUPPORTED_BY_OFFICIAL:
                fields[key].append(head + skipped)
        yield {name: ",".join(values) for name, values in fields.items() if values}


def _score_texts(chunk: results.Results) -> tuple[list[str], list[str]]:
    """Return sizes and offsets of each prediction as text, and intervals, if any."""
    predictions, kinds = chunk.predictions, len(chunk.predictions.kinds)
    form = "|%.2f" * kinds + "|%d" * kinds
    numbers = zip(predictions.size.tolist(), chunk.offset.tolist(), strict=True)
    scores = [form % (*sizes, *offsets) for sizes, offsets in numbers]
    if predictions.low is None or predictions.high is None:
        return scores, []
    ends = np.stack([predictions.low, predictions.high], axis=2).reshape(
        len(predictions), 2 * kinds
    )
    form = "|%.2f" * (2 * kinds)
    return scores, [form % tuple(row) for row in ends.tolist()]


@functools.lru_cache(maxsize=4_096)
def _escaped(text: str) -> str:
    return vcf_output.info_text(text)


def schema(kinds: Sequence[deltas.Kind], *, intervals: bool = False) -> dict[str, type]:
    """Return the columns of a table of results, with the type of each.

    `POS_` columns are positions on the contig (1-based), `REF_` and `ALT_` the
    probabilities there before and after; `DS_` and `DP_` are as in the VCF, and
    `PI_LOW_` to `PI_HIGH_` is the prediction interval of `DS_`, and `P_BASE_0.2` the
    probability that the base model's largest score is 0.2 or more. `EXON_INCLUSION` is
    the exon-inclusion score, and `P_ALTERED` the probability that a laboratory finds
    splicing altered.

    Args:
        kinds: The kinds of change.
        intervals: Whether scores can have prediction intervals, and probabilities.
    """
    columns: dict[str, type] = {
        "chrom": str,
        "pos": int,
        "ref": str,
        "alt": str,
        "gene": str,
        "gene_id": str,
        "strand": str,
        "max_delta": float,
    }
    for prefix, kind in (
        ("DS", float),
        ("DP", int),
        ("POS", int),
        ("REF", float),
        ("ALT", float),
        *((("PI_LOW", float), ("PI_HIGH", float)) if intervals else ()),
    ):
        columns |= {f"{prefix}_{kind_.label}": kind for kind_ in kinds}
    if intervals:
        columns[PROBABILITY] = float
    columns[INCLUSION] = float
    if intervals:
        columns[ALTERED] = float
    return columns | {"skip_reason": str}


def columns(
    records: Sequence[vcf.Record], chunk: results.Results
) -> dict[str, Sequence[object] | np.ndarray]:
    """Return the columns of a table, a row for each allele and gene; see `schema`.

    Args:
        records: A chunk of records.
        chunk: Their results.
    """
    predictions = chunk.predictions
    site = [records[row] for row in chunk.record.tolist()]
    has_score = [reason is None for reason in chunk.reason]
    scored = np.array(has_score, dtype=bool)
    strands = np.where(chunk.minus, "-", "+").tolist()

    def by_row(values: np.ndarray) -> np.ndarray:
        column = np.full(len(scored), np.nan)
        # Rows of predictions are not in the order of the table.
        column[scored] = values[chunk.scored[scored]]
        # Zero has no sign.
        return np.round(column, DECIMALS) + 0.0

    table: dict[str, Sequence[object] | np.ndarray] = {
        "chrom": [record.contig for record in site],
        "pos": [record.position + 1 for record in site],
        "ref": [record.ref for record in site],
        "alt": chunk.alt,
        "gene": [name or None for name in chunk.gene],
        "gene_id": _where(has_score, chunk.gene_id),
        "strand": _where(has_score, strands),
        "max_delta": by_row(predictions.size.max(axis=1, initial=-np.inf)),
    }
    numbers = {
        "DS": predictions.size,
        "DP": chunk.offset,
        "POS": chunk.position + 1,
        "REF": predictions.ref,
        "ALT": predictions.alt,
        "PI_LOW": predictions.low,
        "PI_HIGH": predictions.high,
    }
    for prefix, values in numbers.items():
        for number, kind in enumerate(predictions.kinds):
            if values is not None:
                table[f"{prefix}_{kind.label}"] = by_row(values[:, number])
    of_rows = {
        PROBABILITY: predictions.probability,
        INCLUSION: predictions.inclusion,
        ALTERED: predictions.altered,
    }
    table |= {name: by_row(v) for name, v in of_rows.items() if v is not None}
    reasons = [None if reason is None else reason.value for reason in chunk.reason]
    return table | {"skip_reason": reasons}


def _where(has_score: Sequence[bool], values: Sequence[str]) -> list[str | None]:
    return [
        value if scored else None
        for scored, value in zip(has_score, values, strict=True)
    ]
