"""What the near encoder makes of the genes of a reference map, kept on disk.

A gene is read along its strand from the bin that its first base lies in, as `score`
reads it. Kept are its bases; at places that the map or the near encoder takes for a
site, the encoder's skip channels and log odds and the map's log odds; and for every
half bin the mean of the skip channels and the largest log odds, for the teacher.
"""

import dataclasses
import math
import pathlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from jaxtyping import Float32
from recipes.far_stage import genes

from twinsplice import progress
from twinsplice.engine import encoding, incremental, stages
from twinsplice.io import cache, reference_map
from twinsplice.models import far_stage, paired

POOL = far_stage.BIN // 2
"""Bases of a half bin."""
_TILE = 512 * far_stage.BIN


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Encoder:
    """The near encoder.

    Attributes:
        network: Its stages.
        skip_from: Tracks of an encoding before the skip channels.
        least: Probability of a site from which a base is kept.
    """

    network: stages.Network
    skip_from: int
    least: float


def encoders(
    model: paired.PairedDeltaPredictor, least: float, *, short: bool
) -> dict[str, Encoder]:
    """Return the near encoder for each fold; that of validation is never short.

    Args:
        model: The near encoder, with a far stage to be.
        least: Probability of a site from which a base is kept.
        short: Whether the training fold's convolutions are in bfloat16.
    """
    exact = model.network()
    first = paired.SITES + model.config.latents
    networks = {"train": exact.shortened() if short else exact, "validation": exact}
    return {
        fold: Encoder(network=network, skip_from=first, least=least)
        for fold, network in networks.items()
    }


def make(
    folder: pathlib.Path,
    chosen: Sequence[genes.Gene],
    found: reference_map.ReferenceMap,
    by_fold: Mapping[str, Encoder],
    advance: progress.Advance = progress.silent,
) -> None:
    """Write what is kept of genes that are not there yet.

    Args:
        folder: Where to.
        chosen: The genes.
        found: Their map.
        by_fold: The near encoder for each fold.
        advance: Called with the genes done since the last call, and the share done.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for done, gene in enumerate(chosen, start=1):
        path = folder / f"{gene.number}.npz"
        if not path.exists():
            mapped = found.genes[gene.number]
            sites = found.sites(gene.number, mapped.start, mapped.end)
            arrays: dict[str, Any] = _kept(gene, sites, by_fold[gene.fold])
            with cache.replacing(path) as draft, draft.open("wb") as file:
                np.savez(file, **arrays)
        advance(1, done / len(chosen))


def read(folder: pathlib.Path, gene: genes.Gene) -> dict[str, np.ndarray]:
    """Return what `make` wrote of a gene."""
    with np.load(folder / f"{gene.number}.npz") as arrays:
        return dict(arrays)


def _tracks(
    gene: genes.Gene, network: stages.Network
) -> Float32[np.ndarray, "bases tracks"]:
    """Return the near encoding of a gene's bins."""
    parts = []
    for start, end in _tiles(gene):
        codes = gene.view.as_read(start - network.context, end + network.context)
        sequence = encoding.one_hot(torch.from_numpy(codes)[None])
        passed = incremental.reference(network, sequence, keep=False)
        parts.append(passed.profile[0].float().numpy())
    return np.concatenate(parts)


def _tiles(gene: genes.Gene) -> Iterator[tuple[int, int]]:
    first, last = gene.span
    begin = first // far_stage.BIN * far_stage.BIN
    end = -(-last // far_stage.BIN) * far_stage.BIN
    for start in range(begin, end, _TILE):
        yield start, min(start + _TILE, end)


def _kept(
    gene: genes.Gene, sites: reference_map.Sites, encoder: Encoder
) -> dict[str, np.ndarray]:
    first, last = gene.span
    begin = first // far_stage.BIN * far_stage.BIN
    tracks = _tracks(gene, encoder.network)
    own, skip = tracks[:, : paired.SITES], tracks[:, encoder.skip_from :]
    base = np.full(own.shape, -np.inf, dtype=np.float32)
    place = -sites.position - 1 if gene.view.minus else sites.position
    base[place - begin] = sites.log_odds
    lowest = math.log(encoder.least / (1 - encoder.least))
    notable = (own >= lowest).any(axis=1) | np.isfinite(base).any(axis=1)
    inside = np.zeros(len(own), dtype=bool)
    inside[first - begin : last - begin] = True
    rows = np.flatnonzero(notable & inside)
    mean = skip.reshape(-1, POOL, skip.shape[1]).mean(axis=1)
    largest = own.reshape(-1, POOL, paired.SITES).max(axis=1)
    return {
        "codes": gene.view.as_read(begin, begin + len(tracks)),
        "position": rows,
        "skip": skip[rows].astype(np.float16),
        "own": own[rows],
        "base": base[rows],
        "pooled": np.concatenate([mean, largest], axis=1).astype(np.float16),
    }
