"""Sorting of records in bounded memory."""

import heapq
import itertools
import pickle
import tempfile
from collections.abc import Callable, Iterable, Iterator
from typing import IO

from twinsplice.io.vcf import vcf

RUN = 100_000
"""Records that are sorted in memory; of more, sorted runs of so many are on disk."""

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
    while run := list(itertools.islice(source, RUN)):
        run.sort(key=key)
        if len(run) < RUN and not runs:
            return iter(run)
        runs.append(_stored(run))
    return heapq.merge(*runs, key=key)


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
