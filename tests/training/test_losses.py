"""`losses`: their values, masks, and gradients that stay finite."""

import math
from collections.abc import Callable

import jaxtyping
import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from torch import Tensor

from twinsplice import errors
from twinsplice.training import losses

REFUSALS = (ValueError, jaxtyping.TypeCheckError)
SHAPE = (2, 3, 5)
changes = npst.arrays(np.float64, SHAPE, elements=st.floats(-1, 1)).map(
    torch.from_numpy
)
masks = npst.arrays(np.bool_, SHAPE).map(torch.from_numpy)
POINTWISE: dict[str, losses.Loss] = {
    "mse": losses.mse,
    "huber": losses.huber(0.1),
    "pinball": losses.pinball(0.9),
}
by_position = pytest.mark.parametrize("loss", POINTWISE.values(), ids=POINTWISE.keys())


def gradient(loss: Callable[[Tensor], Tensor], at: Tensor) -> Tensor:
    leaf = at.clone().requires_grad_()
    (slope,) = torch.autograd.grad(loss(leaf), leaf)
    return slope


def targets(batch: int, length: int, seed: int = 0) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(batch, 3, length, generator=generator).softmax(1)[:, 1:]


def logs(tracks: Tensor) -> Tensor:
    """Log-probabilities of neither, acceptor and donor."""
    return torch.cat([1 - tracks.sum(1, keepdim=True), tracks], 1).log()


@by_position
@given(predicted=changes, target=changes)
def test_least_at_the_target_and_nowhere_below(
    loss: losses.Loss, predicted: Tensor, target: Tensor
) -> None:
    assert loss(target, target) == 0
    assert loss(predicted, target) >= 0
    assert loss(predicted, target).shape == ()


@by_position
@given(predicted=changes, target=changes, kept=masks)
def test_a_mask_leaves_the_mean_of_what_is_kept(
    loss: losses.Loss, predicted: Tensor, target: Tensor, kept: Tensor
) -> None:
    expected = loss(predicted[kept], target[kept])
    for weight in (kept, kept.double(), 7.0 * kept):
        assert loss(predicted, target, weight).item() == pytest.approx(expected.item())


@by_position
@given(predicted=changes, kept=masks)
def test_what_is_masked_never_matters_even_when_nan(
    loss: losses.Loss, predicted: Tensor, kept: Tensor
) -> None:
    target = torch.where(kept, 0.5, math.nan).double()
    slope = gradient(lambda x: loss(x, target, kept), predicted)
    assert slope.isfinite().all()
    assert (slope[~kept] == 0).all()


@by_position
def test_an_empty_mask_and_an_empty_batch_are_zero(loss: losses.Loss) -> None:
    x = torch.full(SHAPE, 0.3)
    nothing = torch.zeros(SHAPE)
    assert loss(x, -x, nothing) == 0
    assert (gradient(lambda p: loss(p, -x, nothing), x) == 0).all()
    assert loss(x[:0], x[:0]) == 0


@by_position
@given(target=changes)
def test_gradients_are_finite_at_the_target_itself(
    loss: losses.Loss, target: Tensor
) -> None:
    assert gradient(lambda x: loss(x, target), target).isfinite().all()


@by_position
def test_half_precision_is_summed_in_single(loss: losses.Loss) -> None:
    # 200,000 errors overflow or stall a sum in float16.
    x = torch.ones(200_000, dtype=torch.float16)
    found = loss(x, torch.zeros_like(x))
    assert found.dtype == torch.float32
    expected = loss(x[:2].float(), torch.zeros(2))
    assert found.item() == pytest.approx(expected.item(), rel=1e-3)


@given(predicted=changes, target=changes, delta=st.floats(0.01, 2))
def test_mse_and_huber_are_torchs(
    predicted: Tensor, target: Tensor, delta: float
) -> None:
    square = losses.mse(predicted, target)
    torch.testing.assert_close(square, F.mse_loss(predicted, target))
    found = losses.huber(delta)(predicted, target)
    torch.testing.assert_close(found, F.huber_loss(predicted, target, delta=delta))


@pytest.mark.parametrize("tau", [0.05, 0.5, 0.9])
def test_pinball_is_least_at_the_quantile(tau: float) -> None:
    sample = torch.linspace(0, 1, 1001).square()
    grid = torch.linspace(0, 1, 501)
    loss = losses.pinball(tau)
    costs = torch.stack([loss(torch.full_like(sample, float(x)), sample) for x in grid])
    assert grid[costs.argmin()].item() == pytest.approx(tau**2, abs=0.01)


@given(predicted=changes, target=changes, kept=masks)
def test_several_quantiles_are_the_mean_of_each(
    predicted: Tensor, target: Tensor, kept: Tensor
) -> None:
    taus = (0.05, 0.5, 0.95)
    each = [losses.pinball(tau)(predicted, target, kept) for tau in taus]
    stacked = predicted.unsqueeze(-1).expand(*SHAPE, 3)
    found = losses.quantiles(taus)(stacked, target, kept)
    torch.testing.assert_close(found, torch.stack(each).mean())


def test_quantiles_of_another_number_are_refused() -> None:
    with pytest.raises(REFUSALS, match="2 quantiles"):
        losses.quantiles([0.1, 0.9])(torch.zeros(4, 3), torch.zeros(4))


def test_cross_entropy_is_torchs_with_soft_targets() -> None:
    target = targets(4, 7)
    logits = torch.randn(4, 3, 7, generator=torch.Generator().manual_seed(1))
    full = torch.cat([1 - target.sum(1, keepdim=True), target], 1)
    expected = F.cross_entropy(logits, full)
    loss = losses.profile_cross_entropy
    torch.testing.assert_close(loss(logits, target), expected)
    torch.testing.assert_close(loss(logits.log_softmax(1), target), expected)


def test_cross_entropy_is_least_at_the_target() -> None:
    target = targets(3, 9)
    least = losses.profile_cross_entropy(logs(target), target)
    for seed in range(1, 6):
        other = logs(targets(3, 9, seed))
        assert losses.profile_cross_entropy(other, target) > least


@pytest.mark.parametrize("sure", [0, 1])
def test_cross_entropy_of_certainty_has_a_finite_gradient(sure: int) -> None:
    # Certain of the wrong class.
    loss = losses.profile_cross_entropy
    predicted = torch.zeros(1, 3, 4)
    predicted[:, 0] = sure * 1e4
    target = torch.zeros(1, 2, 4)
    target[:, 1] = 1
    assert loss(predicted, target).isfinite()
    slope = gradient(lambda x: loss(x, target), predicted)
    assert slope.isfinite().all()
    assert (slope[:, -1] < 0).all()


def test_cross_entropy_takes_masks_of_positions() -> None:
    loss = losses.profile_cross_entropy
    predicted = torch.cat([torch.ones(2, 1, 6), targets(2, 6, 3)], 1)
    target = targets(2, 6)
    kept = torch.tensor([True] * 4 + [False] * 2)
    expected = loss(predicted[:, :, :4], target[:, :, :4])
    target[:, :, 4:] = math.nan
    torch.testing.assert_close(loss(predicted, target, kept), expected)
    torch.testing.assert_close(loss(predicted, target, kept.expand(2, 6)), expected)
    slope = gradient(lambda x: loss(x, target, kept), predicted)
    assert slope.isfinite().all()
    assert loss(predicted, target, torch.zeros(2, 6)) == 0


def test_logits_without_the_class_neither_are_refused() -> None:
    with pytest.raises(REFUSALS, match="one class more"):
        losses.profile_cross_entropy(torch.zeros(1, 2, 3), targets(1, 3))


@given(target=changes, floor=st.floats(0.001, 0.5), power=st.floats(0, 2))
def test_larger_changes_weigh_more_whatever_their_sign(
    target: Tensor, floor: float, power: float
) -> None:
    weights = losses.weights_by_size(target, floor, power)
    assert (weights > 0).all()
    assert torch.equal(weights, losses.weights_by_size(-target, floor, power))
    order = target.abs().flatten().argsort()
    # Torch's vectorised and plain powers differ in the last bit.
    assert (weights.flatten()[order].diff() >= -1e-12).all()


@pytest.mark.parametrize(
    "make",
    [
        lambda: losses.huber(0.0),
        lambda: losses.pinball(1.0),
        lambda: losses.pinball(math.nan),
        lambda: losses.quantiles([]),
        lambda: losses.quantiles([0.9, 0.1]),
        lambda: losses.weights_by_size(torch.zeros(2), floor=0.0),
    ],
)
def test_settings_without_sense_are_refused(make: Callable[[], object]) -> None:
    with pytest.raises(errors.InputError, match="got"):
        make()
