"""The training objective: a weighted sum of losses of profiles and of pairs."""

import dataclasses
from collections.abc import Mapping

import torch
from jaxtyping import Float
from torch import Tensor, nn

from twinsplice.engine import encoding
from twinsplice.models import anchoring, comparison, paired, siamese
from twinsplice.models.reported import calibrated
from twinsplice.training import losses

Tensors = Mapping[str, Tensor]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Terms:
    """The losses and their weights.

    Attributes:
        delta: Loss of Δ.
        delta_weight: Weight of that loss.
        delta_floor: Size below which all targets weigh the same; 0 for equal weights.
        delta_trust: Standard deviation among members at which a target weighs half;
            0 for equal weights.
        anchored_weight: Weight of the losses of the anchored Δ and its profile.
        profile_weight: Weight of the profiles' cross entropy.
        quantile_weight: Weight of the pinball losses of the quantiles.
        measured_weight: Weight of the squared error of the largest |Δ| as the size
            of a measured change.
    """

    delta: losses.Loss
    delta_weight: float
    delta_floor: float
    profile_weight: float
    quantile_weight: float
    measured_weight: float = 0.0
    delta_trust: float = 0.0
    anchored_weight: float = 0.0


class Objective(nn.Module):
    """A model and its loss in one module: one call a step, so it can be wrapped."""

    def __init__(self, model: siamese.SiameseModel, terms: Terms) -> None:
        super().__init__()
        self.model = model
        self.terms = terms

    def forward(self, batch: Mapping[str, Tensors]) -> dict[str, Tensor]:
        """Return the losses by name; `loss` is their weighted sum."""
        parts: dict[str, tuple[float, Tensor]] = {}
        if "profiles" in batch:
            parts["profiles"] = self._profiles(batch["profiles"])
        if "pairs" in batch:
            if isinstance(self.model, paired.PairedDeltaPredictor):
                parts.update(self._paired(self.model, batch["pairs"]))
            else:
                parts.update(self._compared(batch["pairs"]))
        total = torch.stack([weight * value for weight, value in parts.values()]).sum()
        return {name: value for name, (_, value) in parts.items()} | {"loss": total}

    def _profiles(self, batch: Tensors) -> tuple[float, Tensor]:
        assert isinstance(self.model, paired.PairedDeltaPredictor)
        logits, _ = self.model.logits(encoding.one_hot_tracks(batch["codes"]))
        entropy = losses.profile_cross_entropy(logits, batch["profile"])
        # There is a site every few hundred bases: as a sum over a window, the loss is
        # of the order of 1.
        return self.terms.profile_weight, entropy * _SCALE

    def _paired(
        self, model: paired.PairedDeltaPredictor, batch: Tensors
    ) -> dict[str, tuple[float, Tensor]]:
        ref, alt = comparison.encodings(model, batch)
        profile = batch["profile"]
        alt_profile = (profile + batch["delta"]).clamp(0, 1)
        entropy = losses.profile_cross_entropy(_classes(ref), profile)
        entropy = entropy + losses.profile_cross_entropy(_classes(alt), alt_profile)
        terms, delta = self.terms, model.deltas(ref, alt)
        parts = {
            "pair_profiles": (terms.profile_weight, entropy / 2 * _SCALE),
            "delta": (terms.delta_weight, self._delta(delta, batch)),
            **self._measured(delta, batch),
        }
        if terms.anchored_weight:
            anchor = anchoring.known(profile)
            _, after = model.log_odds(ref, alt, anchor)
            told = losses.profile_cross_entropy(_classes(after), alt_profile)
            anchored = model.deltas(ref, alt, anchor)
            error = terms.delta_weight * self._delta(anchored, batch) + (
                terms.profile_weight * told * _SCALE
            )
            parts["anchored"] = (terms.anchored_weight, error)
        if terms.quantile_weight:
            # The quantiles' gradient does not reach the encoder.
            ends = model.quantiles(ref.detach(), alt.detach())
            quantile_loss = losses.quantiles(paired.QUANTILES)(ends, batch["delta"])
            parts["quantiles"] = (terms.quantile_weight, quantile_loss * _SCALE)
        return parts

    def _compared(self, batch: Tensors) -> dict[str, tuple[float, Tensor]]:
        ref, alt = comparison.encodings(self.model, batch)
        predicted = self.model.compare(ref, alt, batch["change"])
        target = batch["delta"].flip(1).transpose(1, 2)
        if predicted.dim() == 2:
            target = _largest(target)
        parts = {
            "delta": (
                self.terms.delta_weight,
                self._weighted(predicted, target),
            ),
            **self._measured(predicted, batch),
        }
        if isinstance(self.model, calibrated.MultiTaskPredictor):
            logits = self.model.classify(ref, alt)
            truth = (target.abs().amax(dim=2) >= _ALTERED).float()
            parts["altered"] = (
                1.0,
                losses.mean(
                    nn.functional.binary_cross_entropy_with_logits(
                        logits, truth, reduction="none"
                    )
                ),
            )
        return parts

    def _delta(
        self, predicted: Float[Tensor, "batch 2 width"], batch: Tensors
    ) -> Tensor:
        trust, weight = self.terms.delta_trust, None
        if trust:
            weight = trust**2 / (trust**2 + batch["delta_variance"])
        return self._weighted(predicted, batch["delta"], weight) * _SCALE

    def _measured(
        self, predicted: Float[Tensor, "batch ..."], batch: Tensors
    ) -> dict[str, tuple[float, Tensor]]:
        if not self.terms.measured_weight:
            return {}
        size, value = predicted.abs().flatten(1).amax(dim=1), batch["value"]
        error = losses.mse(size, value.abs(), ~value.isnan())
        return {"measured": (self.terms.measured_weight, error)}

    def _weighted(
        self, predicted: Tensor, target: Tensor, weight: Tensor | None = None
    ) -> Tensor:
        if floor := self.terms.delta_floor:
            size_weight = losses.weights_by_size(target, floor)
            weight = size_weight if weight is None else weight * size_weight
        return self.terms.delta(predicted, target, weight)


def _classes(
    encoding: Float[Tensor, "batch tracks length"],
) -> Float[Tensor, "batch 3 length"]:
    """Return logits of neither, acceptor and donor; finite ones for deleted bases."""
    log_odds = encoding[:, : paired.SITES].clamp(min=_LEAST_LOG_ODDS)
    return torch.cat([torch.zeros_like(log_odds[:, :1]), log_odds], dim=1)


_LEAST_LOG_ODDS = -30.0
_SCALE = 100.0
_ALTERED = 0.1
"""Size of a change that counts as altering, for the write-up's second task."""


def _largest(
    target: Float[Tensor, "batch length 2"],
) -> Float[Tensor, "batch 2"]:
    """The signed value of largest size along a window."""
    place = target.abs().argmax(dim=1, keepdim=True)
    return target.gather(1, place)[:, 0]
