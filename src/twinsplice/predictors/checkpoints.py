"""Trained weights: one safetensors file with a card that describes them.

The card is in the file's own metadata, and once more beside it as JSON for people to
read: model and shape, base model, data, splits, metrics, calibration, licence.
"""

import dataclasses
import hashlib
import importlib.resources
import json
import pathlib
from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import nn

from twinsplice import errors
from twinsplice.base_models import tensor_files
from twinsplice.io import cache, sealing
from twinsplice.models import architecture, paired, siamese
from twinsplice.models.reported import calibrated, original, single_pass

FORMAT = 1
"""Version of the file format; files of other versions are refused."""
NAME = "weights.safetensors"
"""Name of the file in a run's folder."""
SHIPPED = "twinsplice"
"""Name of the packaged weights, accepted in place of a path."""
_CARD, _SEAL = "card", "seal"
# Beyond any model's: entries of a list, levels, numbers, and bases of context.
_LONGEST, _DEEPEST, _LARGEST, _WIDEST = 256, 8, 1_000_000, 100_000

ORIGINAL: dict[str, Callable[..., siamese.SiameseModel]] = {
    "pooled": original.DeltaPredictor,
    "v2": original.DeltaPredictorV2,
    "cnn": original.SimpleCNNDeltaPredictor,
    "validated": single_pass.ValidatedDeltaPredictor,
}
"""The write-up's models by the name that `train --architecture` takes."""


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Trained:
    """A model and its card.

    Attributes:
        model: The model, ready to score.
        card: Its description; `model` holds what `describe` returns.
        sha256: Checksum of the file.
    """

    model: siamese.SiameseModel
    card: dict[str, Any]
    sha256: str


def shipped() -> pathlib.Path:
    """Return the path of the packaged weight file."""
    folder = importlib.resources.files("twinsplice.data")
    return pathlib.Path(str(folder / f"{SHIPPED}.safetensors"))


def describe(model: siamese.SiameseModel) -> dict[str, Any]:
    """Return the description of a model's shape, from which `build` makes it."""
    if isinstance(model, paired.PairedDeltaPredictor):
        return {"architecture": "paired", "settings": dict(model.settings)}
    if isinstance(model, calibrated.CalibratedPredictor):
        return {
            "architecture": "calibrated",
            "settings": dict(model.settings),
            "inner": describe(model.predictor),
        }
    for name, model_class in ORIGINAL.items():
        if type(model) is model_class:
            return {"architecture": name, "settings": dict(model.settings)}
    raise TypeError(f"no known architecture: {type(model).__name__}")


def build(shape: Mapping[str, Any]) -> siamese.SiameseModel:
    """Return a model of a described shape, its weights at random.

    Raises:
        KeyError, TypeError, ValueError: The description is damaged.
    """
    name, settings = shape["architecture"], dict(shape["settings"])
    if name == "paired":
        return paired.PairedDeltaPredictor(architecture.config_of(settings))
    if name == "calibrated":
        inner = build(shape["inner"])
        return calibrated.create_calibrated_predictor(base_predictor=inner, **settings)
    return ORIGINAL[name](**settings)


def save(path: pathlib.Path, model: siamese.SiameseModel, card: dict[str, Any]) -> None:
    """Write a model and its card, whole or not at all.

    Args:
        path: The safetensors file; the card goes beside it with ending `.json`.
        model: The model.
        card: Its description, as JSON values; the shape is added.
    """
    full_card = {"format": FORMAT, "model": describe(model), **card}
    text = json.dumps(full_card, indent=2)
    tensors = {
        name: value.detach().cpu().contiguous()
        for name, value in model.state_dict().items()
    }
    with cache.replacing(path) as draft:
        metadata = {_CARD: text, _SEAL: sealing.BLANK}
        draft.write_bytes(sealing.seal(tensor_files.packed(tensors, metadata)))
    with cache.replacing(path.with_suffix(".json")) as draft:
        draft.write_text(text + "\n", encoding="utf-8")


def load(path: pathlib.Path) -> Trained:
    """Read a weight file, the one in a run's folder, or the one in the package.

    Raises:
        WeightsError: The file is missing, damaged, or of another version.
    """
    if path == pathlib.Path(SHIPPED) and not path.exists():
        path = shipped()
    file = path / NAME if path.is_dir() else path
    try:
        content = file.read_bytes()
        _require_whole(content)
        header = tensor_files.header(content)
        card = _read_card(header)
        _require_sizes(card["model"], header)
        model = build(card["model"])
        _fill(model, content)
    # A card may say anything, and each architecture raises what it likes.
    except Exception as error:
        message = " ".join(str(error).split())[:120]
        raise errors.WeightsError(
            "a trained model must be a weight file that twinsplice train has written, "
            "or the folder of its run",
            got=f"{path} ({type(error).__name__}: {message})",
            remedy="check the path, or train it again",
        ) from error
    return Trained(
        model=model.eval(),
        card=card,
        sha256=hashlib.sha256(content).hexdigest(),
    )


def _require_whole(content: bytes) -> None:
    """Refuse a file that is not as it was written.

    Files of earlier versions have no seal.

    Raises:
        ValueError: It is not.
    """
    if sealing.is_sealed(content) and not sealing.is_whole(content):
        raise ValueError("other bytes than were written")


def _read_card(header: tensor_files.Header) -> dict[str, Any]:
    card: dict[str, Any] = json.loads(header.metadata[_CARD])
    if card["format"] != FORMAT:
        raise ValueError(f"a file of format {card['format']}, not {FORMAT}")
    return card


def _require_sizes(shape: Mapping[str, Any], header: tensor_files.Header) -> None:
    """Refuse a card that asks for another model than the file's tensors are of.

    A model of any size would be made before its tensors are looked at: first it is
    made without memory.

    Raises:
        ValueError: The card's numbers are beyond any model's, or not the tensors'.
    """
    _require_plain(shape)
    with torch.device("meta"):
        described = build(shape)
    expected = {name: list(t.shape) for name, t in described.state_dict().items()}
    if header.shapes != expected:
        differing = sorted(
            name
            for name in header.shapes.keys() | expected.keys()
            if header.shapes.get(name) != expected.get(name)
        )
        raise ValueError(f"a card of other tensors, such as {differing[0]}")
    if described.context > _WIDEST:
        raise ValueError(f"a context of {described.context:,} bases")


def _require_plain(value: object, depth: int = 0) -> None:
    """Refuse a value of a card that is longer, deeper or larger than any model's."""
    if isinstance(value, Mapping | list):
        if len(value) > _LONGEST or depth > _DEEPEST:
            raise ValueError("a card longer or deeper than any model's")
        for part in value.values() if isinstance(value, Mapping) else value:
            _require_plain(part, depth + 1)
    elif isinstance(value, int | float) and not abs(value) <= _LARGEST:
        raise ValueError(f"a size of {str(value)[:20]}")


def _fill(model: nn.Module, content: bytes) -> None:
    model.load_state_dict(tensor_files.tensors(content))
    model.requires_grad_(requires_grad=False)
