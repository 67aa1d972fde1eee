"""Answers as text: INFO fields of a VCF, and rows of a table."""

import functools
from collections.abc import Iterator, Sequence

import numpy as np

from twinsplice.effect import deltas, results
from twinsplice.genome import variants
from twinsplice.io.vcf import vcf, vcf_output

SKIP = "TwinSplice_SKIP"
"""INFO key of the reasons for what has no score."""


def info_lines(
    key: str, about: str, kinds: Sequence[deltas.Kind], *, intervals: bool = False
) -> list[str]:
    """Return the header lines of our INFO fields.

    Args:
        key: INFO key of the scores.
        about: What made them: program, model, rules and settings.
        kinds: The kinds of change they hold.
        intervals: Whether scores can have intervals.
    """
    labels = [kind.label for kind in kinds]
    parts = ["ALLELE", "SYMBOL", *(f"DS_{each}" for each in labels)]
    parts += [f"DP_{each}" for each in labels]
    meaning = (
        "Delta scores (DS) and the offsets from POS to where they are (DP) for gain "
        "(G) and loss (L) of acceptors (A), donors (D) or sites of either sort (S)."
    )
    reasons = ", ".join(reason.value for reason in variants.SkipReason)
    about = about.replace('"', "'").replace("\\", "/")
    ends = [f"{each}_{end}" for each in labels for end in ("LOW", "HIGH")]
    sure = [
        f'##INFO=<ID={interval_key(key)},Number=.,Type=String,Description="Interval of '
        f"each delta score of {key}, in its order, from low to high; "
        f'see docs/reference/intervals.md. Format: {"|".join([*parts[:2], *ends])}">'
    ]
    return [
        f'##INFO=<ID={key},Number=.,Type=String,Description="{about}. {meaning} '
        f'Format: {"|".join(parts)}">',
        *(sure if intervals else []),
        f'##INFO=<ID={SKIP},Number=.,Type=String,Description="Why an allele has no '
        f"score, in a gene or (SYMBOL .) at all: {reasons}. "
        f'Format: ALLELE|SYMBOL|REASON">',
    ]


def interval_key(key: str) -> str:
    """Return the INFO key of the intervals of the scores under a key."""
    return f"{key}_CI"


def info_fields(
    key: str, found: results.Results, records: int
) -> Iterator[dict[str, str]]:
    """Yield the INFO fields of each record; a field without values is left out.

    Args:
        key: INFO key of the scores.
        found: The results of a chunk of records.
        records: How many those are.
    """
    scores, intervals = _score_texts(found)
    skipped = len(found.predictions.kinds) * 2 * "|."
    heads = [
        f"{_escaped(alt)}|{_escaped(gene) or '.'}"
        for alt, gene in zip(found.alt, found.gene, strict=True)
    ]
    number = found.scored.tolist()
    for rows in found.by_record(records):
        fields: dict[str, list[str]] = {key: [], interval_key(key): [], SKIP: []}
        for row in rows:
            reason, head = found.reason[row], heads[row]
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


def _score_texts(found: results.Results) -> tuple[list[str], list[str]]:
    """Sizes and offsets of each prediction as text, and its intervals, if any."""
    of, kinds = found.predictions, len(found.predictions.kinds)
    form = "|%.2f" * kinds + "|%d" * kinds
    numbers = zip(of.size.tolist(), found.offset.tolist(), strict=True)
    scores = [form % (*sizes, *offsets) for sizes, offsets in numbers]
    if of.low is None or of.high is None:
        return scores, []
    ends = np.stack([of.low, of.high], axis=2).reshape(len(of), 2 * kinds)
    form = "|%.2f" * (2 * kinds)
    return scores, [form % tuple(row) for row in ends.tolist()]


@functools.lru_cache(maxsize=4_096)
def _escaped(text: str) -> str:
    return vcf_output.info_text(text)


def schema(kinds: Sequence[deltas.Kind], *, intervals: bool = False) -> dict[str, type]:
    """Return the columns of a table of answers, with the type of each.

    `POS_` columns are positions on the contig (1-based), `REF_` and `ALT_` the
    probabilities there before and after; `DS_` and `DP_` are as in the VCF, and
    `LOW_` to `HIGH_` is the interval of `DS_`.

    Args:
        kinds: The kinds of change that answers hold.
        intervals: Whether scores can have intervals.
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
        *((("LOW", float), ("HIGH", float)) if intervals else ()),
    ):
        columns |= {f"{prefix}_{each.label}": kind for each in kinds}
    return columns | {"skip_reason": str}


def columns(
    records: Sequence[vcf.Record], found: results.Results
) -> dict[str, Sequence[object] | np.ndarray]:
    """Return the columns of a table, a row for each allele and gene; see `schema`.

    Args:
        records: A chunk of records.
        found: Their results.
    """
    of = found.predictions
    site = [records[row] for row in found.record.tolist()]
    known = [reason is None for reason in found.reason]
    scored = np.array(known, dtype=bool)
    strands = np.where(found.minus, "-", "+").tolist()

    def spread(values: np.ndarray) -> np.ndarray:
        whole = np.full(len(scored), np.nan)
        # Predictions come contig by contig, genes before strands outside them.
        whole[scored] = values[found.scored[scored]]
        return whole

    table: dict[str, Sequence[object] | np.ndarray] = {
        "chrom": [record.contig for record in site],
        "pos": [record.position + 1 for record in site],
        "ref": [record.ref for record in site],
        "alt": found.alt,
        "gene": [name or None for name in found.gene],
        "gene_id": _where(known, found.gene_id),
        "strand": _where(known, strands),
        "max_delta": spread(of.size.max(axis=1, initial=-np.inf)),
    }
    numbers = {
        "DS": of.size,
        "DP": found.offset,
        "POS": found.position + 1,
        "REF": of.ref,
        "ALT": of.alt,
        "LOW": of.low,
        "HIGH": of.high,
    }
    for prefix, values in numbers.items():
        for number, kind in enumerate(of.kinds):
            if values is not None:
                table[f"{prefix}_{kind.label}"] = spread(values[:, number])
    reasons = [None if reason is None else reason.value for reason in found.reason]
    return table | {"skip_reason": reasons}


def _where(known: Sequence[bool], values: Sequence[str]) -> list[str | None]:
    return [
        value if is_known else None
        for is_known, value in zip(known, values, strict=True)
    ]
