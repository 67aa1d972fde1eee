"""What every paired model is: one encoder for both sequences, a head that compares.

The encoder is a convolutional network, so its encodings can come from a plain pass
(`encode`) or from the incremental engine (`network`); the head (`compare`) works
position by position on two encodings that lie on the same bases.
"""

import abc
from collections.abc import Mapping
from typing import Any

import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

from twinsplice.engine import stages


class SiameseModel(nn.Module, abc.ABC):
    """Scores a change of sequence from two encodings by shared weights.

    Attributes:
        context: Bases that an encoding reads to each side of its position.
    """

    context: int

    @property
    @abc.abstractmethod
    def settings(self) -> Mapping[str, Any]:
        """What another of the same shape is made with, as JSON has it."""

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
        """Return Δ (donor, acceptor) from two encodings on the same bases.

        Args:
            ref: Encodings of the reference sequence.
            alt: Encodings of the alternate sequence.
            change: The replaced base and its replacement, one-hot, for the models
                that read it.

        Returns:
            `[batch, length, 2]`, or `[batch, 2]` of a model that pools.
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

        Both sequences must lie base by base on each other; see `effect.alignment`
        for what insertions and deletions need.
        """
        return self.compare(
            self.encode(self._pad(ref_seq)), self.encode(self._pad(alt_seq))
        )

    def _pad(
        self, sequence: Float[Tensor, "batch 4 length"]
    ) -> Float[Tensor, "batch 4 longer"]:
        return F.pad(sequence, (self.context, self.context))
