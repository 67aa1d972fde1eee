"""The write-up's original models, for comparison with later ones.

Their heads are MLPs with biases on `alt - ref`. Hence Δ is not 0 for equal sequences,
and swapping the sequences does not negate it: two laws that a change of splicing obeys
and these models do not.

Source: "Paired Delta Prediction: Siamese Architecture" of agentic-spliceai.
"""

import abc

from jaxtyping import Float
from torch import Tensor

from twinsplice.models.reported import blocks


class _DifferenceModel(blocks.EncoderModel):
    """An encoder, and a head on the difference of its encodings."""

    def __init__(self, encoder: blocks.Encoder) -> None:
        super().__init__()
        self.context = encoder.context
        self.encoder = encoder
        self.head = blocks.head(encoder.shape.hidden_dim, outputs=2)

    @abc.abstractmethod
    def compare(
        self,
        ref: Float[Tensor, "batch tracks length"],
        alt: Float[Tensor, "batch tracks length"],
        change: Float[Tensor, "batch 8"] | None = None,
    ) -> Float[Tensor, "batch ..."]:
        """Return Δ (donor, acceptor) from two encodings; `change` is not read."""


class _PositionalModel(_DifferenceModel):
    """A head on the difference at each position separately."""

    def compare(
        self,
        ref: Float[Tensor, "batch tracks length"],
        alt: Float[Tensor, "batch tracks length"],
        change: Float[Tensor, "batch 8"] | None = None,
    ) -> Float[Tensor, "batch length 2"]:
        """Return Δ (donor, acceptor) of each position; `change` is not read."""
        delta: Tensor = self.head((alt - ref).transpose(1, 2))
        return delta


class DeltaPredictor(_DifferenceModel):
    """The first model: plain convolutions, one Δ for each pair of sequences.

    The embedding of a sequence, `[batch, hidden_dim]`, is the mean over its
    positions, so the longer the sequences, the less a variant weighs in it.
    """

    def __init__(
        self, hidden_dim: int = 64, n_layers: int = 6, kernel_size: int = 15
    ) -> None:
        """Make a model with random weights.

        The write-up does not state the sizes; these are the gated model's, so that
        the two models differ in their encoders only.
        """
        shape = blocks.Shape(hidden_dim, n_layers, kernel_size)
        super().__init__(blocks.PlainEncoder(shape))

    def compare(
        self,
        ref: Float[Tensor, "batch tracks length"],
        alt: Float[Tensor, "batch tracks length"],
        change: Float[Tensor, "batch 8"] | None = None,
    ) -> Float[Tensor, "batch 2"]:
        """Return one Δ (donor, acceptor) for each pair; `change` is not read."""
        delta: Tensor = self.head(alt.mean(dim=2) - ref.mean(dim=2))
        return delta


class DeltaPredictorV2(_PositionalModel):
    """The second model: plain convolutions, a Δ for every position."""

    def __init__(
        self, hidden_dim: int = 64, n_layers: int = 6, kernel_size: int = 15
    ) -> None:
        """Make a model with random weights; sizes as in `DeltaPredictor`."""
        shape = blocks.Shape(hidden_dim, n_layers, kernel_size)
        super().__init__(blocks.PlainEncoder(shape))


class SimpleCNNDeltaPredictor(_PositionalModel):
    """The write-up's best: gated dilated convolutions, a Δ for every position.

    The write-up gives the sizes but no dilations. Here they are `blocks.DILATIONS`
    in turn, (1, 2, 4, 8, 8, 4): doubled up to 8 for width, then lowered again so
    that the last kernels fill the gaps between the taps of the widest. The
    receptive field is then 1 + 14 * (1 + 27) = 393 bases with the default sizes,
    enough for an exon of usual length with both its sites; undilated, it would be 99.
    """

    def __init__(
        self, hidden_dim: int = 64, n_layers: int = 6, kernel_size: int = 15
    ) -> None:
        """Make a model with random weights."""
        shape = blocks.Shape(hidden_dim, n_layers, kernel_size)
        super().__init__(blocks.GatedEncoder(shape))
