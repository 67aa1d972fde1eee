"""The interface of paired models: a shared encoder and a comparing head.

The encoder is a convolutional network, so its encodings can come from a full pass
(`encode`) or from the incremental engine (`network`); the head (`compare`) works
position by position on two encodings aligned to the same bases.
"""

import abc
from collections.abc import Mapping
from typing import Any

import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

from twinsplice.engine import stages


class SiameseModel(nn.Module, abc.ABC):
    """A model that predicts Δ from two encodings by shared weights.

    Attributes:
        context: Bases that an encoding reads to each side of its position.
    """

    context: int

    @property
    def reach(self) -> int:
        """Bases that a prediction reads to each side of its position."""
        return self.context

    @property
    @abc.abstractmethod
    def settings(self) -> Mapping[str, Any]:
        """Arguments that construct a model of the same architecture, as JSON values."""

    @abc.abstractmethod
    def encode(
        self, sequence: Float[Tensor, "batch 4 length"]
    ) -> Float[Tensor, "batch tracks inner"]:
        """Return the encodings of all positions but `context` at either end.

        Args:
            sequence: One-hot bases A C G T, zeros where unknown, in the direction
                of transcription.
        """

    @abc.abstractmethod
    def compare(
        self,
        ref: Float[Tensor, "batch tracks length"],
        alt: Float[Tensor, "batch tracks length"],
        change: Float[Tensor, "batch 8"] | None = None,
    ) -> Float[Tensor, "batch ..."]:
        """Return Δ (donor, acceptor) from two encodings aligned to the same bases.

        Args:
            ref: Encodings of the reference sequence.
            alt: Encodings of the alternate sequence.
            change: The replaced base and its replacement, one-hot, for the models
                that read it.

        Returns:
            `[batch, length, 2]`, or `[batch, 2]` for a model that pools.
        """

    @abc.abstractmethod
    def network(self) -> stages.Network:
        """Return the encoder's stages, for the incremental engine."""

    def forward(
        self,
        ref_seq: Float[Tensor, "batch 4 length"],
        alt_seq: Float[Tensor, "batch 4 length"],
    ) -> Float[Tensor, "batch ..."]:
        """Return Δ (donor, acceptor); bases beyond the sequences are unknown.

        Both sequences must have equal lengths and be aligned base by base; see
        `effect.alignment` for insertions and deletions.
        """
        return self.compare(
            self.encode(self._pad(ref_seq)), self.encode(self._pad(alt_seq))
        )

    def _pad(
        self, sequence: Float[Tensor, "batch 4 length"]
    ) -> Float[Tensor, "batch 4 longer"]:
        return F.pad(sequence, (self.context, self.context))
