"""The interfaces of predictors and of base models.

A predictor predicts a batch of queries at once. A base model is an ensemble of networks
whose mean is a profile of tracks; on a device it is a predictor.
"""

import abc
import dataclasses
import functools
from collections.abc import Mapping

import torch
from torch import Tensor

from twinsplice import progress
from twinsplice.base_models import catalogue, prediction
from twinsplice.effect import deltas, queries
from twinsplice.engine import devices, profiling
from twinsplice.models import comparison, dilated


@dataclasses.dataclass(frozen=True, slots=True)
class Thresholds:
    """Sizes from which scores are to be refined.

    Attributes:
        plain: That of scores whose model was told no reference; None if not fitted.
        anchored: That of the others.
    """

    plain: float | None = None
    anchored: float | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class AnchorModel:
    """A base model whose reference another model can be told.

    Attributes:
        name: Its name in the catalogue.
        sha256: Checksum of its weights.
    """

    name: str
    sha256: str


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Predictor(abc.ABC):
    """A model that predicts scores, ready on its device.

    Attributes:
        name: Its name in the catalogue, or the path it was loaded from.
        info: The VCF INFO key its scores are written under.
        title: Its name in print.
        kinds: The kinds of change it predicts.
        sha256: One checksum over the original weights, for the record.
        ensemble: Its networks.
        refine_thresholds: Sizes from which its scores are to be refined, as fitted,
            by the name of the base model that refines.
        anchor_model: The base model whose reference it can be told, if it can.
    """

    name: str
    info: str
    title: str
    kinds: tuple[deltas.Kind, ...]
    sha256: str
    ensemble: profiling.Ensemble
    refine_thresholds: Mapping[str, Thresholds] = dataclasses.field(
        default_factory=dict
    )
    anchor_model: AnchorModel | None = None

    @property
    def context(self) -> int:
        """Bases read to each side of a scored base."""
        return self.ensemble.context

    @property
    @abc.abstractmethod
    def has_intervals(self) -> bool:
        """Whether its sizes can have prediction intervals, and rows a probability."""

    @abc.abstractmethod
    def predict(
        self,
        query_batch: queries.Queries,
        advance: progress.Advance = progress.silent,
        *,
        profiles: bool = False,
    ) -> queries.Predictions:
        """Return the predictions for queries, in their order.

        Args:
            query_batch: The queries; neighbouring ones share work.
            advance: Called with the queries done since the last call and the fraction
                of the work that is done.
            profiles: Also return whole profiles; all windows must be equally wide.
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
    """The weights of an ensemble; each profile row is a mean over members.

    Attributes:
        name: Its name in the catalogue.
        info: The VCF INFO key its scores are written under.
        tracks: Name of each row of its profile.
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
            on: Device and memory.
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
            on: Device and memory.
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
        query_batch: queries.Queries,
        advance: progress.Advance = progress.silent,
        *,
        profiles: bool = False,
    ) -> queries.Predictions:
        """Return the largest changes of the ensemble's mean profile."""
        return prediction.predict(
            self.ensemble,
            query_batch,
            lambda _: functools.partial(_compare, query_batch),
            self.kinds,
            advance,
            profiles=profiles,
        )


def _compare(
    query_batch: queries.Queries, batch: profiling.ProfileBatch
) -> prediction.Comparison:
    """Align alternate profiles to the reference's bases and compare them."""
    mapping = query_batch.alignment.take(batch.rows)
    alt = batch.alt
    if not mapping.trivial:
        tensors = comparison.alignment_tensors(mapping, alt.device)
        alt = comparison.aligned(alt, batch.ref, tensors, alt.shape[1])
    alt = alt[:, :, : batch.ref.shape[2]]
    return prediction.Comparison(ref=batch.ref, alt=alt, delta=alt - batch.ref)
