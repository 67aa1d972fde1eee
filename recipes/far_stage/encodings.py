"""Variants as a correction reads them: near encodings on disk, and far channels."""

import dataclasses
import pathlib

import numpy as np
import torch
from jaxtyping import Float32, Int64
from recipes.far_stage import variants
from torch import Tensor

from twinsplice import progress
from twinsplice.engine import encoding, incremental, stages
from twinsplice.io import cache
from twinsplice.models import comparison, paired
from twinsplice.training import batches, inference

_BATCH = 64


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Encoded:
    """Variants as a correction reads them.

    Attributes:
        ref: Near encoding of the reference.
        alt: Near encoding of the alternate, on the reference's bases.
        channels: Channels of the far stage, of the bins about a variant.
        bins: Which of them each column lies in.
        pairs: Their targets, and how they are drawn.
    """

    ref: np.ndarray
    alt: np.ndarray
    channels: Float32[np.ndarray, "rows bins channel"]
    bins: Int64[np.ndarray, "rows width"]
    pairs: batches.Pairs

    def batch(self, rows: Int64[np.ndarray, " rows"]) -> dict[str, np.ndarray]:
        """Return variants, targets among them."""
        return {
            "ref": self.ref[rows].astype(np.float32),
            "alt": self.alt[rows].astype(np.float32),
            "channels": self.channels[rows],
            "bins": self.bins[rows],
            "delta": self.pairs.delta[rows].astype(np.float32),
            "profile": self.pairs.profile[rows].astype(np.float32),
        }


def encoded(
    folder: pathlib.Path,
    part: variants.Part,
    model: paired.PairedDeltaPredictor,
    network: stages.Network,
    advance: progress.Advance = progress.silent,
) -> Encoded:
    """Return variants as a correction reads them; near encodings are kept on disk.

    Args:
        folder: Where encodings are kept.
        part: The variants.
        model: The predictor.
        network: Its near encoder.
        advance: Called with the variants done since the last call.
    """
    names = [folder / f"{part.name}.{side}.npy" for side in ("ref", "alt")]
    if not all(name.exists() for name in names):
        both = _encode(part.pairs, model, network, advance)
        for path, values in zip(names, both, strict=True):
            with cache.replacing(path) as draft, draft.open("wb") as file:
                np.save(file, values)
    ref, alt = (np.load(name, mmap_mode="r") for name in names)
    channels, bins = _far(part, model)
    return Encoded(ref=ref, alt=alt, channels=channels, bins=bins, pairs=part.pairs)


def _encode(
    pairs: batches.Pairs,
    model: paired.PairedDeltaPredictor,
    network: stages.Network,
    advance: progress.Advance,
) -> list[np.ndarray]:
    """Return near encodings of both sequences, on the reference's bases."""
    both: list[list[np.ndarray]] = [[], []]
    count = len(pairs.codes)
    for rows in _blocks(count):
        arrays = pairs.batch(rows, model.context)
        batch = {name: torch.from_numpy(value) for name, value in arrays.items()}
        ref, alt = (_tracks(network, batch[side]) for side in ("ref", "alt"))
        alt = comparison.aligned(alt, ref, batch, paired.SITES, absent=-torch.inf)
        for kept, tracks in zip(both, (ref, alt), strict=True):
            kept.append(tracks.numpy().astype(np.float16))
        advance(len(rows), (int(rows[-1]) + 1) / count)
    return [np.concatenate(parts) for parts in both]


def _tracks(network: stages.Network, codes: Tensor) -> Tensor:
    passed = incremental.reference(network, encoding.one_hot(codes), keep=False)
    return passed.profile.float().transpose(1, 2)


@torch.no_grad()
def _far(
    part: variants.Part, model: paired.PairedDeltaPredictor
) -> tuple[np.ndarray, Int64[np.ndarray, "rows width"]]:
    """Return far channels of the bins about each variant, and the bins of columns."""
    stage = model.far
    assert stage is not None
    made, columns = [], []
    for rows in _blocks(len(part.pairs.codes)):
        block = slice(int(rows[0]), int(rows[-1]) + 1)
        pairs = variants.widened(part, block, stage.reach)
        codes, bins = inference.bins(pairs, rows - rows[0], stage.reach)
        sequence = encoding.one_hot_tracks(torch.from_numpy(codes))
        made.append(stage.channels(stage.stem(sequence)).numpy())
        columns.append(bins)
    return np.concatenate(made), np.concatenate(columns)


def _blocks(count: int) -> list[Int64[np.ndarray, " rows"]]:
    return [
        np.arange(first, min(first + _BATCH, count), dtype=np.int64)
        for first in range(0, count, _BATCH)
    ]


def tensors(arrays: dict[str, np.ndarray]) -> dict[str, Tensor]:
    """Return arrays as tensors."""
    return {name: torch.from_numpy(value) for name, value in arrays.items()}
