"""Fit a network: one training loop for every model, device and number of devices.

Lightning Fabric owns devices, mixed precision and processes, which share each batch and
take the same steps as one process with all of it. The loop owns the schedule, the
averaged weights, early stopping, and a state to resume from: on a CPU, a run that was
interrupted ends with the same weights as one that was not.
"""

import concurrent.futures
import copy
import dataclasses
import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import lightning_fabric
import torch
from torch import Tensor, nn
from torch.optim import lr_scheduler, swa_utils

from twinsplice import errors
from twinsplice.training import batches

_SHARED = "ddp_find_unused_parameters_true"

State = dict[str, Any]
Parts = Mapping[str, Tensor]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Schedule:
    """Schedule of training: optimiser, evaluations, precision and devices.

    Attributes:
        steps: Optimiser steps.
        learning_rate: Peak learning rate of the one-cycle schedule.
        warmup_fraction: Share of the steps before the peak.
        weight_decay: Decoupled weight decay.
        grad_clip: Largest norm of the gradient.
        ema: Decay of the moving average of the weights, per step.
        weight_interpolation: Share of the initial weights in those that are evaluated
            and kept; 0 for none. It reduces forgetting (Wortsman et al. 2022,
            arXiv:2109.01903).
        evaluate_every: Steps between evaluations.
        patience: Evaluations without improvement before training stops; 0 never stops.
        precision: Precision in Fabric's terms: `32-true` or `bf16-mixed`.
        accelerator: Accelerator in Fabric's terms: `auto`, `cpu`, `cuda`.
        devices: Number of devices.
    """

    steps: int
    learning_rate: float
    warmup_fraction: float = 0.1
    weight_decay: float = 1e-4
    grad_clip: float = 1.0
    ema: float = 0.999
    weight_interpolation: float = 0.0
    evaluate_every: int = 500
    patience: int = 0
    precision: str = "32-true"
    accelerator: str = "auto"
    devices: int = 1


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Group:
    """Parameters that share a learning rate.

    Attributes:
        parameters: The parameters.
        share: Their learning rate as a multiple of the schedule's.
    """

    parameters: Sequence[nn.Parameter]
    share: float = 1.0


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Hooks:
    """Callbacks of the training loop.

    Attributes:
        batch: Returns a process's share of the batch of a step, as tensors on the CPU.
        evaluate: Returns the metrics of a model; the highest `score` is kept.
        keep: Stores a state to resume from; called by the first process alone.
        log: Records a row of figures: step, loss and its parts, rates, metrics;
            likewise.
    """

    batch: Callable[[int, batches.Share], Any]
    evaluate: Callable[[nn.Module], dict[str, float]]
    keep: Callable[[State], None]
    log: Callable[[dict[str, float]], None]


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Fitted:
    """Result of a fit.

    Attributes:
        weights: Weights of the best evaluation.
        metrics: Metrics of that evaluation.
        step: Step of that evaluation.
        seconds: Time spent in steps by this run (s).
        waited: Part of it spent waiting for batches (s).
        steps: Steps that this run did.
    """

    weights: dict[str, Tensor]
    metrics: dict[str, float]
    step: int
    seconds: float
    waited: float
    steps: int


def fit(
    objective: nn.Module,
    groups: Sequence[Group],
    schedule: Schedule,
    hooks: Hooks,
    state: State | None = None,
) -> Fitted:
    """Fit a network to a stream of batches.

    Args:
        objective: Called with a batch; returns the losses by name, `loss` among
            them, which is minimised.
        groups: Its trainable parameters.
        schedule: Schedule of training.
        hooks: Callbacks.
        state: A state that an earlier run passed to `hooks.keep`.

    Raises:
        InputError: The loss is NaN or infinite.
    """
    fabric = lightning_fabric.Fabric(
        accelerator=schedule.accelerator,
        devices=schedule.devices,
        # Some losses leave weights unused.
        strategy="auto" if schedule.devices == 1 else _SHARED,
        precision=schedule.precision,  # type: ignore[arg-type]
    )
    fabric.launch()
    optimiser = torch.optim.AdamW(
        [
            {
                "params": list(group.parameters),
                "lr": schedule.learning_rate * group.share,
            }
            for group in groups
        ],
        weight_decay=schedule.weight_decay,
    )
    model, optimiser = fabric.setup(objective, optimiser)
    loop = _Loop(fabric, objective, model, optimiser, schedule, groups)
    # The first process reads; all go on from the same.
    state = fabric.broadcast(state)
    if state is not None:
        loop.restore(state)
    return loop.run(hooks)


class _Loop:
    """State of a run that changes with every step."""

    def __init__(
        self,
        fabric: Any,  # noqa: ANN401
        plain: nn.Module,
        model: Any,  # noqa: ANN401
        optimiser: Any,  # noqa: ANN401
        schedule: Schedule,
        groups: Sequence[Group],
    ) -> None:
        self.fabric, self.plain, self.model = fabric, plain, model
        self.optimiser, self.schedule = optimiser, schedule
        average = swa_utils.get_ema_multi_avg_fn(  # type: ignore[no-untyped-call]
            schedule.ema
        )
        self.averaged = swa_utils.AveragedModel(plain, multi_avg_fn=average)
        self.scheduler = lr_scheduler.OneCycleLR(
            optimiser,
            max_lr=[schedule.learning_rate * group.share for group in groups],
            total_steps=schedule.steps + 1,
            pct_start=schedule.warmup_fraction,
            cycle_momentum=False,
        )
        self.initial = [parameter.detach().clone() for parameter in plain.parameters()]
        self.step = 0
        self.best: State = {"score": -math.inf, "step": 0, "metrics": {}, "weights": {}}
        self.stale = 0
        self.rows: list[dict[str, float]] = []

    def state(self) -> State:
        """Return everything that the rest of the run depends on."""
        return {
            "step": self.step,
            "stale": self.stale,
            "best": self.best,
            "rows": self.rows,
            "model": self.plain.state_dict(),
            "averaged": self.averaged.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "scheduler": self.scheduler.state_dict(),
        }

    def restore(self, state: State) -> None:
        self.step, self.stale, self.best = state["step"], state["stale"], state["best"]
        self.rows = list(state["rows"])
        self.plain.load_state_dict(state["model"])
        self.averaged.load_state_dict(state["averaged"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.scheduler.load_state_dict(state["scheduler"])

    def run(self, hooks: Hooks) -> Fitted:
        start_time, first_step, waited = time.monotonic(), self.step, 0.0
        sums: dict[str, Tensor] = {}
        every = self.schedule.evaluate_every
        for batch, wait in self._batches(hooks):
            waited += wait
            for name, value in self._learn(batch).items():
                # Left on the device: to look at a number is to wait for it.
                earlier = sums.get(name)
                sums[name] = (
                    value.detach() if earlier is None else earlier + value.detach()
                )
            if self.step % every and self.step < self.schedule.steps:
                continue
            done = self.step % every or every
            row = {name: self._mean(total) / done for name, total in sums.items()}
            sums = {}
            _require_number(row["loss"], self.step)
            if self._evaluated(hooks, row):
                break
        return Fitted(
            weights=self.best["weights"],
            metrics=self.best["metrics"],
            step=self.best["step"],
            seconds=time.monotonic() - start_time,
            waited=waited,
            steps=self.step - first_step,
        )

    def _batches(self, hooks: Hooks) -> Iterator[tuple[Any, float]]:
        """Yield batches and the time waited; the next one is prepared meanwhile."""
        share = batches.Share(self.fabric.global_rank, self.fabric.world_size)
        on_gpu = self.fabric.device.type == "cuda"

        def made(step: int) -> Any:  # noqa: ANN401
            batch = hooks.batch(step, share)
            return _pinned(batch) if on_gpu else batch

        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            pending = pool.submit(made, self.step)
            while self.step < self.schedule.steps:
                began = time.monotonic()
                batch = pending.result()
                pending = pool.submit(made, self.step + 1)
                yield self.fabric.to_device(batch), time.monotonic() - began

    def _learn(self, batch: Any) -> Parts:  # noqa: ANN401
        self.optimiser.zero_grad(set_to_none=True)
        parts: Parts = self.model(batch)
        self.fabric.backward(parts["loss"])
        self.fabric.clip_gradients(
            self.model,
            self.optimiser,
            max_norm=self.schedule.grad_clip,
            error_if_nonfinite=False,
        )
        self.optimiser.step()
        self.scheduler.step()
        self.averaged.update_parameters(self.plain)
        self.step += 1
        return parts

    def _mean(self, value: Tensor) -> float:
        """Return the mean of a number over the processes."""
        return float(self.fabric.all_reduce(value, reduce_op="mean"))

    def _candidate(self) -> nn.Module:
        """Return the averaged network, interpolated towards its initial weights."""
        self.averaged.eval()
        if not self.schedule.weight_interpolation:
            return self.averaged.module
        candidate = copy.deepcopy(self.averaged.module)
        with torch.no_grad():
            for weight, initial in zip(
                candidate.parameters(), self.initial, strict=True
            ):
                weight.lerp_(
                    initial.to(weight.device), self.schedule.weight_interpolation
                )
        return candidate

    def _evaluated(self, hooks: Hooks, row: dict[str, float]) -> bool:
        """Evaluate, log and store a state; return whether to stop early."""
        candidate = self._candidate()
        # All evaluate, but agree on the figures of the first: they must not part.
        metrics = self.fabric.broadcast(hooks.evaluate(candidate))
        # A score may be undefined (NaN) as long as all predictions are alike.
        if not self.best["weights"] or metrics["score"] > self.best["score"]:
            weights = candidate.state_dict()
            self.best = {
                "score": max(-math.inf, metrics["score"]),
                "step": self.step,
                "metrics": metrics,
                "weights": {name: value.clone() for name, value in weights.items()},
            }
            self.stale = 0
        else:
            self.stale += 1
        rate = float(self.scheduler.get_last_lr()[0])
        self.rows.append({"step": float(self.step), "rate": rate, **row, **metrics})
        if self.fabric.is_global_zero:
            hooks.keep(self.state())
            hooks.log(self.rows[-1])
        return 0 < self.schedule.patience <= self.stale


def _pinned(batch: Any) -> Any:  # noqa: ANN401
    """Return a batch in memory that a GPU copies from while the program goes on."""
    if isinstance(batch, Tensor):
        return batch.pin_memory()
    return {name: _pinned(value) for name, value in batch.items()}


def _require_number(loss: float, step: int) -> None:
    if not math.isfinite(loss):
        raise errors.InputError(
            "a loss must be a number",
            got=f"{loss} about step {step}",
            remedy="lower the learning rate; the last checkpoint is kept",
        )
