"""The write-up's four strategies of calibration, as wrappers of a paired model.

A wrapper's parameters are trained together with those of the model within. A wrapper
is itself a `siamese.SiameseModel`, and is trained and scored like any other.

Source: "Paired Delta Prediction: Siamese Architecture" of agentic-spliceai, which
names the strategies; what each does is as their names are usually understood.
"""

import abc
from collections.abc import Callable

import torch
from jaxtyping import Float
from torch import Tensor, nn

from twinsplice import errors
from twinsplice.engine import stages
from twinsplice.models import siamese
from twinsplice.models.reported import blocks


class CalibratedPredictor(siamese.SiameseModel):
    """A paired model with a calibration of its Δ.

    Attributes:
        predictor: The model within.
    """

    def __init__(self, predictor: siamese.SiameseModel) -> None:
        super().__init__()
        self.context = predictor.context
        self.predictor = predictor

    @property
    @abc.abstractmethod
    def settings(self) -> dict[str, str | float]:
        """Arguments of `create_calibrated_predictor` besides the model."""

    @abc.abstractmethod
    def adjust(self, delta: Float[Tensor, "*shape 2"]) -> Float[Tensor, "*shape 2"]:
        """Return the calibrated Δ from the model's."""

    def encode(
        self, sequence: Float[Tensor, "batch 4 length"]
    ) -> Float[Tensor, "batch tracks inner"]:
        """Return the encodings of the model within."""
        return self.predictor.encode(sequence)

    def network(self) -> stages.Network:
        """Return the stages of the model within."""
        return self.predictor.network()

    def compare(
        self,
        ref: Float[Tensor, "batch tracks length"],
        alt: Float[Tensor, "batch tracks length"],
        change: Float[Tensor, "batch 8"] | None = None,
    ) -> Float[Tensor, "batch ..."]:
        """Return the adjusted Δ of the model within."""
        return self.adjust(self.predictor.compare(ref, alt, change))

    def forward(
        self,
        ref_seq: Float[Tensor, "batch 4 length"],
        alt_seq: Float[Tensor, "batch 4 length"],
    ) -> Float[Tensor, "batch ..."]:
        """Return the adjusted Δ of the model within."""
        # Not by `compare`: some models derive its `change` from the sequences.
        delta: Tensor = self.predictor(ref_seq, alt_seq)
        return self.adjust(delta)


class QuantilePredictor(CalibratedPredictor):
    """Unchanged Δ, for training with the pinball loss of a quantile.

    Attributes:
        quantile: The quantile, between 0 and 1.
    """

    def __init__(self, predictor: siamese.SiameseModel, quantile: float = 0.9) -> None:
        """Wrap a model.

        Args:
            predictor: The model.
            quantile: Above 0.5, underestimates of Δ cost more than overestimates.

        Raises:
            InputError: The quantile is not between 0 and 1.
        """
        if not 0 < quantile < 1:
            raise errors.InputError(
                "a quantile lies between 0 and 1, and is neither",
                got=str(quantile),
                remedy="use 0.9 to favour large deltas, 0.5 for the median",
            )
        super().__init__(predictor)
        self.quantile = quantile

    @property
    def settings(self) -> dict[str, str | float]:
        """Arguments of `create_calibrated_predictor` besides the model."""
        return {"strategy": "quantile", "quantile": self.quantile}

    def adjust(self, delta: Float[Tensor, "*shape 2"]) -> Float[Tensor, "*shape 2"]:
        """Return Δ unchanged."""
        return delta


class ScaledPredictor(CalibratedPredictor):
    """Δ times a learned positive factor for each of donor and acceptor."""

    def __init__(self, predictor: siamese.SiameseModel) -> None:
        """Wrap a model; the scales are initialised as one."""
        super().__init__(predictor)
        self.log_scale = nn.Parameter(torch.zeros(2))

    @property
    def settings(self) -> dict[str, str | float]:
        """Arguments of `create_calibrated_predictor` besides the model."""
        return {"strategy": "scaled"}

    @property
    def scale(self) -> Float[Tensor, "2"]:
        """The factor of donor and of acceptor."""
        return self.log_scale.exp()

    def adjust(self, delta: Float[Tensor, "*shape 2"]) -> Float[Tensor, "*shape 2"]:
        """Return Δ scaled."""
        return delta * self.scale


class TemperaturePredictor(CalibratedPredictor):
    """Δ divided by a learned positive temperature.

    Temperatures usually scale logits. The write-up's models return an unbounded Δ
    without a final activation, so the temperature divides Δ itself.
    """

    def __init__(self, predictor: siamese.SiameseModel) -> None:
        """Wrap a model; the temperature is initialised as one."""
        super().__init__(predictor)
        self.log_temperature = nn.Parameter(torch.zeros(()))

    @property
    def settings(self) -> dict[str, str | float]:
        """Arguments of `create_calibrated_predictor` besides the model."""
        return {"strategy": "temperature"}

    @property
    def temperature(self) -> Float[Tensor, ""]:
        """The divisor of Δ."""
        return self.log_temperature.exp()

    def adjust(self, delta: Float[Tensor, "*shape 2"]) -> Float[Tensor, "*shape 2"]:
        """Return Δ divided by the temperature."""
        return delta / self.temperature


class MultiTaskPredictor(CalibratedPredictor):
    """Unchanged Δ, and a second head that classifies positions as altered or not."""

    def __init__(self, predictor: siamese.SiameseModel) -> None:
        """Wrap a model; the second head has random weights."""
        super().__init__(predictor)
        tracks = predictor.network().channels[-1]
        self.classifier = blocks.head(tracks, outputs=1)

    @property
    def settings(self) -> dict[str, str | float]:
        """Arguments of `create_calibrated_predictor` besides the model."""
        return {"strategy": "multitask"}

    def adjust(self, delta: Float[Tensor, "*shape 2"]) -> Float[Tensor, "*shape 2"]:
        """Return Δ unchanged."""
        return delta

    def classify(
        self,
        ref: Float[Tensor, "batch tracks length"],
        alt: Float[Tensor, "batch tracks length"],
    ) -> Float[Tensor, "batch length"]:
        """Return the logit of each position's splicing being altered.

        Args:
            ref: Encodings of the reference sequence, as `compare` takes them.
            alt: Encodings of the alternate sequence.
        """
        logits: Tensor = self.classifier((alt - ref).transpose(1, 2))
        return logits[..., 0]


_STRATEGIES: dict[str, Callable[..., CalibratedPredictor]] = {
    "quantile": QuantilePredictor,
    "scaled": ScaledPredictor,
    "temperature": TemperaturePredictor,
    "multitask": MultiTaskPredictor,
}
_OPTIONS = {"quantile": ("quantile",)}


def create_calibrated_predictor(
    base_predictor: siamese.SiameseModel, strategy: str, **options: float
) -> CalibratedPredictor:
    """Wrap a model by the named strategy.

    Args:
        base_predictor: The model.
        strategy: "quantile", "scaled", "temperature" or "multitask".
        options: `quantile`, for that strategy; no other takes any.

    Raises:
        InputError: There is no such strategy, it takes no such option, or the
            option's value is out of range.
    """
    if strategy not in _STRATEGIES:
        raise errors.InputError(
            "strategy must be the name of a way to calibrate",
            got=repr(strategy),
            remedy=f"use one of {', '.join(_STRATEGIES)}",
        )
    accepted = _OPTIONS.get(strategy, ())
    refused = [name for name in options if name not in accepted]
    if refused:
        raise errors.InputError(
            f"strategy {strategy!r} takes {', '.join(accepted) or 'no options'}",
            got=", ".join(refused),
            remedy="leave it out, or use another strategy",
        )
    return _STRATEGIES[strategy](base_predictor, **options)
