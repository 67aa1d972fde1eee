"""Finished models measured on the test variants of an ablation.

They were trained on other data and by other steps, so they are no part of the
comparison at equal terms; their lines show the effect of more data and steps.
"""

import pathlib
from collections.abc import Iterator
from typing import Any

from benchmarks.ablation import data as ablation_data
from benchmarks.ablation import figures
from benchmarks.ablation import rows as ablation_rows
from benchmarks.ablation import settings as ablation_settings

from twinsplice import errors
from twinsplice.engine import devices
from twinsplice.io import target_store as stores
from twinsplice.predictors import checkpoints
from twinsplice.training import held_out, inference, splits


def read(
    config: ablation_settings.Config, split: splits.Split
) -> tuple[checkpoints.Trained, ...]:
    """Return the models of `compare_with`.

    Args:
        config: The settings.
        split: Chromosomes; no model may have been trained on those of the test.

    Raises:
        TwinSpliceError: One cannot be read, has learned from a test chromosome, or
            test stores are not its base model's or keep too little sequence.
    """
    models = []
    for path in config.compare_with:
        trained = checkpoints.load(path)
        overlap = sorted(set(split.test) & set(trained.card["splits"]["train"]))
        if overlap:
            raise errors.InputError(
                "a model beside an ablation has not learned from a held-out chromosome",
                got=f"{path} with {', '.join(overlap)}",
                remedy="leave it out of --compare-with, or hold out others",
            )
        for store in map(stores.open_store, config.test):
            held_out.require_fit(store, trained.card, trained.model.context)
        models.append(trained)
    return tuple(models)


def lines(
    config: ablation_settings.Config,
    models: tuple[checkpoints.Trained, ...],
    test: ablation_data.Test,
    truth: figures.Truth,
) -> Iterator[ablation_settings.Line]:
    """Yield a line for every model.

    Args:
        config: The settings, for names and the device.
        models: The models.
        test: The test variants.
        truth: The target sizes.
    """
    for path, trained in zip(config.compare_with, models, strict=True):
        delta, _ = inference.deltas(
            trained.model, test.pairs, device=devices.choose(config.accelerator)
        )
        result = figures.measured(delta, test.pairs) | {"seconds": 0.0}
        yield figures.line(
            ablation_rows.Row(name=path.name, title=_title(path)),
            _variants(trained.card),
            [result],
            truth,
        )


def _title(path: pathlib.Path) -> str:
    name = "default weights" if path.name == checkpoints.SHIPPED else path.name
    return f"{name} (more data, more steps)"


def _variants(card: dict[str, Any]) -> int:
    """Return the number of its training variants."""
    for source in card["data"]:
        if "learned_from" in source:
            return int(source["learned_from"])
    return sum(
        source["used"]["train"] for source in card["data"] if source["kind"] == "pairs"
    )
