"""The whole recipe: near weights, a map, a genome and stores to a weight file."""

import pathlib
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from recipes.far_stage import (
    delta_step,
    encodings,
    fits,
    gene_features,
    genes,
    inputs,
    predictors,
    reference_step,
    settings,
    strips,
    teachers,
    variants,
)
from torch import Tensor

from twinsplice import errors, progress
from twinsplice.io.annotation import annotations
from twinsplice.models import far_stage, paired
from twinsplice.predictors import checkpoints
from twinsplice.training import datasets, environment, splits

_SMALL = 1e-3
"""Added to the mean size of skip channels, so that unused ones do not become large."""
SPLIT = splits.holding_out(settings.TEST, settings.VALIDATION)


def run(
    config: settings.Config,
    far: far_stage.FarConfig | None = None,
    advance: progress.Advance = progress.silent,
) -> pathlib.Path:
    """Make a far stage; return the weight file. What the output holds is not redone.

    Args:
        config: Settings of the run.
        far: Architecture of the far stage; the default one if not given.
        advance: Called with the work done since the last call and the share done.

    Raises:
        TwinSpliceError: The inputs cannot be used.
    """
    if config.threads:
        torch.set_num_threads(config.threads)
    torch.manual_seed(config.seed)
    with inputs.opened(config) as given:
        inputs.open_folder(config, given)
        model = predictors.with_far(given.near, far or far_stage.FarConfig())
        record: dict[str, Any] = {"settings": inputs.plain(config)}
        scale = _learn_reference(config, given, model, record, advance)
        _learn_deltas(config, given, model, scale, record, advance)
    path = config.output / checkpoints.NAME
    predictors.save(path, predictors.absorb(model, scale), given.near, record)
    return path


def _learn_reference(
    config: settings.Config,
    given: inputs.Inputs,
    model: paired.PairedDeltaPredictor,
    record: dict[str, Any],
    advance: progress.Advance,
) -> Float[Tensor, " width"]:
    """Fit teacher and far stage to the map; return factors of skip channels."""
    far, adjust = model.far, model.adjust
    assert far is not None
    assert adjust is not None
    train, validation = _strips(config, given, model, far.reach, advance)
    size = np.abs(train.skip.astype(np.float32)).mean(axis=0) + _SMALL
    scale = torch.from_numpy((1 / size).astype(np.float32))
    inner = config.stretch // far_stage.BIN, far.config.channels
    teacher = teachers.Teacher(far.config, scale)
    heads = far_stage.Correction(len(scale), far.config.hidden, paired.SITES)

    def fit(
        name: str,
        objective: reference_step.ReferenceObjective,
        step: settings.Step,
        part: tuple[float, float],
    ) -> None:
        draw = reference_step.drawn(
            train, step, config, inner, taught=name == "student"
        )
        record[name] = fits.fitted(
            config.output / f"{name}.pt",
            fits.Fit(
                objective=objective,
                parameters=list(objective.parameters()),
                batch=draw,
                evaluate=lambda one: reference_step.evaluate(one, validation),
            ),
            step,
            progress.part(advance, *part),
        )

    own = reference_step.ReferenceObjective(teacher, heads, scale)
    fit("teacher", own, config.teacher, (0.1, 0.2))
    teachers.begin_as(far, teacher)
    adjust.load_state_dict(heads.state_dict())
    teacher.requires_grad_(requires_grad=False)
    taught = reference_step.ReferenceObjective(far, adjust, scale, teacher)
    fit("student", taught, config.student, (0.2, 0.8))
    record["places"] = len(train.position)
    return scale


def _strips(
    config: settings.Config,
    given: inputs.Inputs,
    model: paired.PairedDeltaPredictor,
    reach: int,
    advance: progress.Advance,
) -> list[strips.Strip]:
    """Return the genes of training, then those of validation."""
    chosen = genes.selected(
        given.map, given.references, SPLIT, config.max_bases, config.seed
    )
    folder = config.output / "genes"
    by_fold = gene_features.encoders(
        model, config.least, short=config.precision == "bfloat16"
    )
    shown = progress.part(advance, 0.0, 0.1)
    gene_features.make(folder, chosen, given.map, by_fold, shown)
    return [
        strips.join(
            [gene_features.read(folder, gene) for gene in chosen if gene.fold == fold],
            reach,
            config.stretch,
        )
        for fold in ("train", "validation")
    ]


def _learn_deltas(
    config: settings.Config,
    given: inputs.Inputs,
    model: paired.PairedDeltaPredictor,
    scale: Float[Tensor, " width"],
    record: dict[str, Any],
    advance: progress.Advance,
) -> None:
    """Fit the correction to variants."""
    train, validation = (
        _variants(config, given, model, fold, progress.part(advance, low, low + 0.05))
        for fold, low in (("train", 0.8), ("validation", 0.85))
    )
    objective = delta_step.DeltaObjective(
        model, scale, (config.delta_weight, config.reference_weight)
    )
    record["delta"] = fits.fitted(
        config.output / "delta.pt",
        fits.Fit(
            objective=objective,
            parameters=delta_step.parameters(model),
            batch=delta_step.drawn(train, config.delta, config.seed),
            evaluate=lambda one: delta_step.evaluate(one, validation),
        ),
        config.delta,
        progress.part(advance, 0.9, 1.0),
    )
    record["variants"] = sum(len(part.ref) for part in train)
    record["environment"] = environment.describe()


def _variants(
    config: settings.Config,
    given: inputs.Inputs,
    model: paired.PairedDeltaPredictor,
    fold: str,
    advance: progress.Advance,
) -> list[encodings.Encoded]:
    """Return the variants of a fold, one item a store."""
    network = model.network()
    if fold == "train" and config.precision == "bfloat16":
        network = network.shortened()
    genome = given.references, annotations.load(config.annotation).index
    made = []
    for number, store in enumerate(given.stores):
        rows = store.done_rows() & SPLIT.assign(datasets.contigs(store), ())[fold]
        rows &= variants.thinned(rows, config.max_variants)
        if rows.any():
            name = f"variants.{number}.{fold}"
            part = variants.read(store, rows, name, config.site_fraction, genome)
            made.append(encodings.encoded(config.output, part, model, network, advance))
    if not made:
        raise errors.InputError(
            f"the {fold} fold ({', '.join(getattr(SPLIT, fold))}) needs variants",
            got="none in the stores",
            remedy="add a store that has some as --pairs",
        )
    return made
