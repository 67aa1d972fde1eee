"""One network after the other, each fitted once and kept; what was cut off goes on."""

import dataclasses
import pathlib
import time
from collections.abc import Callable, Sequence
from typing import Any

import torch
from recipes.far_stage import settings
from torch import Tensor, nn

from twinsplice import progress
from twinsplice.io import cache
from twinsplice.training import batches, fitting

_WARMUP = 0.03
"""Fraction of the steps before the learning rate's peak."""


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Fit:
    """A network to fit: what `fitting.fit` needs beside its settings.

    Attributes:
        objective: Returns the losses of a batch.
        parameters: The parameters to fit.
        batch: Returns the batch of a step and a process.
        evaluate: Returns figures of the objective; the largest `score` is kept.
    """

    objective: nn.Module
    parameters: Sequence[nn.Parameter]
    batch: Callable[[int, batches.Share], dict[str, Tensor]]
    evaluate: Callable[[Any], dict[str, float]]


def fitted(
    path: pathlib.Path,
    fit: Fit,
    step: settings.Step,
    advance: progress.Advance = progress.silent,
) -> dict[str, Any]:
    """Fit a network, or read what an earlier run made of it, into its objective.

    Args:
        path: What is kept of it; beside it is what an interrupted run goes on from.
        fit: The network.
        step: How it is fitted.
        advance: Called with the steps done since the last call, and the share done.

    Returns:
        Steps, the step that was kept and its figures, seconds, and losses all along.

    Raises:
        InputError: The loss is NaN or infinite.
    """
    if path.exists():
        kept = torch.load(path, weights_only=True)
    else:
        kept = _fit(path, fit, step, advance)
    fit.objective.load_state_dict(kept.pop("weights"))
    record: dict[str, Any] = kept
    return record


def _fit(
    path: pathlib.Path, fit: Fit, step: settings.Step, advance: progress.Advance
) -> dict[str, Any]:
    checkpoint = path.with_suffix(".checkpoint.pt")
    earlier: dict[str, Any] = {"state": None, "seconds": 0.0}
    if checkpoint.exists():
        earlier = torch.load(checkpoint, weights_only=True)
    began = time.monotonic() - earlier["seconds"]
    rows: list[dict[str, float]] = []

    def keep(state: fitting.State) -> None:
        rows[:] = state["rows"]
        seconds = time.monotonic() - began
        _save(checkpoint, {"state": state, "seconds": seconds})
        advance(step.evaluate_every, state["step"] / step.steps)

    made = fitting.fit(
        fit.objective,
        [fitting.Group(parameters=fit.parameters)],
        _schedule(step),
        fitting.Hooks(
            batch=fit.batch, evaluate=fit.evaluate, keep=keep, log=lambda _: None
        ),
        earlier["state"],
    )
    kept = {
        "weights": made.weights,
        "steps": step.steps,
        "step": made.step,
        "metrics": made.metrics,
        "seconds": round(time.monotonic() - began, 1),
        "losses": rows or earlier["state"]["rows"],
    }
    _save(path, kept)
    checkpoint.unlink(missing_ok=True)
    return kept


def _schedule(step: settings.Step) -> fitting.Schedule:
    return fitting.Schedule(
        steps=step.steps,
        learning_rate=step.learning_rate,
        warmup_fraction=_WARMUP,
        weight_decay=step.weight_decay,
        ema=step.ema,
        evaluate_every=step.evaluate_every,
        accelerator="cpu",
    )


def _save(path: pathlib.Path, content: dict[str, Any]) -> None:
    with cache.replacing(path) as draft:
        torch.save(content, draft)
