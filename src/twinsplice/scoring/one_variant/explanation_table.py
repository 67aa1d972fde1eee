"""Explanations as a table: a row for each base of each sequence."""

from collections.abc import Iterator

import numpy as np
import polars as pl

from twinsplice.effect import contributions
from twinsplice.genome import dna
from twinsplice.io import tables
from twinsplice.scoring.one_variant import explanations

SCHEMA: dict[str, type] = {
    "chrom": str,
    "pos": int,
    "ref": str,
    "alt": str,
    "gene": str,
    "strand": str,
    "kind": str,
    "site": int,
    "sequence": str,
    "position": int,
    "inserted": int,
    "base": str,
    "site_probability": float,
    **dict.fromkeys("ACGT", float),
    "contribution": float,
}
"""Columns of `frame`, with the type of each."""


def frame(
    explanation: explanations.Explanation, scale: contributions.Scale
) -> pl.DataFrame:
    """Return a row for each base of each sequence, with the columns of `SCHEMA`.

    Bases come in the direction of transcription, those of the reference first.

    Args:
        explanation: The explanation.
        scale: In what contributions are measured.
    """
    profile = explanation.profile
    shared = {
        "chrom": profile.contig,
        "pos": profile.position + 1,
        "ref": profile.ref,
        "alt": profile.alt,
        "gene": "" if profile.gene is None else profile.gene.name,
        "strand": profile.strand.value,
        "kind": explanation.change.kind.label,
        "site": explanation.change.position + 1,
    }
    rows = [
        row
        for name, track in explanation.tracks
        for row in _rows(shared | {"sequence": name}, track, scale)
    ]
    columns = {name: [row[name] for row in rows] for name in SCHEMA}
    return tables.as_frame(columns, SCHEMA)


def _rows(
    shared: dict[str, object], track: explanations.Track, scale: contributions.Scale
) -> Iterator[dict[str, object]]:
    values = track.contribution(scale)
    for number, letter in enumerate(dna.decode(track.codes)):
        yield shared | {
            "position": int(track.position[number]) + 1,
            "inserted": int(track.inserted[number]),
            "base": letter,
            "site_probability": track.probability,
            **dict(zip("ACGT", map(_value, track.substituted[number]), strict=True)),
            "contribution": _value(values[number]),
        }


def _value(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
