"""Values at each base of an interval as tracks of a genome browser.

bedGraph is written here; bigWig by pybigtools, of the extra `tracks`.
Source: https://genome.ucsc.edu/goldenPath/help/bedgraph.html
"""

import importlib
import importlib.util
import itertools
import pathlib
from collections.abc import Iterator, Mapping

import numpy as np
from jaxtyping import Float64

from twinsplice import errors
from twinsplice.genome import coordinates
from twinsplice.io import drafts

BIGWIG = (".bw", ".bigwig")
BEDGRAPH = (".bedgraph", ".bg")
ENDINGS = (*BIGWIG, *BEDGRAPH)
_DIGITS = 4
Run = tuple[str, int, int, float]


def named(path: pathlib.Path, name: str) -> pathlib.Path:
    """Return the file of one of several tracks: scan.bw of gain is scan.gain.bw."""
    return path.with_name(f"{path.stem}.{name}{path.suffix}")


def check(path: pathlib.Path) -> None:
    """Refuse a file that cannot be written, before any work is done.

    Raises:
        InputError: The ending is unknown, or pybigtools is missing.
    """
    if not path.name.lower().endswith(ENDINGS):
        raise errors.InputError(
            f"tracks must end in {', '.join(ENDINGS)}",
            got=str(path),
            remedy="rename them",
        )
    is_bigwig = path.name.lower().endswith(BIGWIG)
    if is_bigwig:
        _require_utf8(path)
    if is_bigwig and not importlib.util.find_spec("pybigtools"):
        raise errors.InputError(
            "bigWig needs pybigtools",
            got="no pybigtools",
            remedy="pip install 'twinsplice[tracks]', or write .bedgraph",
        )


def _require_utf8(path: pathlib.Path) -> None:
    """Refuse a name that pybigtools cannot take."""
    try:
        str(path.absolute()).encode()
    except UnicodeEncodeError as error:
        raise errors.InputError(
            "the name of a bigWig, with its folder, must be UTF-8",
            got=str(path),
            remedy="write elsewhere, or to .bedgraph",
        ) from error


def write(
    path: pathlib.Path,
    interval: coordinates.Interval,
    values: Float64[np.ndarray, " width"],
    contigs: Mapping[str, int],
) -> None:
    """Write the values of an interval; bases without one (NaN) have no entry.

    Args:
        path: The output; its ending gives the format, see `ENDINGS`.
        interval: The interval.
        values: A value for each of its bases; four decimals are kept.
        contigs: Lengths of the genome's contigs (bp).

    Raises:
        InputError: The place cannot be written to.
    """
    with drafts.publishing(path) as draft:
        if path.name.lower().endswith(BIGWIG):
            pybigtools = importlib.import_module("pybigtools")
            track = pybigtools.open(str(draft), "w")
            track.write(dict(contigs), runs(interval, values))
            track.close()
        else:
            lines = (
                f"{contig}\t{start}\t{end}\t{value:g}\n"
                for contig, start, end, value in runs(interval, values)
            )
            with draft.open("w", encoding="utf-8", newline="\n") as handle:
                handle.writelines(lines)


def runs(
    interval: coordinates.Interval, values: Float64[np.ndarray, " width"]
) -> Iterator[Run]:
    """Yield contig, start, end (0-based, half-open) and value of runs of one value.

    Args:
        interval: The interval.
        values: As for `write`.
    """
    rounded = np.round(values, _DIGITS)
    differs = np.flatnonzero(rounded[1:] != rounded[:-1]) + 1
    bounds = [0, *differs.tolist(), len(rounded)]
    for first, end in itertools.pairwise(bounds):
        value = float(rounded[first])
        if not np.isnan(value):
            start = interval.start
            yield interval.contig, start + first, start + end, value
