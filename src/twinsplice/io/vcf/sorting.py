"""Sorting of records in bounded memory."""

import heapq
import pickle
import tempfile
from collections.abc import Callable, Iterable, Iterator
from typing import IO

from twinsplice.io.vcf import vcf

RUN = 100_000
"""Records that are sorted in memory; of more, sorted runs of so many are on disk."""
RUN_LETTERS = 32_000_000
"""Letters of records that are."""

Key = Callable[[vcf.Record], tuple[int, int]]


def ordered(records: Iterable[vcf.Record], key: Key) -> Iterator[vcf.Record]:
    """Return records sorted by a key; equal ones keep their order.

    All are read before the first is returned.

    Args:
        records: The records.
        key: What they are sorted by.
    """
    source = iter(records)
    runs: list[Iterator[vcf.Record]] = []
    is_full = True
    while is_full:
        run, is_full = _run(source)
        run.sort(key=key)
        runs.append(_stored(run) if is_full else iter(run))
    return heapq.merge(*runs, key=key)


def _run(source: Iterator[vcf.Record]) -> tuple[list[vcf.Record], bool]:
    """Take records, bounded in number and in letters; say whether a bound is met."""
    run: list[vcf.Record] = []
    letters = 0
    for record in source:
        run.append(record)
        letters += len(record.text)
        if len(run) >= RUN or letters >= RUN_LETTERS:
            return run, True
    return run, False


def _stored(run: list[vcf.Record]) -> Iterator[vcf.Record]:
    """Move records to a file that goes with its last reader; return what reads it."""
    file = tempfile.TemporaryFile()  # noqa: SIM115
    for record in run:
        pickle.dump(record, file, pickle.HIGHEST_PROTOCOL)
    file.seek(0)
    return _read(file, len(run))


def _read(file: IO[bytes], count: int) -> Iterator[vcf.Record]:
    with file:
        for _ in range(count):
            record: vcf.Record = pickle.load(file)
            yield record
