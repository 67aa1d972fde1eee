"""What can be scored with, and what every base model is.

A base model is member networks whose mean is a profile of tracks.
"""

import abc
import dataclasses
from collections.abc import Callable, Sequence

import torch
from jaxtyping import Float
from numpy import ndarray
from torch import Tensor

from twinsplice.base_models import catalogue
from twinsplice.effect import deltas, results, windows
from twinsplice.engine import profiling
from twinsplice.genome import coordinates
from twinsplice.models import dilated

Profile = Float[ndarray, "tracks width"]
Changes = tuple[deltas.Change, ...]


@dataclasses.dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Place:
    """Where a query was asked.

    Attributes:
        window: The bases of both profiles, and the change.
        strand: The strand that was read.
    """

    window: windows.Window
    strand: coordinates.Strand


@dataclasses.dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Comparison:
    """What is predicted of one query, on the reference's bases, plus strand.

    Attributes:
        ref: Site probabilities of the reference.
        alt: Site probabilities of the alternate.
        low: Lower quantile of the difference, of models that have quantiles.
        high: Its upper quantile.
        same: Whether the two sequences are the same.
    """

    ref: Profile
    alt: Profile
    low: Profile | None = None
    high: Profile | None = None
    same: bool = False


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Predictor(abc.ABC):
    """What `score` can predict with.

    Attributes:
        name: Its name in the catalogue, or the path it came from.
        info: The VCF INFO key its scores are written under.
        tracks: What each row of its comparisons is the probability of.
        kinds: The kinds of change that its records report.
        sha256: One checksum over the original weights, for the record.
    """

    name: str
    info: str
    tracks: tuple[str, ...]
    kinds: tuple[deltas.Kind, ...]
    sha256: str

    @property
    @abc.abstractmethod
    def title(self) -> str:
        """Its name in print."""

    @property
    @abc.abstractmethod
    def context(self) -> int:
        """Bases read to each side of a scored base."""

    @property
    @abc.abstractmethod
    def intervals(self) -> bool:
        """Whether its scores can have intervals."""

    @abc.abstractmethod
    def ensemble(self, device: torch.device, memory: int) -> profiling.Ensemble:
        """Return its networks ready to run.

        Args:
            device: Where they are to run.
            memory: Bytes that reference passes and cones may take.
        """

    @abc.abstractmethod
    def compare(
        self,
        found: Sequence[profiling.Profiles],
        places: Sequence[Place],
        align: Callable[[Profile, windows.Window], Profile],
    ) -> list[Comparison]:
        """Return the comparison of each query.

        Args:
            found: What the networks say of each.
            places: Where each was asked.
            align: Puts alternate site probabilities onto the reference's bases.
        """

    @abc.abstractmethod
    def finish(
        self, changes: Sequence[Changes], compared: Sequence[Comparison]
    ) -> list[tuple[Changes, results.Intervals | None]]:
        """Return the changes as they are to be reported, and how sure they are.

        Args:
            changes: The largest change of each of `kinds`, for each answer.
            compared: What they were found in.
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
class BaseModel(Predictor):
    """An ensemble; a row of its profile is the mean of the members that have it.

    Attributes:
        members: Its networks.
    """

    members: tuple[Member, ...]

    @property
    def title(self) -> str:
        """Its name in print."""
        return catalogue.find(self.name).title

    @property
    def intervals(self) -> bool:
        """Whether its scores can have intervals: never."""
        return False

    @property
    def context(self) -> int:
        """Bases read to each side of a scored base."""
        return self.members[0].config.context

    def ensemble(self, device: torch.device, memory: int) -> profiling.Ensemble:
        """Return the members ready to run.

        Args:
            device: Where they are to run.
            memory: Bytes that reference passes and cones may take.
        """
        return profiling.Ensemble(
            networks=tuple(m.network().to(device).network() for m in self.members),
            rows=tuple(member.rows for member in self.members),
            tracks=len(self.tracks),
            device=device,
            memory=memory,
        )

    def compare(
        self,
        found: Sequence[profiling.Profiles],
        places: Sequence[Place],
        align: Callable[[Profile, windows.Window], Profile],
    ) -> list[Comparison]:
        """Return both profiles of each query, on the same bases."""
        return [
            Comparison(ref=each.ref, alt=align(each.alt, place.window))
            for each, place in zip(found, places, strict=True)
        ]

    def finish(
        self, changes: Sequence[Changes], compared: Sequence[Comparison]
    ) -> list[tuple[Changes, results.Intervals | None]]:
        """Return the changes as they are, without intervals."""
        del compared
        return [(each, None) for each in changes]
