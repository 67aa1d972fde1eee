"""Tracks of a genome browser."""

import itertools
import os
import pathlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinsplice import errors
from twinsplice.genome import coordinates
from twinsplice.io import signal_tracks

VALUES = st.lists(st.sampled_from([0.0, 0.5, 0.50001, 0.25, np.nan]), min_size=1)


@given(VALUES)
def test_runs_have_the_value_of_each_base(values: list[float]) -> None:
    interval = coordinates.Interval("chr1", 7, 7 + len(values))
    made = list(signal_tracks.runs(interval, np.array(values)))
    held = {base: value for _, start, end, value in made for base in range(start, end)}
    assert sum(end - start for _, start, end, _ in made) == len(held)
    wanted = {
        7 + place: round(value, 4)
        for place, value in enumerate(values)
        if not np.isnan(value)
    }
    assert held == wanted
    # Neighbours of one value are one run.
    for (_, _, end, one), (_, start, _, other) in itertools.pairwise(made):
        assert end < start or one != other


def test_a_bedgraph_has_a_line_a_run(tmp_path: pathlib.Path) -> None:
    interval = coordinates.Interval("chr1", 10, 15)
    values = np.array([0.5, 0.5, np.nan, 1e-6, 1.0])
    path = tmp_path / "x.bedgraph"
    signal_tracks.write(path, interval, values, {"chr1": 100})
    assert path.read_text() == "chr1\t10\t12\t0.5\nchr1\t13\t14\t0\nchr1\t14\t15\t1\n"


def test_a_bigwig_is_read_back(tmp_path: pathlib.Path) -> None:
    pybigtools = pytest.importorskip("pybigtools")
    interval = coordinates.Interval("chr2", 10, 15)
    values = np.array([0.5, 0.5, np.nan, 0.25, 1.0])
    path = tmp_path / "x.bw"
    signal_tracks.write(path, interval, values, {"chr1": 100, "chr2": 50})
    track = pybigtools.open(str(path))
    assert track.chroms() == {"chr2": 50}
    read = list(track.records("chr2", 0, 50))
    assert read == [(10, 12, 0.5), (13, 14, 0.25), (14, 15, 1.0)]


def test_tracks_are_named_after_what_they_hold() -> None:
    path = signal_tracks.named(pathlib.Path("a/scan.v2.bw"), "gain")
    assert path == pathlib.Path("a/scan.v2.gain.bw")


def test_an_unknown_ending_is_refused() -> None:
    with pytest.raises(errors.InputError, match=r"tracks must end in \.bw"):
        signal_tracks.check(pathlib.Path("x.wig"))


def test_a_bigwig_has_a_name_that_is_utf8() -> None:
    """Its library would panic."""
    odd = os.fsdecode(b"scan\xff")
    with pytest.raises(errors.InputError, match=r"must be UTF-8; got scan\\xff\.bw"):
        signal_tracks.check(pathlib.Path(f"{odd}.bw"))
    signal_tracks.check(pathlib.Path(f"{odd}.bedgraph"))
