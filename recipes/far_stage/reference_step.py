"""The reference: what a far stage and its correction learn from a map's genes."""

from collections.abc import Callable, Mapping

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float
from recipes.far_stage import noise, settings, strips, teachers
from torch import Tensor, nn

from twinsplice.engine import encoding
from twinsplice.genome import dna
from twinsplice.models import far_stage
from twinsplice.stats import metrics
from twinsplice.training import batches

Batch = Mapping[str, Tensor]
_LOWEST, _LOWEST_TARGET = -7.5, -8.0
"""Log odds below which predictions, and targets, are all the same to the entropy."""
_RANGE = (-6.9, 9.0)
"""Log odds whose squared error counts: a map's floor of 1e-3 and its ceiling."""
_SQUARED, _PLACES = 0.02, 600.0
"""Weight of that error; places of a stretch, about: keeps sums at the size of 1."""
_REMAINS = 0.1
"""Part of the teacher's weight that remains at the end."""


class ReferenceObjective(nn.Module):
    """The loss of a correction of the near encoder's log odds, in stretches of genes.

    Attributes:
        stage: A far stage, or a teacher.
        adjust: The correction; it reads skip channels times `scale`.
    """

    def __init__(
        self,
        stage: far_stage.FarStage | teachers.Teacher,
        adjust: far_stage.Correction,
        scale: Float[Tensor, " width"],
        teacher: teachers.Teacher | None = None,
    ) -> None:
        """Initialise an objective.

        Args:
            stage: A far stage, or a teacher.
            adjust: The correction.
            scale: Factors that make the skip channels alike in size.
            teacher: Teacher of the far stage.
        """
        super().__init__()
        self.stage, self.adjust = stage, adjust
        self.register_buffer("scale", scale)
        self.scale: Tensor
        # In a tuple, so that it is none of the modules that are fitted and averaged.
        self._teachers = () if teacher is None else (teacher,)

    def forward(self, batch: Batch) -> dict[str, Tensor]:
        """Return the losses of stretches, `loss` the one to minimise."""
        stem = self._stem(batch)
        channels = self.stage.channels(stem)
        log_odds = self.corrected(batch, channels)
        entropy, squared = errors(log_odds, batch["base"], batch["real"])
        count = len(batch["real"]) * _PLACES
        loss = (entropy + _SQUARED * squared) / count
        made = {"entropy": entropy / batch["real"].sum().clamp_min(1)}
        for teacher in self._teachers:
            made["teaching"] = _distance(teacher, batch, stem, channels)
            loss = loss + batch["teaching"] * made["teaching"]
        return {"loss": loss} | made

    def _stem(self, batch: Batch) -> Tensor:
        if isinstance(self.stage, teachers.Teacher):
            return self.stage.stem(batch["pooled"])
        return self.stage.stem(encoding.one_hot_tracks(batch["read"]))

    def corrected(self, batch: Batch, channels: Tensor | None = None) -> Tensor:
        """Return the corrected log odds of places, `[batch, place, site]`."""
        if channels is None:
            channels = self.stage.channels(self._stem(batch))
        if "kept" in batch:
            channels = channels * batch["kept"]
        around = far_stage.surroundings(
            self.stage.scales(channels), batch["column"] // far_stage.BIN
        )
        own, skip = batch["own"], batch["skip"] * self.scale
        made = self.adjust(own.transpose(1, 2), skip.transpose(1, 2), around)
        corrected: Tensor = own + made.transpose(1, 2)
        return corrected


def errors(
    log_odds: Float[Tensor, "batch places 2"],
    base: Float[Tensor, "batch places 2"],
    real: Bool[Tensor, "batch places"],
) -> tuple[Float[Tensor, ""], Float[Tensor, ""]]:
    """Return sums over places: entropy beyond the map's own, and squared error."""
    predicted = _log_classes(log_odds.clamp_min(_LOWEST))
    target = _log_classes(base.clamp_min(_LOWEST_TARGET))
    entropy = (target.exp() * (target - predicted)).sum(2)[real].sum()
    squared = (log_odds.clamp(*_RANGE) - base.clamp(*_RANGE)).square().mean(2)
    return entropy, squared[real].sum()


def _log_classes(log_odds: Float[Tensor, "*rest 2"]) -> Float[Tensor, "*rest 3"]:
    """Return the log probabilities of neither, acceptor and donor."""
    return F.log_softmax(F.pad(log_odds, (1, 0)), dim=-1)


def _distance(
    teacher: teachers.Teacher, batch: Batch, stem: Tensor, channels: Tensor
) -> Tensor:
    """Return the squared distance from a teacher, as parts of its own variance."""
    with torch.no_grad():
        taught = teacher.stem(batch["pooled"])
        last = teacher.channels(taught)
    codes = batch["codes"]
    bins = codes.reshape(len(codes), -1, far_stage.BIN)
    known = (bins != dna.UNKNOWN).any(2)
    parts = []
    pairs = ((stem[:, :, 0].transpose(1, 2), taught[:, :, 0].transpose(1, 2)),)
    for own, other in (*pairs, (channels, last)):
        crop = (known.shape[1] - own.shape[1]) // 2
        inner = known[:, crop : known.shape[1] - crop]
        apart = (own - other).square().mean(2)[inner].mean()
        parts.append(apart / other.var().clamp_min(1e-6))
    return torch.stack(parts).sum()


def drawn(
    strip: strips.Strip,
    step: settings.Step,
    config: settings.Config,
    bins_and_channels: tuple[int, int],
    *,
    taught: bool,
) -> Callable[[int, batches.Share], dict[str, Tensor]]:
    """Return what draws the batch of a step, from its number alone.

    Args:
        strip: Genes to learn from.
        step: How the network is fitted.
        config: The other settings.
        bins_and_channels: Shape of the far channels of a stretch.
        taught: Whether a teacher helps; bases are then read with noise.
    """

    def draw(number: int, share: batches.Share) -> dict[str, Tensor]:
        rng = np.random.default_rng([config.seed, number, share.process])
        batch = strip.batch(strip.draw(step.batch, rng))
        batch["read"] = noise.replaced(
            batch["codes"], config.noise if taught else 0.0, rng
        )
        batch["kept"] = noise.kept((step.batch, *bins_and_channels), step.dropout, rng)
        left = 1 - (1 - _REMAINS) * number / step.steps
        batch["teaching"] = np.array(config.teaching * left, dtype=np.float32)
        return {name: torch.from_numpy(value) for name, value in batch.items()}

    return draw


@torch.no_grad()
def evaluate(objective: ReferenceObjective, strip: strips.Strip) -> dict[str, float]:
    """Return entropy beyond the map's, and r of probabilities, over all places."""
    log_odds, base = [torch.zeros((0, 2))], [torch.zeros((0, 2))]
    for start in strip.all():
        arrays = strip.batch([start])
        batch = {name: torch.from_numpy(value) for name, value in arrays.items()}
        made = objective.corrected(batch | {"read": batch["codes"]})
        log_odds.append(made[batch["real"]])
        base.append(batch["base"][batch["real"]])
    return figures(torch.cat(log_odds), torch.cat(base))


def figures(
    log_odds: Float[Tensor, "places 2"], base: Float[Tensor, "places 2"]
) -> dict[str, float]:
    """Return entropy beyond the map's own, and r of the probabilities of sites."""
    real = torch.ones((1, len(base)), dtype=torch.bool)
    entropy, squared = errors(log_odds[None], base[None], real)
    own, target = (
        _log_classes(values.clamp_min(_LOWEST_TARGET)).exp()[:, 1:].numpy().ravel()
        for values in (log_odds, base)
    )
    return {
        "score": -float(entropy) / len(base),
        "places": float(len(base)),
        "squared": float(squared) / len(base),
        "r": metrics.pearson(own.astype(float), target.astype(float)),
    }
