"""The teacher: a far stage that reads what the near encoder makes of every base.

Far too dear for an isolated variant, it is used here only: it learns quickly which
surroundings matter, and the far stage learns to say the same from bases alone.
"""

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

from twinsplice.models import far_stage, paired

_SIZE = 4.0
"""Divides log odds, so that they are of the size of the other features."""


class Teacher(nn.Module):
    """As `far_stage.FarStage` from the stem on, over the near encoder's features."""

    def __init__(
        self, config: far_stage.FarConfig, scale: Float[Tensor, " width"]
    ) -> None:
        """Initialise a teacher with random weights.

        Args:
            config: Architecture of the far stage to be taught.
            scale: Factors that make the skip channels alike in size.
        """
        super().__init__()
        width = config.channels
        self.register_buffer("scale", scale)
        self.scale: Tensor
        self.conv = nn.Conv1d(len(scale) + paired.SITES, width, 4, stride=2)
        self.blocks = nn.ModuleList(
            far_stage.Block(width, dilation) for dilation in config.dilations
        )
        self.norm = nn.LayerNorm(width)
        self.out = nn.Linear(width, 2 * config.hidden)
        nn.init.zeros_(self.out.weight)
        nn.init.zeros_(self.out.bias)

    def stem(
        self, pooled: Float[Tensor, "batch halves tracks"]
    ) -> Float[Tensor, "batch channel 1 bins"]:
        """Return what the first layer makes of half bins, four for each bin."""
        skip, own = pooled[..., : -paired.SITES], pooled[..., -paired.SITES :]
        largest = far_stage.LARGEST
        own = own.clamp(-largest, largest) / _SIZE
        features = torch.cat([skip * self.scale, own], dim=2).transpose(1, 2)
        return F.relu(self.conv(features))[:, :, None]

    def channels(
        self, stem: Float[Tensor, "batch channel 1 bins"]
    ) -> Float[Tensor, "batch inner channel"]:
        """Return the channels of bins from what `stem` made of them."""
        h = stem
        for block in self.blocks:
            h = block(h)
        return h[:, :, 0].transpose(1, 2)

    def scales(
        self, channels: Float[Tensor, "batch bins channel"]
    ) -> Float[Tensor, "batch bins hidden2"]:
        """Return scales, then offsets, from the channels of bins."""
        made: Tensor = self.out(self.norm(channels))
        return made


def begin_as(student: far_stage.FarStage, teacher: Teacher) -> None:
    """Let a far stage begin as its teacher from the stem on."""
    for name in ("blocks", "norm", "out"):
        own, other = getattr(student, name), getattr(teacher, name)
        own.load_state_dict(other.state_dict())
