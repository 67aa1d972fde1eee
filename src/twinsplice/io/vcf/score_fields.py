"""Answers as text: INFO fields of a VCF, and rows of a table."""

from collections.abc import Iterator, Sequence

from twinsplice.effect import deltas, results
from twinsplice.genome import variants
from twinsplice.io import tables
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


def info(
    key: str, found: Sequence[results.Answer], kinds: Sequence[deltas.Kind]
) -> dict[str, str]:
    """Return a record's INFO fields; a field without values is left out."""
    scores = [text for each in found if (text := _score(each, kinds))]
    skips = [_skip(each) for each in found if isinstance(each, results.Skipped)]
    sure = [text for each in found if (text := _intervals(each))]
    fields = {
        key: ",".join(scores),
        interval_key(key): ",".join(sure),
        SKIP: ",".join(skips),
    }
    return {name: value for name, value in fields.items() if value}


def _score(answer: results.Answer, kinds: Sequence[deltas.Kind]) -> str:
    head = f"{vcf_output.info_text(answer.alt)}|{_gene(answer)}"
    if isinstance(answer, results.Skipped):
        # The official program writes dots for what it declines to score.
        declined = answer.reason is variants.SkipReason.UNSUPPORTED_BY_OFFICIAL
        return head + "|." * (2 * len(kinds)) if declined else ""
    sizes = (f"{change.size:.2f}" for change in answer.changes)
    offsets = (str(answer.offset(change)) for change in answer.changes)
    return "|".join([head, *sizes, *offsets])


def _intervals(answer: results.Answer) -> str:
    if isinstance(answer, results.Skipped) or answer.intervals is None:
        return ""
    ends = (f"{end:.2f}" for interval in answer.intervals for end in interval)
    return "|".join([vcf_output.info_text(answer.alt), _gene(answer), *ends])


def _skip(answer: results.Skipped) -> str:
    return f"{vcf_output.info_text(answer.alt)}|{_gene(answer)}|{answer.reason}"


def _gene(answer: results.Answer) -> str:
    return vcf_output.info_text(answer.gene) or "."


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


def rows(record: vcf.Record, found: Sequence[results.Answer]) -> Iterator[tables.Row]:
    """Yield a table's rows for the answers of one record."""
    site = {"chrom": record.contig, "pos": record.position + 1, "ref": record.ref}
    for answer in found:
        named = site | {"alt": answer.alt, "gene": answer.gene or None}
        if isinstance(answer, results.Skipped):
            yield named | {"skip_reason": answer.reason.value}
        else:
            yield named | _columns(answer)


def _columns(answer: results.Scored) -> dict[str, object]:
    columns: dict[str, object] = {
        "gene_id": answer.gene_id,
        "strand": answer.strand.value,
        "max_delta": max(change.size for change in answer.changes),
    }
    for kind, change in zip(answer.kinds, answer.changes, strict=True):
        columns |= {
            f"DS_{kind.label}": change.size,
            f"DP_{kind.label}": answer.offset(change),
            f"POS_{kind.label}": answer.position(change) + 1,
            f"REF_{kind.label}": change.ref,
            f"ALT_{kind.label}": change.alt,
        }
    for kind, ends in zip(answer.kinds, answer.intervals or (), strict=False):
        columns |= {f"LOW_{kind.label}": ends[0], f"HIGH_{kind.label}": ends[1]}
    return columns
