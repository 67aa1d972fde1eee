"""The write-up's single-pass model: the alternate sequence and the changed base.

Source: "Validated Delta Prediction" of agentic-spliceai, as its page on paired
prediction describes it: input "alt + var_info", one forward pass.
"""

import torch
from jaxtyping import Float
from torch import Tensor, nn

from twinsplice.models.reported import blocks


class ValidatedDeltaPredictor(blocks.EncoderModel):
    """A model of Δ from the alternate sequence and the replaced base.

    Every position receives the change, but not its location: the encodings see the
    alternate bases only. The encoder is that of `original.SimpleCNNDeltaPredictor`.
    """

    def __init__(
        self, hidden_dim: int = 64, n_layers: int = 6, kernel_size: int = 15
    ) -> None:
        """Make a model with random weights."""
        super().__init__()
        shape = blocks.Shape(hidden_dim, n_layers, kernel_size)
        self.encoder = blocks.GatedEncoder(shape)
        self.context = self.encoder.context
        self.embedding = nn.Linear(8, hidden_dim, bias=False)
        self.head = blocks.head(hidden_dim, outputs=2)

    def compare(
        self,
        ref: Float[Tensor, "batch tracks length"],
        alt: Float[Tensor, "batch tracks length"],
        change: Float[Tensor, "batch 8"] | None = None,
    ) -> Float[Tensor, "batch length 2"]:
        """Return Δ (donor, acceptor) of each position; `ref` is not read.

        Args:
            ref: Encodings of the reference sequence.
            alt: Encodings of the alternate sequence.
            change: The replaced base and its replacement, one-hot; zeros if not
                given.
        """
        return self._delta(alt, change)

    def predict(
        self,
        alt_seq: Float[Tensor, "batch 4 length"],
        change: Float[Tensor, "batch 8"],
    ) -> Float[Tensor, "batch length 2"]:
        """Return Δ in one pass; bases beyond the sequence are unknown.

        Args:
            alt_seq: The alternate sequence, one-hot.
            change: The replaced base and its replacement, one-hot.
        """
        return self._delta(self.encode(self._pad(alt_seq)), change)

    def forward(
        self,
        ref_seq: Float[Tensor, "batch 4 length"],
        alt_seq: Float[Tensor, "batch 4 length"],
    ) -> Float[Tensor, "batch length 2"]:
        """Return Δ in one pass; the change is that of the first differing position."""
        return self.predict(alt_seq, first_change(ref_seq, alt_seq))

    def _delta(
        self,
        alt: Float[Tensor, "batch tracks length"],
        change: Float[Tensor, "batch 8"] | None,
    ) -> Float[Tensor, "batch length 2"]:
        encodings = alt.transpose(1, 2)
        if change is not None:
            encodings = encodings + self.embedding(change)[:, None]
        delta: Tensor = self.head(encodings)
        return delta


def first_change(
    ref_seq: Float[Tensor, "batch 4 length"], alt_seq: Float[Tensor, "batch 4 length"]
) -> Float[Tensor, "batch 8"]:
    """Return the first base that differs and its replacement, one-hot.

    Zeros where two sequences are the same.
    """
    differs = (ref_seq != alt_seq).any(dim=1)
    # argmax returns the first of equal maxima.
    at = differs.int().argmax(dim=1)
    rows = torch.arange(len(at), device=at.device)
    pairs = torch.cat([ref_seq[rows, :, at], alt_seq[rows, :, at]], dim=1)
    return pairs * differs.any(dim=1, keepdim=True)
