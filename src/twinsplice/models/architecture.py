"""The architecture of a paired predictor: what a card describes it by."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from twinsplice.models import dilated, far_stage


@dataclasses.dataclass(frozen=True, kw_only=True)
class PairedConfig:
    """The architecture of a paired predictor.

    Attributes:
        kernels: Taps of each block's two convolutions.
        dilations: Bases between taps of each block's convolutions.
        channels: Channels of the blocks.
        hidden: Channels of the site head's hidden layer.
        latents: Latent tracks, for the anchored shift and for spread.
        gate_every: Every how many blocks a block has a gate; 0 for no gates.
        far: The far stage; none if not given.
    """

    kernels: tuple[int, ...] = (11,) * 8 + (21,) * 4
    dilations: tuple[int, ...] = (1,) * 4 + (4,) * 4 + (10,) * 4
    channels: int = 32
    hidden: int = 64
    latents: int = 4
    gate_every: int = 1
    far: far_stage.FarConfig | None = None

    def __post_init__(self) -> None:
        """Refuse impossible architectures.

        Raises:
            ValueError: Kernels and dilations do not match, or a kernel is even.
        """
        if len(self.kernels) != len(self.dilations) or not self.kernels:
            raise ValueError(
                f"every block needs a kernel and a dilation; got {len(self.kernels)} "
                f"and {len(self.dilations)}"
            )
        if any(kernel % 2 == 0 for kernel in self.kernels):
            raise ValueError(f"kernels must be odd; got {self.kernels}")
        if self.gate_every < 0:
            raise ValueError(f"gate_every must be 0 or more; got {self.gate_every}")

    @property
    def context(self) -> int:
        """Bases read to each side of an output."""
        pairs = zip(self.kernels, self.dilations, strict=True)
        return sum(dilation * (kernel - 1) for kernel, dilation in pairs)


def of_blocks(blocks: int) -> PairedConfig:
    """Return the architecture of a base model's first blocks, 16 at most."""
    kernels, dilations = dilated.schedule(blocks)
    return PairedConfig(kernels=kernels, dilations=dilations)


def config_of(settings: Mapping[str, Any]) -> PairedConfig:
    """Return the architecture that `PairedDeltaPredictor.settings` describes.

    Raises:
        TypeError, ValueError: The settings are damaged.
    """
    fields = dict(settings)
    for name in ("kernels", "dilations"):
        fields[name] = tuple(fields[name])
    if fields.get("far") is not None:
        stage = dict(fields["far"])
        for name in ("stem", "dilations"):
            stage[name] = tuple(stage[name])
        fields["far"] = far_stage.FarConfig(**stage)
    return PairedConfig(**fields)
