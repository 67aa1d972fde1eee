"""What a scan of a place comes to."""

import dataclasses
from collections.abc import Sequence

import numpy as np
import polars as pl

from twinsplice.effect import saturation_effects
from twinsplice.genome import genes, transcripts
from twinsplice.io import tables
from twinsplice.scoring.naming import places
from twinsplice.settings import score as score_settings


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Scan:
    """The variants of a place and what they do.

    Attributes:
        place: The place.
        sequence: Its bases, upper case, plus strand.
        genes: The genes there: the one that was named, else all that overlap.
        preferred: The preferred transcript of each gene there, where they are known.
        effects: Largest gain and loss at each base.
        model: The model, in print.
        contigs: Lengths of the genome's contigs (bp).
        summary: The summary of scoring.
    """

    place: places.Place
    sequence: str
    genes: tuple[genes.Gene, ...]
    preferred: tuple[transcripts.Transcript, ...] = ()
    effects: saturation_effects.Effects
    model: str
    contigs: dict[str, int]
    summary: score_settings.Summary

    def frame(self) -> pl.DataFrame:
        """Return a row for each base, with the columns of `SCHEMA`."""
        interval = self.place.interval
        gain, loss = self.effects.every
        columns: dict[str, Sequence[object] | np.ndarray] = {
            "chrom": [interval.contig] * interval.width,
            "pos": np.arange(interval.start + 1, interval.end + 1),
            "base": list(self.sequence),
            "gain": gain,
            "loss": loss,
        }
        return tables.as_frame(columns, SCHEMA)


SCHEMA: dict[str, type] = {
    "chrom": str,
    "pos": int,
    "base": str,
    "gain": float,
    "loss": float,
}
"""Columns of `Scan.frame`, with the type of each."""
