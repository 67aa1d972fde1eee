"""What every base model is: member networks whose mean is a profile of tracks."""

import dataclasses

import torch
from torch import Tensor

from twinsplice.effect import deltas
from twinsplice.models import dilated, profiling


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
    """An ensemble; a row of its profile is the mean of the members that have it.

    Attributes:
        name: Its name in the catalogue.
        info: The VCF INFO key its scores are written under.
        tracks: What each row of its profiles is the probability of.
        kinds: The kinds of change that its records report.
        members: Its networks.
        sha256: One checksum over the original weights, for the record.
    """

    name: str
    info: str
    tracks: tuple[str, ...]
    kinds: tuple[deltas.Kind, ...]
    members: tuple[Member, ...]
    sha256: str

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
