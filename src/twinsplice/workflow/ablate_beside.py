"""Finished models beside the rows of an ablation, on the same test variants.

They have learned from other data by other steps, so they belong to no comparison at
equal terms; their lines say what the terms cost.
"""

import pathlib
from collections.abc import Iterator
from typing import Any

from twinsplice import errors
from twinsplice.io import targets as stores
from twinsplice.learn import splits
from twinsplice.models import devices
from twinsplice.workflow import (
    ablate_config,
    ablate_data,
    ablate_figures,
    ablate_rows,
    held_out,
    predictions,
    weights,
)


def read(
    config: ablate_config.Config, split: splits.Split
) -> tuple[weights.Trained, ...]:
    """Return the models asked for.

    Args:
        config: Which.
        split: Chromosomes; the test ones must have been learned from by none.

    Raises:
        TwinSpliceError: One cannot be read, has learned from a test chromosome, or
            test stores are not its base model's or keep too little sequence.
    """
    found = []
    for path in config.beside:
        trained = weights.load(path)
        both = sorted(set(split.test) & set(trained.card["splits"]["train"]))
        if both:
            raise errors.InputError(
                "a model beside an ablation has not learned from a held-out chromosome",
                got=f"{path} with {', '.join(both)}",
                remedy="leave it out of --beside, or hold out others",
            )
        for store in map(stores.open_store, config.test):
            held_out.require_fit(store, trained.card, trained.model.context)
        found.append(trained)
    return tuple(found)


def lines(
    config: ablate_config.Config,
    models: tuple[weights.Trained, ...],
    test: ablate_data.Test,
    truth: ablate_figures.Truth,
) -> Iterator[ablate_config.Line]:
    """Yield a line for every model.

    Args:
        config: How each is called, and on which device it runs.
        models: The models.
        test: The test variants.
        truth: What they are judged by.
    """
    for path, trained in zip(config.beside, models, strict=True):
        delta, _ = predictions.deltas(
            trained.model, test.pairs, device=devices.choose(config.accelerator)
        )
        found = ablate_figures.measured(delta, test.pairs) | {"seconds": 0.0}
        yield ablate_figures.line(
            ablate_rows.Row(name=path.name, title=_title(path)),
            _variants(trained.card),
            [found],
            truth,
        )


def _title(path: pathlib.Path) -> str:
    name = "default weights" if path.name == weights.SHIPPED else path.name
    return f"{name} (more data, more steps)"


def _variants(card: dict[str, Any]) -> int:
    """Return how many variants it has learned from."""
    for source in card["data"]:
        if "learned_from" in source:
            return int(source["learned_from"])
    return sum(
        source["used"]["train"] for source in card["data"] if source["kind"] == "pairs"
    )
