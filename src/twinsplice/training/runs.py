"""Training runs: from a model and data to a run folder.

A run folder holds `config.json` (settings, and the rows used), `environment.json`,
`metrics.csv`, `checkpoint.pt` and, once the run has ended, `weights.safetensors` with
its card.
"""

import csv
import dataclasses
import json
from collections.abc import Mapping
from typing import Any

import torch
from torch import nn

import twinsplice
from twinsplice import errors, models, progress
from twinsplice.base_models import loading
from twinsplice.models import architecture, inheritance, paired, siamese
from twinsplice.models.reported import calibrated
from twinsplice.predictors import checkpoints
from twinsplice.settings import renamed
from twinsplice.settings import train as train_settings
from twinsplice.training import (
    batches,
    datasets,
    environment,
    fitting,
    losses,
    objectives,
    processes,
    run_states,
    validation,
)

CHECKPOINT = "checkpoint.pt"
"""Name of the file in a run's folder that it is resumed from."""
_METRICS = "metrics.csv"
_DEFAULTS = {
    field.name: field.default for field in dataclasses.fields(train_settings.Config)
}


def learn(
    config: train_settings.Config,
    data: datasets.Data,
    advance: progress.Advance = progress.silent,
) -> train_settings.Summary:
    """Train a model on loaded data.

    Args:
        config: Settings of the run; its targets and folds are only recorded.
        data: Training and validation data.
        advance: Called with the steps done since the last call and the share done.

    Raises:
        TwinSpliceError: The data or the settings cannot be used.
    """
    torch.manual_seed(config.seed)
    model, inherited = begin(config)
    datasets.require_fit(model, data, config)
    first = processes.is_first()
    state = _open_run(config, data) if first else None
    mixture = batches.Mixture(
        profiles=data.profiles,
        pairs=data.pairs,
        windows=config.windows,
        variants=config.variants,
        context=model.context,
        seed=config.seed,
    )
    objective = objectives.Objective(model, terms(config, model))
    log = _Log(config, advance, state) if first else None
    fitted = fitting.fit(
        objective,
        _groups(model, inherited, config.encoder_lr_scale),
        _schedule(config),
        fitting.Hooks(
            batch=lambda step, share: tensors(mixture.step(step, share)),
            evaluate=lambda candidate: _evaluate(candidate, data, config),
            keep=lambda new_state: run_states.write(
                config.output / CHECKPOINT, new_state
            ),
            log=lambda row: None if log is None else log.write(row),
        ),
        state,
    )
    prefix = "model."
    model.load_state_dict(
        {name.removeprefix(prefix): value for name, value in fitted.weights.items()}
    )
    if first:
        checkpoints.save(
            config.output / checkpoints.NAME, model, card(config, data, fitted)
        )
    return train_settings.Summary(
        output=config.output,
        step=fitted.step,
        metrics=fitted.metrics,
        steps=fitted.steps,
        seconds=fitted.seconds,
        waited=fitted.waited,
    )


def begin(
    config: train_settings.Config,
) -> tuple[siamese.SiameseModel, set[str]]:
    """Return the model to train and the names of parameters taken from a base model.

    Raises:
        TwinSpliceError: The initial weights cannot be used.
    """
    if config.init_weights is not None:
        model = checkpoints.load(config.init_weights).model.train()
        model.requires_grad_(requires_grad=True)
        return model, set()
    if config.architecture != "paired":
        predictor: siamese.SiameseModel = checkpoints.ORIGINAL[config.architecture]()
        if config.strategy == "none":
            return predictor, set()
        options = {"quantile": config.quantile} if config.strategy == "quantile" else {}
        return models.create_calibrated_predictor(
            base_predictor=predictor, strategy=config.strategy, **options
        ), set()
    shape = architecture.of_blocks(config.blocks)
    shape = dataclasses.replace(
        shape,
        gate_every=config.gate_every,
        channels=config.channels,
        latents=config.latents,
    )
    if config.init_from is None:
        return paired.PairedDeltaPredictor(shape), set()
    base = loading.load(config.init_from)
    if not 0 <= config.member < len(base.members):
        raise errors.InputError(
            f"{base.name} has members 0 to {len(base.members) - 1}",
            got=str(config.member),
            remedy="choose one of them as --member",
        )
    initialised = inheritance.from_base(base.members[config.member].network(), shape)
    inherited = {
        name
        for name, _ in initialised.named_parameters()
        if name.startswith(("stem", "blocks", "skips", "site.")) and "gate" not in name
    }
    return initialised, inherited


def card(
    config: train_settings.Config, data: datasets.Data, fitted: fitting.Fitted
) -> dict[str, Any]:
    """Return the card of the trained model."""
    return {
        "twinsplice": twinsplice.__version__,
        "base_model": data.metadata["base_model"],
        "base_model_sha256": data.metadata["base_model_sha256"],
        "init_from": config.init_from,
        "start": str(config.init_weights) if config.init_weights else None,
        "data": data.sources,
        "splits": {
            "train": list(data.split.train),
            "validation": list(data.split.validation),
            "test": list(data.split.test),
        },
        "step": fitted.step,
        "metrics": {"validation": fitted.metrics},
        "settings": _plain(config),
        "licence": "Apache-2.0"
        if data.metadata["base_model"] != "cispliceai"
        else "CC BY 4.0; distilled from CI-SpliceAI (Strauch et al. 2022)",
    }


def terms(
    config: train_settings.Config, model: siamese.SiameseModel
) -> objectives.Terms:
    """Return the loss terms of a configuration."""
    delta = {
        "mse": losses.mse,
        "huber": losses.huber(0.05),
        "pinball": losses.pinball(config.quantile),
    }[config.delta_loss]
    if isinstance(model, calibrated.QuantilePredictor):
        delta = losses.pinball(model.quantile)
    return objectives.Terms(
        delta=delta,
        delta_weight=config.delta_weight,
        delta_floor=config.delta_floor,
        delta_trust=config.delta_trust,
        anchored_weight=config.anchored_weight,
        profile_weight=config.profile_weight,
        quantile_weight=config.quantile_weight,
        measured_weight=config.measured_weight,
    )


def _groups(model: nn.Module, inherited: set[str], share: float) -> list[fitting.Group]:
    parameters = list(model.named_parameters())
    copied = [parameter for name, parameter in parameters if name in inherited]
    others = [parameter for name, parameter in parameters if name not in inherited]
    groups = [fitting.Group(parameters=others)]
    return (
        [*groups, fitting.Group(parameters=copied, share=share)] if copied else groups
    )


def _schedule(config: train_settings.Config) -> fitting.Schedule:
    names = {field.name for field in dataclasses.fields(fitting.Schedule)}
    settings = dataclasses.asdict(config)
    return fitting.Schedule(**{name: settings[name] for name in names})


def tensors(batch: Mapping[str, batches.Batch]) -> dict[str, dict[str, torch.Tensor]]:
    """Return a batch as tensors on the CPU."""
    return {
        source: {name: torch.from_numpy(value) for name, value in arrays.items()}
        for source, arrays in batch.items()
    }


@torch.no_grad()
def _evaluate(
    objective: nn.Module, data: datasets.Data, config: train_settings.Config
) -> dict[str, float]:
    assert isinstance(objective, objectives.Objective)
    model = objective.model
    if data.validation_pairs:
        return validation.of_pairs(
            model,
            data.validation_pairs,
            config.evaluate_on,
            measured=config.measured_weight > 0,
            anchored=config.anchored_weight > 0,
        )
    assert isinstance(model, paired.PairedDeltaPredictor)
    return validation.of_profiles(model, data.validation_profiles, config.evaluate_on)


def _open_run(
    config: train_settings.Config, data: datasets.Data
) -> fitting.State | None:
    """Make the run's folder, or read the state to resume from."""
    folder = config.output
    checkpoint = folder / CHECKPOINT
    # Rows that were labelled meanwhile would change the batches.
    settings = _plain(config) | {"data": data.sources}
    if config.resume and checkpoint.is_file():
        # A setting that is newer than the run had its default value.
        earlier = _DEFAULTS | renamed.current(
            run_states.settings(folder / "config.json")
        )
        changed = sorted(k for k in settings if settings[k] != earlier.get(k))
        if changed:
            raise errors.InputError(
                "a run is resumed with the settings it was begun with",
                got=f"other values of {', '.join(changed)}",
                remedy=f"use those of {folder / 'config.json'}",
            )
        return run_states.read(checkpoint)
    if (folder / "config.json").exists() and not config.resume:
        raise errors.InputError(
            "a run needs a folder of its own",
            got=f"{folder}, which holds one",
            remedy="add --resume, or name another --output",
        )
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(settings, indent=2) + "\n")
    (folder / "environment.json").write_text(
        json.dumps(environment.describe(), indent=2) + "\n"
    )
    return None


def _plain(config: train_settings.Config) -> dict[str, Any]:
    """The settings that the result depends on, as JSON values."""
    settings = dataclasses.asdict(config)
    for name in ("resume", "quiet", "output"):
        del settings[name]
    plain: dict[str, Any] = json.loads(json.dumps(settings, default=str))
    return plain


class _Log:
    """Writes rows of figures to a CSV file and reports progress."""

    def __init__(
        self,
        config: train_settings.Config,
        advance: progress.Advance,
        state: fitting.State | None,
    ) -> None:
        self.path = config.output / _METRICS
        self.steps, self.advance = config.steps, advance
        self.reported = state["step"] if state else 0
        # The run may have been killed between writing a state and its row.
        self.path.unlink(missing_ok=True)
        for row in state["rows"] if state else ():
            self._append(row)
        advance(0, self.reported / self.steps)

    def write(self, row: Mapping[str, float]) -> None:
        """Append a row and report progress."""
        self._append(row)
        step = int(row["step"])
        self.advance(step - self.reported, step / self.steps)
        self.reported = step

    def _append(self, row: Mapping[str, float]) -> None:
        fresh = not self.path.exists()
        with self.path.open("a", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(row))
            if fresh:
                writer.writeheader()
            writer.writerow({name: f"{value:.6g}" for name, value in row.items()})
