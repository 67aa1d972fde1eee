"""Losses as plain functions: tensors in, one number out, the gradient always finite.

Processes that share a batch divide by its mean weight, not by their own part's, so that
the mean of their gradients is the gradient of the whole batch.

A `Loss` is called with predictions, targets and, optionally, a weight or mask that
broadcasts to the errors. It is the weighted mean of the errors, and 0 where nothing
has weight. Values of weight 0 have no effect, even if NaN: missing labels are masked
that way.
"""

import itertools
from collections.abc import Callable, Sequence

import torch
from jaxtyping import Float, Shaped
from torch import Tensor

from twinsplice import errors
from twinsplice.training import processes

Loss = Callable[..., Tensor]
"""`(predicted, target, weight=None) -> scalar`."""


def mse(
    predicted: Float[Tensor, "*dims"],
    target: Float[Tensor, "*dims"],
    weight: Shaped[Tensor, "..."] | None = None,
) -> Float[Tensor, ""]:
    """Return the mean squared error."""
    return mean((predicted - _masked(target, weight)).square(), weight)


def huber(delta: float) -> Loss:
    """Return a loss that is half the square up to `delta` and linear beyond.

    Args:
        delta: Size of an error, in units of the target, above 0.

    Raises:
        errors.InputError: `delta` is not above 0.
    """
    if not delta > 0:
        raise errors.InputError(
            "the Huber loss turns linear at a size above 0",
            got=str(delta),
            remedy="choose for example 0.05",
        )

    def loss(
        predicted: Float[Tensor, "*dims"],
        target: Float[Tensor, "*dims"],
        weight: Shaped[Tensor, "..."] | None = None,
    ) -> Float[Tensor, ""]:
        size = (predicted - _masked(target, weight)).abs()
        inner = size.clamp(max=delta)
        return mean(inner * (size - inner / 2), weight)

    return loss


def pinball(tau: float) -> Loss:
    """Return the loss that the quantile `tau` minimises; 0.5 is half the |error|.

    Raises:
        errors.InputError: `tau` does not lie between 0 and 1.
    """
    _check_quantiles([tau])

    def loss(
        predicted: Float[Tensor, "*dims"],
        target: Float[Tensor, "*dims"],
        weight: Shaped[Tensor, "..."] | None = None,
    ) -> Float[Tensor, ""]:
        short = _masked(target, weight) - predicted
        return mean(torch.maximum(tau * short, (tau - 1) * short), weight)

    return loss


def quantiles(taus: Sequence[float]) -> Loss:
    """Return the mean pinball loss of several quantiles of one target.

    The loss is called with `predicted [..., quantiles]` and `target [...]`.

    Args:
        taus: The quantiles, ascending, in the order of the last axis.

    Raises:
        errors.InputError: They are not ascending between 0 and 1.
    """
    _check_quantiles(taus)
    levels = tuple(taus)

    def loss(
        predicted: Float[Tensor, "*dims quantiles"],
        target: Float[Tensor, "*dims"],
        weight: Shaped[Tensor, "..."] | None = None,
    ) -> Float[Tensor, ""]:
        if predicted.shape[-1] != len(levels):
            raise ValueError(
                f"{len(levels)} quantiles must be predicted; got {predicted.shape[-1]}"
            )
        tau = torch.tensor(levels, dtype=target.dtype, device=target.device)
        short = _masked(target, weight).unsqueeze(-1) - predicted
        error = torch.maximum(tau * short, (tau - 1) * short)
        return mean(error.mean(dim=-1), weight)

    return loss


def profile_cross_entropy(
    predicted: Float[Tensor, "batch classes length"],
    target: Float[Tensor, "batch tracks length"],
    weight: Shaped[Tensor, "..."] | None = None,
) -> Float[Tensor, ""]:
    """Return the cross entropy of logits against soft targets of the tracks.

    Args:
        predicted: Logits or log-probabilities of neither, acceptor and donor.
        target: Probabilities of acceptor and donor, one class fewer.
        weight: Broadcasts to `[batch, length]`.
    """
    if predicted.shape[1] != target.shape[1] + 1:
        raise ValueError(
            f"logits must have one class more than the {target.shape[1]} tracks; "
            f"got {predicted.shape[1]}"
        )
    logs = torch.log_softmax(predicted.to(_wide(predicted)), dim=1)
    return _soft_cross_entropy(logs, target, weight)


def weights_by_size(
    target: Float[Tensor, "*dims"], floor: float = 0.01, power: float = 1.0
) -> Float[Tensor, "*dims"]:
    """Return weights that grow with |Δ|, for targets that are mostly near 0.

    Args:
        target: Changes of probability (Δ).
        floor: |Δ| below which all weigh the same, above 0.
        power: Exponent of the size; 0 weighs all alike.

    Returns:
        `max(|Δ|, floor) ** power`; a loss divides by the weights' sum.

    Raises:
        errors.InputError: The floor is not above 0, or the power is below 0.
    """
    if not (floor > 0 and power >= 0):
        raise errors.InputError(
            "weights by size need a floor above 0 and a power from 0 up",
            got=f"floor {floor}, power {power}",
            remedy="choose for example 0.01 and 1",
        )
    return target.detach().abs().clamp(min=floor).pow(power)


def _check_quantiles(taus: Sequence[float]) -> None:
    bounds = [0.0, *taus, 1.0]
    ascending = all(a < b for a, b in itertools.pairwise(bounds))
    if not taus or not ascending:
        raise errors.InputError(
            "quantiles must be ascending numbers between 0 and 1",
            got=", ".join(map(str, taus)) or "none",
            remedy="choose for example 0.05, 0.5, 0.95",
        )


def _wide(values: Tensor) -> torch.dtype:
    return torch.promote_types(values.dtype, torch.float32)


def _masked(
    target: Float[Tensor, "*dims"], weight: Shaped[Tensor, "..."] | None
) -> Float[Tensor, "*dims"]:
    # Before the arithmetic: a NaN that is multiplied by 0 later still has a gradient.
    return target if weight is None else torch.where(weight != 0, target, 0.0)


def mean(
    error: Float[Tensor, "*dims"], weight: Shaped[Tensor, "..."] | None = None
) -> Float[Tensor, ""]:
    """Return the weighted mean of errors of the batch, or what this process adds."""
    error = error.to(_wide(error))
    if weight is None:
        count = error.new_tensor(float(error.numel()))
        return error.sum() / processes.mean(count).clamp(min=1)
    share = weight.to(error.dtype).expand_as(error)
    total = processes.mean(share.sum())
    return (error * share).sum() / torch.where(total > 0, total, 1.0)


def _with_neither(
    tracks: Float[Tensor, "batch tracks length"],
) -> Float[Tensor, "batch classes length"]:
    neither = (1 - tracks.sum(dim=1, keepdim=True)).clamp(min=0)
    return torch.cat([neither, tracks], dim=1)


def _soft_cross_entropy(
    logs: Float[Tensor, "batch classes length"],
    target: Float[Tensor, "batch tracks length"],
    weight: Shaped[Tensor, "..."] | None,
) -> Float[Tensor, ""]:
    positions = logs[:, 0]
    expanded = None if weight is None else weight.expand_as(positions)
    mask = None if expanded is None else expanded.unsqueeze(1)
    classes = _with_neither(_masked(target, mask))
    return mean(-(classes * logs).sum(dim=1), expanded)
