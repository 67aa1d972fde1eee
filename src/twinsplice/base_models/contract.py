"""What every predictor is, and what every base model is.

A predictor answers a batch of queries at once. A base model is member networks whose
mean is a profile of tracks; on a device it is a predictor.
"""

import abc
import dataclasses
import functools

import torch
from torch import Tensor

from twinsplice import progress
from twinsplice.base_models import catalogue, prediction
from twinsplice.effect import deltas, queries
from twinsplice.engine import devices, profiling
from twinsplice.models import comparison, dilated


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Predictor(abc.ABC):
    """What scores are predicted with, ready on its device.

    Attributes:
        name: Its name in the catalogue, or the path it came from.
        info: The VCF INFO key its scores are written under.
        title: Its name in print.
        kinds: The kinds of change that it predicts.
        sha256: One checksum over the original weights, for the record.
        ensemble: Its networks.
    """

    name: str
    info: str
    title: str
    kinds: tuple[deltas.Kind, ...]
    sha256: str
    ensemble: profiling.Ensemble

    @property
    def context(self) -> int:
        """Bases read to each side of a scored base."""
        return self.ensemble.context

    @property
    @abc.abstractmethod
    def has_intervals(self) -> bool:
        """Whether its sizes can have intervals."""

    @abc.abstractmethod
    def predict(
        self,
        asked: queries.Queries,
        advance: progress.Advance = progress.silent,
        *,
        profiles: bool = False,
    ) -> queries.Predictions:
        """Return the predictions for queries, in their order.

        Args:
            asked: Any number; those near each other share work.
            advance: Called with the queries done since the last call and the fraction
                of the work that is done.
            profiles: Return whole profiles, too; all windows must be equally wide.
        """


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Member:
    """One network of an ensemble, as weights.

    Attributes:
        config: Its architecture.
        state: Its parameters, named as in `dilated.DilatedNetwork`.
        rows: The rows of the ensemble's profile that its tracks are.
    """

    config: dilated.DilatedConfig
    state: dict[str, Tensor]
    rows: tuple[int, ...]

    def network(self) -> dilated.DilatedNetwork:
        """Return the network, in evaluation mode and without gradients.

        Raises:
            RuntimeError: The parameters do not fit the architecture.
        """
        # Without storage of its own, which would be filled at random for nothing.
        with torch.device("meta"):
            network = dilated.DilatedNetwork(self.config)
        network.load_state_dict(self.state, assign=True)
        return network.eval().requires_grad_(requires_grad=False)


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class BaseModel:
    """An ensemble's weights; a row of its profile is the mean of members that have it.

    Attributes:
        name: Its name in the catalogue.
        info: The VCF INFO key its scores are written under.
        tracks: What each row of its profile is the probability of.
        kinds: The kinds of change that its records report.
        sha256: One checksum over the original weights, for the record.
        members: Its networks.
    """

    name: str
    info: str
    tracks: tuple[str, ...]
    kinds: tuple[deltas.Kind, ...]
    sha256: str
    members: tuple[Member, ...]

    @property
    def title(self) -> str:
        """Its name in print."""
        return catalogue.find(self.name).title

    @property
    def context(self) -> int:
        """Bases read to each side of a scored base."""
        return self.members[0].config.context

    def ensemble(self, on: devices.Placement) -> profiling.Ensemble:
        """Return the members ready to run.

        Args:
            on: Where they are to run, in how much memory.
        """
        return profiling.Ensemble(
            networks=tuple(m.network().to(on.device).network() for m in self.members),
            rows=tuple(member.rows for member in self.members),
            tracks=len(self.tracks),
            device=on.device,
            memory=on.memory,
        )

    def predictor(self, on: devices.Placement) -> "EnsemblePredictor":
        """Return the model ready to predict.

        Args:
            on: Where it is to run, in how much memory.
        """
        return EnsemblePredictor(
            name=self.name,
            info=self.info,
            title=self.title,
            kinds=self.kinds,
            sha256=self.sha256,
            ensemble=self.ensemble(on),
        )


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class EnsemblePredictor(Predictor):
    """A base model on its device."""

    @property
    def has_intervals(self) -> bool:
        """Whether its sizes can have intervals: never."""
        return False

    def predict(
        self,
        asked: queries.Queries,
        advance: progress.Advance = progress.silent,
        *,
        profiles: bool = False,
    ) -> queries.Predictions:
        """Return the largest changes of the ensemble's mean profile."""
        return prediction.predict(
            self.ensemble,
            asked,
            functools.partial(_compare, asked),
            self.kinds,
            advance,
            profiles=profiles,
        )


def _compare(
    asked: queries.Queries, batch: profiling.ProfileBatch
) -> prediction.Comparison:
    """Put alternate profiles onto the reference's bases."""
    lie = asked.alignment.take(batch.rows)
    alt = batch.alt
    if not lie.trivial:
        tensors = comparison.alignment_tensors(lie, alt.device)
        alt = comparison.aligned(alt, batch.ref, tensors, alt.shape[1])
    alt = alt[:, :, : batch.ref.shape[2]]
    return prediction.Comparison(ref=batch.ref, alt=alt, delta=alt - batch.ref)
