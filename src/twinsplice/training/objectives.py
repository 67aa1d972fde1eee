"""What a model is fitted to: losses of profiles and of pairs, joined by weights."""

import dataclasses
from collections.abc import Mapping

import torch
from jaxtyping import Float
from torch import Tensor, nn

from twinsplice.engine import encoding
from twinsplice.models import comparison, paired, siamese
from twinsplice.models.reported import calibrated
from twinsplice.training import losses

Tensors = Mapping[str, Tensor]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Terms:
    """The losses and their weights.

    Attributes:
        delta: Loss of Δ.
        delta_weight: Its weight.
        delta_floor: Size below which all targets weigh the same; 0 weighs none.
        delta_trust: Standard deviation among members at which a target weighs half;
            0 weighs none.
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


class Objective(nn.Module):
    """A model and its loss: one call a step, so that any wrapper can go around it."""

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
        entropy = losses.profile_cross_entropy_of_logits(logits, batch["profile"])
        # A site stands every few hundred bases: as a sum over a window, the loss is
        # of the order of 1.
        return self.terms.profile_weight, entropy * _SCALE

    def _paired(
        self, model: paired.PairedDeltaPredictor, batch: Tensors
    ) -> dict[str, tuple[float, Tensor]]:
        ref, alt = comparison.encodings(model, batch)
        wanted = batch["profile"]
        changed = (wanted + batch["delta"]).clamp(0, 1)
        entropy = losses.profile_cross_entropy(ref[:, : paired.SITES], wanted)
        entropy = entropy + losses.profile_cross_entropy(
            alt[:, : paired.SITES], changed
        )
        terms, delta = self.terms, model.deltas(ref, alt)
        parts = {
            "pair_profiles": (terms.profile_weight, entropy / 2 * _SCALE),
            "delta": (terms.delta_weight, self._delta(delta, batch)),
            **self._measured(delta, batch),
        }
        if terms.quantile_weight:
            # The spread learns beside the encoder, not through it.
            ends = model.quantiles(ref.detach(), alt.detach())
            spread = losses.quantiles(paired.QUANTILES)(ends, batch["delta"])
            parts["quantiles"] = (terms.quantile_weight, spread * _SCALE)
        return parts

    def _compared(self, batch: Tensors) -> dict[str, tuple[float, Tensor]]:
        ref, alt = comparison.encodings(self.model, batch)
        found = self.model.compare(ref, alt, batch["change"])
        target = batch["delta"].flip(1).transpose(1, 2)
        if found.dim() == 2:
            target = _largest(target)
        parts = {
            "delta": (
                self.terms.delta_weight,
                self._weighted(found, target),
            ),
            **self._measured(found, batch),
        }
        if isinstance(self.model, calibrated.MultiTaskPredictor):
            logits = self.model.classify(ref, alt)
            truth = (target.abs().amax(dim=2) >= _ALTERED).float()
            parts["altered"] = (
                1.0,
                nn.functional.binary_cross_entropy_with_logits(logits, truth),
            )
        return parts

    def _delta(self, found: Float[Tensor, "batch 2 width"], batch: Tensors) -> Tensor:
        trust, sure = self.terms.delta_trust, None
        if trust:
            sure = trust**2 / (trust**2 + batch["delta_variance"])
        return self._weighted(found, batch["delta"], sure) * _SCALE

    def _measured(
        self, found: Float[Tensor, "batch ..."], batch: Tensors
    ) -> dict[str, tuple[float, Tensor]]:
        if not self.terms.measured_weight:
            return {}
        size, value = found.abs().flatten(1).amax(dim=1), batch["value"]
        error = losses.mse(size, value.abs(), ~value.isnan())
        return {"measured": (self.terms.measured_weight, error)}

    def _weighted(
        self, found: Tensor, target: Tensor, weight: Tensor | None = None
    ) -> Tensor:
        if floor := self.terms.delta_floor:
            of_size = losses.weights_by_size(target, floor)
            weight = of_size if weight is None else weight * of_size
        return self.terms.delta(found, target, weight)


_SCALE = 100.0
_ALTERED = 0.1
"""Size of a change that counts as altering, for the write-up's second task."""


def _largest(
    target: Float[Tensor, "batch length 2"],
) -> Float[Tensor, "batch 2"]:
    """The value of the largest size along a window, with its sign."""
    place = target.abs().argmax(dim=1, keepdim=True)
    return target.gather(1, place)[:, 0]
