"""What `score --model` names: a base model, or a trained one."""

import pathlib

from twinsplice import errors
from twinsplice.base_models import catalogue, contract, loading
from twinsplice.effect import deltas
from twinsplice.models import paired
from twinsplice.predictors import checkpoints, score_calibration, trained

INFO = "TwinSplice"
"""INFO key of the scores of trained models."""
_ENDING = ".safetensors"


def load(name: str, folder: pathlib.Path | None = None) -> contract.Predictor:
    """Return what a name stands for.

    Args:
        name: `weights.SHIPPED`, a base model of the catalogue, a folder of base
            model weights, a weight file of ours, or the folder of a training run.
        folder: Folder of weights, for the base models that need one.

    Raises:
        InputError: The name is unknown.
        WeightsError: The weights are missing or damaged.
    """
    path = checkpoints.shipped() if name == checkpoints.SHIPPED else pathlib.Path(name)
    if name in catalogue.entries() or not _is_ours(path):
        return loading.load(name, folder)
    if folder is not None:
        raise errors.InputError(
            "--weights goes with a base model of the catalogue",
            got=f"--model {name}",
            remedy="leave --weights out, or name the base model",
        )
    return of_trained(checkpoints.load(path), name)


def folds(name: str) -> dict[str, list[str]]:
    """Return the chromosomes of each fold of a trained model; none of a base model.

    Args:
        name: As for `load`.

    Raises:
        WeightsError: The weights are missing or damaged.
    """
    path = pathlib.Path(name)
    if name in catalogue.entries() or not _is_ours(path):
        return {}
    found = checkpoints.load(path).card.get("splits") or {}
    return {fold: list(contigs) for fold, contigs in found.items()}


def of_trained(found: checkpoints.Trained, name: str) -> trained.SiamesePredictor:
    """Return a trained model as a predictor.

    Raises:
        WeightsError: The card's calibration is damaged, or another model's.
    """
    try:
        sure = score_calibration.from_card(found.card)
    except (errors.InputError, AttributeError, TypeError) as error:
        raise _damaged(name, " ".join(str(error).split())[:120]) from error
    has_quantiles = isinstance(found.model, paired.PairedDeltaPredictor)
    if sure.intervals and sure.intervals.quantiles and not has_quantiles:
        raise _damaged(name, "intervals of quantiles that the model does not have")
    base = found.card.get("base_model")
    made = type(found.model).__name__
    return trained.SiamesePredictor(
        name=name,
        info=INFO,
        tracks=trained.TRACKS,
        kinds=deltas.SITE_KINDS,
        sha256=found.sha256,
        model=found.model,
        sure=sure,
        made=f"{made} of {base}" if base else made,
    )


def _is_ours(path: pathlib.Path) -> bool:
    run = (path / checkpoints.NAME, path / "config.json")
    return path.name.endswith(_ENDING) or any(each.is_file() for each in run)


def _damaged(name: str, got: str) -> errors.WeightsError:
    return errors.WeightsError(
        "a trained model's calibration must be its own",
        got=f"{name} ({got})",
        remedy="calibrate it again with twinsplice calibrate",
    )
