"""Which samples carry an allele, by their genotypes (GT)."""

import re
from collections.abc import Sequence

import numpy as np

from twinsplice.effect import results
from twinsplice.io.vcf import vcf

MOST = 100
"""Samples that are named; the others are only counted."""
_FORMAT = vcf.COLUMNS
_ALLELE = re.compile(r"\d+")


def sample_names(header_lines: Sequence[str]) -> list[str]:
    """Return the names of the samples of a VCF's header."""
    return header_lines[-1].rstrip("\r").split("\t")[_FORMAT + 1 :]


def columns(
    records: Sequence[vcf.Record], chunk: results.Results, samples: Sequence[str]
) -> dict[str, Sequence[object] | np.ndarray]:
    """Return the columns of carriers of each row's allele.

    Args:
        records: A chunk of records.
        chunk: Their results.
        samples: Names of the samples.

    Returns:
        `carriers`, their number, and `samples`, the names of the first `MOST`, joined
        by commas; None where a record has no genotypes.
    """
    known: dict[tuple[int, str], list[str] | None] = {}
    carriers = []
    for row, alt in zip(chunk.record.tolist(), chunk.alt, strict=True):
        if (row, alt) not in known:
            known[row, alt] = _carriers(records[row], alt, samples)
        carriers.append(known[row, alt])
    return {
        "carriers": [None if each is None else len(each) for each in carriers],
        "samples": [
            None if each is None else ",".join(map(_name, each[:MOST])) or None
            for each in carriers
        ],
    }


def _carriers(record: vcf.Record, alt: str, samples: Sequence[str]) -> list[str] | None:
    """Return the samples with an allele; None where genotypes are not known."""
    columns_ = record.text.split("\t")[_FORMAT:]
    keys = columns_[0].split(":") if columns_ else []
    if "GT" not in keys:
        return None
    place = keys.index("GT")
    # An allele that is listed twice has two numbers.
    numbers = {str(i) for i, each in enumerate(record.alts, 1) if each == alt}
    return [
        name
        for name, entry in zip(samples, columns_[1:], strict=False)
        if numbers.intersection(_ALLELE.findall(_value(entry, place)))
    ]


def _value(entry: str, place: int) -> str:
    values = entry.split(":", place + 1)
    return values[place] if place < len(values) else ""


def _name(name: str) -> str:
    return name.replace("%", "%25").replace(",", "%2C")
