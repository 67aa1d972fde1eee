"""Models from Python."""

import math
import os
import pathlib

import numpy as np
from jaxtyping import Float32

from twinsplice import errors
from twinsplice.base_models import contract
from twinsplice.engine import devices
from twinsplice.genome import dna
from twinsplice.predictors import loading
from twinsplice.scoring import constructs
from twinsplice.settings import one_variant
from twinsplice.settings import scan as scan_settings

Path = str | os.PathLike[str]
Bases = str | np.ndarray
"""Letters, or one-hot `[4, L]`: rows A C G T over the bases."""


class Model:
    """A model on its device, ready to predict.

    Attributes:
        predictor: What predicts.
        max_memory_gb: Memory that what uses it stays below (GB).
    """

    def __init__(
        self, predictor: contract.Predictor, max_memory_gb: float = math.inf
    ) -> None:
        """Wrap a predictor; see `load_model`."""
        self.predictor, self.max_memory_gb = predictor, max_memory_gb

    @property
    def name(self) -> str:
        """Its name in print."""
        return self.predictor.title

    def delta(self, ref_seq: Bases, alt_seq: Bases) -> Float32[np.ndarray, "L 2"]:
        """Return the change of donor and acceptor probability at every reference base.

        The sequences are read as they stand, in the direction of transcription; what
        lies beyond their ends is unknown. Where their lengths differ, the difference
        is taken for one insertion or deletion, left-most: inserted bases count at the
        base before them, deleted ones as probability 0.

        Args:
            ref_seq: The reference, letters or `[4, L]` one-hot.
            alt_seq: The alternate likewise, of any length.

        Raises:
            InputError: A sequence is empty, or the model tells no donor from an
                acceptor.
        """
        return constructs.delta(self.predictor, _letters(ref_seq), _letters(alt_seq))

    def profile(self, sequence: Bases) -> Float32[np.ndarray, "L 2"]:
        """Return the probability of a donor and of an acceptor at every base.

        The sequence is read as it stands, as by `delta`.

        Args:
            sequence: Letters or `[4, L]` one-hot.

        Raises:
            InputError: The sequence is empty, or the model tells no donor from an
                acceptor, or predicts changes only.
        """
        return constructs.profile(self.predictor, _letters(sequence))


def load_model(
    name: str = "twinsplice",
    *,
    weights: Path | None = None,
    device: str = "auto",
    threads: int | None = None,
    max_memory_gb: float = 4.0,
) -> Model:
    """Return a model, ready on its device.

    Args:
        name: `twinsplice` (ours), a base model (`twinsplice models` lists them), the
            folder of its weights, or a model you trained: its weight file, or the
            folder of its run.
        weights: Folder that holds the weights of openspliceai or pangolin.
        device: Where networks run: auto, cpu, cuda or cuda:N.
        threads: CPU threads, at most all there are; all if not given.
        max_memory_gb: Memory to stay below, on the device (GB).

    Raises:
        InputError: The name or the device is unknown.
        WeightsError: The weights are missing or damaged.
    """
    folder = None if weights is None else pathlib.Path(weights)
    on = devices.placement(device, threads, max_memory_gb)
    return Model(loading.load(name, folder, on), max_memory_gb)


def _letters(sequence: Bases) -> str:
    """Letters of a sequence; columns of zeros are N."""
    if isinstance(sequence, str):
        return sequence
    rows = np.asarray(sequence)
    is_one_hot = (
        rows.ndim == 2
        and rows.shape[0] == 4
        and np.isin(rows, (0, 1)).all()
        and (rows.sum(axis=0) <= 1).all()
    )
    if not is_one_hot:
        raise errors.InputError(
            "a sequence must be letters, or one-hot [4, L] with rows A, C, G, T",
            got=f"{type(sequence).__name__} of shape {rows.shape}",
            remedy="give a string, or turn the array round",
        )
    codes = np.where(rows.any(axis=0), rows.argmax(axis=0), dna.UNKNOWN)
    return dna.decode(codes.astype(np.uint8))


def loaded(config: scan_settings.Config | one_variant.OneVariant) -> Model:
    """Load the model of a configuration of one."""
    return load_model(
        config.model,
        weights=config.weights,
        device=config.device,
        threads=config.threads,
        max_memory_gb=config.max_memory_gb,
    )
