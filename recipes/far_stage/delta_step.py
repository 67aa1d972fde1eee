"""Variants: how far channels, frozen by now, correct the probabilities of both sides.

Fitted to the reference alone a correction harms deltas: what is right of a gene's
decoys is not right of what a variant makes. So the deltas are in this loss, and the
reference beside them.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import torch
from jaxtyping import Float
from recipes.far_stage import encodings, noise, settings
from torch import Tensor, nn

from twinsplice.models import anchoring, far_stage, paired
from twinsplice.stats import agreement
from twinsplice.training import batches

_SITE, _NEITHER = 3e-4, 1e-6
"""Least probabilities in the cross entropy of a site, and of neither."""
_BATCH = 64


class DeltaObjective(nn.Module):
    """The loss of deltas and of the reference's probabilities.

    Attributes:
        model: The predictor; its correction reads skip channels times `scale`.
    """

    def __init__(
        self,
        model: paired.PairedDeltaPredictor,
        scale: Float[Tensor, " width"],
        weights: tuple[float, float],
    ) -> None:
        """Initialise an objective.

        Args:
            model: The predictor.
            scale: Factors that make the skip channels alike in size.
            weights: Weights of the squared deltas and of the reference's entropy.
        """
        super().__init__()
        self.model = model
        self.weights = weights
        others = torch.ones(paired.SITES + model.config.latents)
        self.register_buffer("scale", torch.cat([others, scale])[:, None])
        self.scale: Tensor

    def forward(self, batch: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Return the losses of variants, `loss` the one to minimise."""
        delta, reference = self.predicted(batch)
        squared = (delta - batch["delta"]).square().sum((1, 2)).mean()
        entropy = _entropy(reference, batch["profile"])
        loss = self.weights[0] * squared + self.weights[1] * entropy
        return {"loss": loss, "squared": squared, "entropy": entropy}

    def predicted(
        self, batch: Mapping[str, Tensor]
    ) -> tuple[Float[Tensor, "rows 2 width"], Float[Tensor, "rows 2 width"]]:
        """Return deltas, and probabilities in the reference."""
        stage = self.model.far
        assert stage is not None
        channels = batch["channels"]
        if "kept" in batch:
            channels = channels * batch["kept"]
        around = stage.scales(channels)
        before, after = self.model.log_odds(
            batch["ref"] * self.scale,
            batch["alt"] * self.scale,
            None,
            far_stage.surroundings(around, batch["bins"]),
        )
        reference = anchoring.probabilities(before)
        return anchoring.probabilities(after) - reference, reference


def _entropy(
    predicted: Float[Tensor, "rows 2 width"], target: Float[Tensor, "rows 2 width"]
) -> Float[Tensor, ""]:
    """Return the entropy of a window beyond the target's own."""
    own = torch.cat(
        [
            (1 - predicted.sum(1, keepdim=True)).clamp_min(_NEITHER),
            predicted.clamp_min(_SITE),
        ],
        dim=1,
    )
    neither = (1 - target.sum(1, keepdim=True)).clamp_min(0)
    other = torch.cat([neither, target], dim=1)
    beyond = other * (other.clamp_min(_SITE).log() - own.log())
    return beyond.sum((1, 2)).mean()


def parameters(model: paired.PairedDeltaPredictor) -> list[nn.Parameter]:
    """Return what is fitted: the correction, and how it uses far channels."""
    assert model.far is not None
    assert model.adjust is not None
    layers = (model.far.norm, model.far.out, model.adjust)
    return [parameter for layer in layers for parameter in layer.parameters()]


def drawn(
    parts: Sequence[encodings.Encoded], step: settings.Step, seed: int
) -> Callable[[int, batches.Share], dict[str, Tensor]]:
    """Return what draws the batch of a step, from its number alone."""
    sizes = np.array([len(part.ref) for part in parts], dtype=float)

    def draw(number: int, share: batches.Share) -> dict[str, Tensor]:
        rng = np.random.default_rng([seed, number, share.process])
        part = parts[int(rng.choice(len(parts), p=sizes / sizes.sum()))]
        rows = batches.draw_rows(part.pairs.chance, step.batch, rng)
        batch = part.batch(rows)
        shape = batch["channels"].shape
        batch["kept"] = noise.kept(shape, step.dropout, rng)
        return encodings.tensors(batch)

    return draw


@torch.no_grad()
def evaluate(
    objective: DeltaObjective, parts: Sequence[encodings.Encoded]
) -> dict[str, float]:
    """Return measures of agreement with base deltas; `score` is r of the sizes."""
    predicted, target = [], []
    for part in parts:
        for first in range(0, len(part.ref), _BATCH):
            rows = np.arange(first, min(first + _BATCH, len(part.ref)), dtype=np.int64)
            delta, _ = objective.predicted(encodings.tensors(part.batch(rows)))
            predicted.append(delta.numpy())
        target.append(part.pairs.delta.astype(np.float32))
    return agreement.agreement(np.concatenate(predicted), np.concatenate(target))
