"""Load the predictor that `score --model` names: a base model or a trained one."""

import pathlib
from collections.abc import Mapping
from typing import Any

from twinsplice import errors
from twinsplice.base_models import catalogue, contract, loading
from twinsplice.effect import deltas
from twinsplice.engine import devices
from twinsplice.models import paired
from twinsplice.predictors import checkpoints, score_calibration, trained
from twinsplice.stats import prediction_intervals

INFO = "TwinSplice"
"""INFO key of the scores of trained models."""
REFINE = "refine"
"""Key of the thresholds of refinement in a card, by base model."""
_ENDING = ".safetensors"


def load(
    name: str, folder: pathlib.Path | None, on: devices.Placement
) -> contract.Predictor:
    """Return the predictor of a name.

    Args:
        name: `checkpoints.SHIPPED`, a base model of the catalogue, a folder of base
            model weights, a weight file of ours, or the folder of a training run.
        folder: Folder of weights, for the base models that need one.
        on: Device and memory limit.

    Raises:
        InputError: The name is unknown.
        WeightsError: The weights are missing or damaged.
    """
    path = _path(name)
    if name in catalogue.entries() or not _is_trained(path):
        catalogue.check(name)
        return loading.load(name, folder).predictor(on)
    if folder is not None:
        raise errors.InputError(
            "--weights goes with a base model of the catalogue",
            got=f"--model {name}",
            remedy="leave --weights out, or name the base model",
        )
    return of_trained(checkpoints.load(path), name, on)


def folds(name: str) -> dict[str, list[str]]:
    """Return the chromosomes of each fold of a trained model; empty for a base model.

    Args:
        name: As for `load`.

    Raises:
        WeightsError: The weights are missing or damaged.
    """
    card = _card(name)
    return {} if card is None else _splits(card, name)


def _splits(card: Mapping[str, Any], name: str) -> dict[str, list[str]]:
    """Return the chromosomes of each fold in a card.

    Raises:
        WeightsError: They are damaged.
    """
    stored = card.get("splits") or {}
    is_sound = isinstance(stored, dict) and all(
        isinstance(contigs, list) and all(isinstance(each, str) for each in contigs)
        for contigs in stored.values()
    )
    if not is_sound:
        raise errors.WeightsError(
            "a trained model's card must list the chromosomes of each fold",
            got=f"{name}, whose card does not",
            remedy="check the path, or train it again",
        )
    return dict(stored)


def learned(name: str) -> str:
    """Return in words which chromosomes a model has learned from; empty if unknown.

    Base models have learned where splice sites are, trained models what their base
    model says of sequences, and from it.

    Args:
        name: As for `load`.

    Raises:
        WeightsError: The weights are missing or damaged.
    """
    entry = catalogue.entries().get(name)
    if entry is not None:
        return f"splice sites of {entry.learned_from}"
    card = _card(name)
    if card is None:
        return ""
    trained = _splits(card, name).get("train")
    base = str(card.get("base_model", ""))
    of_base = learned(base) if base in catalogue.entries() else ""
    own = f"{base or 'its base model'} on chr {', '.join(trained)}" if trained else ""
    inherited = f"and so {of_base}, as {base} has" if of_base else ""
    return "; ".join(filter(None, (own, inherited)))


def _card(name: str) -> dict[str, Any] | None:
    """Return the card of a trained model; None for a base model."""
    path = _path(name)
    if name in catalogue.entries() or not _is_trained(path):
        return None
    return checkpoints.load(path).card


def _path(name: str) -> pathlib.Path:
    """Return where the weights of a trained model are, if it is one."""
    return checkpoints.shipped() if name == checkpoints.SHIPPED else pathlib.Path(name)


def of_trained(
    checkpoint: checkpoints.Trained, name: str, on: devices.Placement
) -> trained.TrainedPredictor:
    """Return a trained model as a predictor.

    Args:
        checkpoint: The model and its card.
        name: Name of the predictor.
        on: Device and memory limit.

    Raises:
        WeightsError: The card's calibration is damaged, or another model's.
    """
    try:
        calibrations = score_calibration.by_mode(checkpoint.card)
    except (errors.InputError, AttributeError, TypeError) as error:
        raise _damaged(name, " ".join(str(error).split())[:120]) from error
    has_quantiles = isinstance(checkpoint.model, paired.PairedDeltaPredictor)
    of_quantiles = any(
        isinstance(calibration.intervals, prediction_intervals.Intervals)
        and calibration.intervals.quantiles
        for calibration in calibrations.values()
    )
    if of_quantiles and not has_quantiles:
        raise _damaged(name, "intervals of quantiles that the model does not have")
    base = checkpoint.card.get("base_model")
    architecture = type(checkpoint.model).__name__
    title = f"{architecture} of {base}" if base else architecture
    return trained.TrainedPredictor(
        name=name,
        info=INFO,
        title=INFO if name == checkpoints.SHIPPED else title,
        kinds=deltas.SITE_KINDS,
        sha256=checkpoint.sha256,
        ensemble=trained.ensemble(checkpoint.model, on),
        refine_thresholds=thresholds(checkpoint.card, name),
        anchor_model=_anchor_model(checkpoint),
        model=checkpoint.model,
        calibrations=calibrations,
    )


def _anchor_model(checkpoint: checkpoints.Trained) -> contract.AnchorModel | None:
    """Return the base model that a paired predictor was trained on."""
    name, sha256 = (
        checkpoint.card.get(key) for key in ("base_model", "base_model_sha256")
    )
    is_paired = isinstance(checkpoint.model, paired.PairedDeltaPredictor)
    if not (is_paired and isinstance(name, str) and isinstance(sha256, str)):
        return None
    return contract.AnchorModel(name, sha256)


def thresholds(card: Mapping[str, Any], name: str) -> dict[str, contract.Thresholds]:
    """Return the thresholds of refinement in a card, by base model.

    Args:
        card: The card.
        name: The model's name, for messages.

    Raises:
        WeightsError: They are damaged.
    """
    try:
        stored = card.get(REFINE) or {}
        found = {
            base: contract.Thresholds(
                **{mode: float(each["threshold"]) for mode, each in by_mode.items()}
            )
            for base, by_mode in stored.items()
        }
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise _damaged(name, f"no thresholds of refinement: {error!r}"[:120]) from error
    sizes = [size for each in found.values() for size in (each.plain, each.anchored)]
    if not all(size is None or 0 <= size <= 1 for size in sizes):
        raise _damaged(name, "a threshold of refinement out of 0 to 1")
    return found


def _is_trained(path: pathlib.Path) -> bool:
    run_files = (path / checkpoints.NAME, path / "config.json")
    return path.name.endswith(_ENDING) or any(file.is_file() for file in run_files)


def _damaged(name: str, got: str) -> errors.WeightsError:
    return errors.WeightsError(
        "a trained model's calibration must be its own",
        got=f"{name} ({got})",
        remedy="calibrate it again with twinsplice calibrate",
    )
