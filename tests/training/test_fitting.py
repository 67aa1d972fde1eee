"""Fitting: it learns, and an interrupted run ends in the same weights bit for bit."""

import copy
import dataclasses

import pytest
import torch
from torch import Tensor, nn

from twinsplice import errors
from twinsplice.training import batches, fitting

SCHEDULE = fitting.Schedule(
    steps=60, learning_rate=0.05, ema=0.9, evaluate_every=10, accelerator="cpu"
)


class Line(nn.Module):
    """Fits a straight line; the answer is known."""

    def __init__(self) -> None:
        super().__init__()
        self.slope = nn.Parameter(torch.zeros(()))
        self.offset = nn.Parameter(torch.zeros(()))

    def forward(self, batch: dict[str, Tensor]) -> dict[str, Tensor]:
        """Return the squared error."""
        found = self.slope * batch["x"] + self.offset
        return {"loss": (found - batch["y"]).square().mean()}


def batch(step: int, share: batches.Share) -> dict[str, Tensor]:
    del share
    x = torch.rand(8, generator=torch.Generator().manual_seed(step))
    return {"x": x, "y": 3 * x - 1}


def evaluate(model: nn.Module) -> dict[str, float]:
    assert isinstance(model, Line)
    return {"score": -abs(float(model.slope.detach()) - 3)}


class Stopped(Exception):  # noqa: N818
    """Stands for a kill."""


class Recorder:
    """Hooks that remember, and may stop the run after a state was kept."""

    def __init__(self, stop_at: int | None = None) -> None:
        self.states: list[fitting.State] = []
        self.rows: list[dict[str, float]] = []
        self.stop_at = stop_at

    def keep(self, state: fitting.State) -> None:
        """Remember a state; stop if told to."""
        self.states.append(copy.deepcopy(state))
        if state["step"] == self.stop_at:
            raise Stopped

    def hooks(self) -> fitting.Hooks:
        """Return what the loop calls."""
        return fitting.Hooks(
            batch=batch, evaluate=evaluate, keep=self.keep, log=self.rows.append
        )


def fit(
    recorder: Recorder,
    schedule: fitting.Schedule = SCHEDULE,
    state: fitting.State | None = None,
) -> fitting.Fitted:
    model = Line()
    groups = [
        fitting.Group(parameters=[model.slope]),
        fitting.Group(parameters=[model.offset], share=0.5),
    ]
    return fitting.fit(model, groups, schedule, recorder.hooks(), state)


def test_it_learns_what_is_to_be_learned() -> None:
    schedule = dataclasses.replace(SCHEDULE, steps=600, evaluate_every=100)
    fitted = fit(Recorder(), schedule)
    assert float(fitted.weights["slope"]) == pytest.approx(3, abs=0.1)
    assert float(fitted.weights["offset"]) == pytest.approx(-1, abs=0.1)


@pytest.mark.parametrize("stop_at", [10, 30, 50])
def test_an_interrupted_run_ends_as_an_unbroken_one(stop_at: int) -> None:
    whole, first, second = Recorder(), Recorder(stop_at), Recorder()
    wanted = fit(whole)
    with pytest.raises(Stopped):
        fit(first)
    found = fit(second, state=first.states[-1])
    assert found.steps == SCHEDULE.steps - stop_at
    assert second.states[-1]["rows"] == whole.rows
    for name, value in wanted.weights.items():
        assert torch.equal(found.weights[name], value)
    for name, value in whole.states[-1]["model"].items():
        assert torch.equal(second.states[-1]["model"][name], value)


def test_a_state_can_be_saved_without_pickled_code(tmp_path: object) -> None:
    recorder = Recorder()
    fit(recorder)
    path = f"{tmp_path}/state.pt"
    torch.save(recorder.states[-1], path)
    assert torch.load(path, weights_only=True)["step"] == SCHEDULE.steps


def test_the_best_weights_are_kept_and_a_stale_run_ends_early() -> None:
    scores = iter([1.0, 3.0, 2.0, 2.0, 9.0])
    recorder = Recorder()
    hooks = dataclasses.replace(
        recorder.hooks(), evaluate=lambda _: {"score": next(scores)}
    )
    model = Line()
    groups = [fitting.Group(parameters=list(model.parameters()))]
    schedule = dataclasses.replace(SCHEDULE, patience=2)
    fitted = fitting.fit(model, groups, schedule, hooks)
    assert (fitted.step, fitted.metrics["score"]) == (20, 3.0)
    assert recorder.states[-1]["step"] == 40


def test_rows_hold_the_mean_loss_and_the_rate() -> None:
    recorder = Recorder()
    fit(recorder)
    assert [row["step"] for row in recorder.rows] == [10, 20, 30, 40, 50, 60]
    assert recorder.rows[-1]["loss"] < recorder.rows[0]["loss"]
    assert recorder.rows[-1]["rate"] < recorder.rows[0]["rate"]


def test_a_loss_that_is_no_number_is_refused() -> None:
    recorder = Recorder()
    bad = dataclasses.replace(
        recorder.hooks(),
        batch=lambda step, share: {
            "x": torch.ones(2),
            "y": torch.full((2,), torch.nan),
        },
    )
    model = Line()
    groups = [fitting.Group(parameters=list(model.parameters()))]
    with pytest.raises(errors.InputError, match="a loss must be a number"):
        fitting.fit(model, groups, SCHEDULE, bad)


def test_what_is_kept_can_be_drawn_towards_what_it_began_as() -> None:
    once = dataclasses.replace(SCHEDULE, evaluate_every=SCHEDULE.steps)
    whole = fit(Recorder(), once).weights
    # The line begins as zeros.
    drawn = fit(
        Recorder(), dataclasses.replace(once, weight_interpolation=0.25)
    ).weights
    for name, value in whole.items():
        assert float(drawn[name]) == pytest.approx(0.75 * float(value))


def test_an_interrupted_run_is_drawn_towards_the_same_beginning() -> None:
    schedule = dataclasses.replace(SCHEDULE, weight_interpolation=0.25)
    whole, killed = Recorder(), Recorder(stop_at=30)
    expected = fit(whole, schedule)
    with pytest.raises(Stopped):
        fit(killed, schedule)
    assert fit(Recorder(), schedule, killed.states[-1]).weights == expected.weights
