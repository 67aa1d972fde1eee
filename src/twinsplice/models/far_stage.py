"""The far stage: what the wider surroundings of a place say about its sites.

How strong a site is depends on thousands of bases around it, how a variant moves it on
far fewer. A `FarStage` therefore reads the reference alone, once for both sequences,
and gives a scale and an offset for each bin of bases; a `Correction` makes of them and
of an encoding what to add to the log odds of sites. Both sequences get the mean of
their two corrections, so that the laws of Δ hold (`models.paired`), and the shift of
log odds stays what the encoder says.
"""

import dataclasses

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int64
from torch import Tensor, nn

from twinsplice.models import gated

BIN = 32
"""Bases that share a scale and an offset."""
_POOLS = (2, 4, 4)
STEM_BINS = 3
"""Bins beyond a bin that its stem reads, rounded up."""
_ROWS = 32
"""Windows corrected at a time: what all of them take would leave a CPU's caches."""
LARGEST = 9.0
"""Size beyond which log odds are all the same to a correction."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class FarConfig:
    """The architecture of a far stage and its correction.

    Attributes:
        stem: Channels of the first two convolutions.
        channels: Channels of the others.
        dilations: Bins between taps of each residual block.
        hidden: Channels of the correction's hidden layer.
    """

    stem: tuple[int, int] = (24, 32)
    channels: int = 48
    dilations: tuple[int, ...] = (1, 2, 4, 8, 16, 32, 4)
    hidden: int = 64

    @property
    def reach(self) -> int:
        """Bases read to each side of a bin."""
        return BIN * (STEM_BINS + 2 * sum(self.dilations))


@dataclasses.dataclass(frozen=True, eq=False, slots=True)
class Surroundings:
    """What a far stage says at every base of some windows.

    Attributes:
        bins: Scales, then offsets, of bins.
        index: For each base, the row of its bin.
    """

    bins: Float[Tensor, "bins hidden2"]
    index: Int64[Tensor, "batch length"]


def surroundings(
    bins: Float[Tensor, "batch bins hidden2"], columns: Int64[Tensor, "batch length"]
) -> Surroundings:
    """Return what sequences' bins say at every base of windows.

    Args:
        bins: Scales and offsets of each sequence's bins.
        columns: For each base of its window, the bin.
    """
    before = torch.arange(bins.shape[0], device=bins.device) * bins.shape[1]
    return Surroundings(bins.flatten(0, 1), before[:, None] + columns)


class FarStage(nn.Module):
    """From the reference to a scale and an offset for each bin."""

    def __init__(self, config: FarConfig) -> None:
        """Initialise a stage with random weights, and scales and offsets of 0."""
        super().__init__()
        self.config = config
        first, second = config.stem
        width = config.channels
        self.conv1 = nn.Conv2d(4, first, (1, 13), padding=(0, 6))
        self.conv2 = nn.Conv2d(first, second, (1, 7), padding=(0, 3))
        self.conv3 = nn.Conv2d(second, width, (1, 5), padding=(0, 2))
        self.block = Block(width, 2, padding=4)
        self.conv4 = nn.Conv2d(width, width, (1, 3), padding=(0, 1))
        self.blocks = nn.ModuleList(Block(width, d) for d in config.dilations)
        self.norm = nn.LayerNorm(width)
        self.out = nn.Linear(width, 2 * config.hidden)
        nn.init.zeros_(self.out.weight)
        nn.init.zeros_(self.out.bias)

    @property
    def reach(self) -> int:
        """Bases read to each side of a bin."""
        return self.config.reach

    def forward(
        self, sequence: Float[Tensor, "batch 4 length"]
    ) -> Float[Tensor, "batch bins hidden2"]:
        """Return scales, then offsets, of every bin but those within `reach` of an end.

        Args:
            sequence: One-hot bases, zeros where unknown: whole bins, and `reach` bases
                on either side.
        """
        return self.scales(self.channels(self.stem(sequence)))

    def around(self, sequence: Float[Tensor, "batch 4 wide"]) -> Surroundings:
        """Return what is said at every base.

        Args:
            sequence: One-hot bases with `reach` more at either end; the first bin
                begins at the first base between.
        """
        length = sequence.shape[2] - 2 * self.reach
        bins: Tensor = self(F.pad(sequence, (0, -length % BIN)))
        columns = torch.arange(length, device=bins.device) // BIN
        return surroundings(bins, columns.expand(len(bins), -1))

    def stem(
        self, sequence: Float[Tensor, "batch 4 length"]
    ) -> Float[Tensor, "batch channel 1 bins"]:
        """Return what the first layers make of bins, all but the outermost three."""
        h = sequence[:, :, None].contiguous(memory_format=torch.channels_last)
        h = F.relu(F.max_pool2d(self.conv1(h), (1, _POOLS[0])))
        h = F.relu(F.max_pool2d(self.conv2(h), (1, _POOLS[1])))
        h = self.block(F.relu(self.conv3(h)))
        h = F.relu(self.conv4(F.max_pool2d(h, (1, _POOLS[2]))))
        # What saw the padding is cut off, so that a bin has the same values wherever
        # the sequence is cut.
        return gated.centre(h, h.shape[3] - 2 * STEM_BINS)

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


class Correction(nn.Module):
    """From an encoding, a scale and an offset to what is added to log odds."""

    def __init__(self, width: int, hidden: int, sites: int) -> None:
        """Initialise a correction of 0.

        Args:
            width: Skip channels of the encoder.
            hidden: Channels of the hidden layer.
            sites: Tracks of log odds.
        """
        super().__init__()
        self.hidden = nn.Linear(width + sites, hidden)
        self.out = nn.Linear(hidden, sites)
        self.register_buffer("largest", torch.tensor(LARGEST))
        self.largest: Tensor
        nn.init.zeros_(self.out.weight)
        nn.init.zeros_(self.out.bias)

    def forward(
        self,
        log_odds: Float[Tensor, "batch sites length"],
        skip: Float[Tensor, "batch width length"],
        around: Surroundings,
    ) -> Float[Tensor, "batch sites length"]:
        """Return what is added to the log odds.

        Args:
            log_odds: Log odds of sites; -inf where there is none.
            skip: The encoder's skip channels.
            around: What a `FarStage` says at every base.
        """
        bounded = log_odds.clamp(-self.largest, self.largest)
        rows = torch.cat([skip, bounded], dim=1).transpose(1, 2)
        indices = torch.split(around.index, _ROWS)
        made = [
            self._of_rows(part, around.bins[index])
            for part, index in zip(torch.split(rows, _ROWS), indices, strict=True)
        ]
        return torch.cat(made).transpose(1, 2)

    def _of_rows(
        self,
        rows: Float[Tensor, "batch length inputs"],
        surroundings: Float[Tensor, "batch length hidden2"],
    ) -> Float[Tensor, "batch length sites"]:
        h = self.hidden(rows)
        scale, offset = surroundings.chunk(2, dim=2)
        made: Tensor = self.out(F.gelu(torch.addcmul(h + offset, h, scale)))
        return made


class Block(nn.Module):
    """A residual block: a dilated convolution of five taps and a linear layer."""

    def __init__(self, width: int, dilation: int, padding: int = 0) -> None:
        """Initialise a block as the identity.

        Args:
            width: Channels.
            dilation: Positions between taps.
            padding: Unknown positions added to either end.
        """
        super().__init__()
        self.conv = nn.Conv2d(
            width, width, (1, 5), dilation=(1, dilation), padding=(0, padding)
        )
        self.linear = nn.Linear(width, width)
        gated.clear(self.linear)

    def forward(
        self, x: Float[Tensor, "batch channel 1 length"]
    ) -> Float[Tensor, "batch channel 1 shorter"]:
        """Return the block's output over the positions it can see in full."""
        y = F.gelu(self.conv(x)).permute(0, 2, 3, 1)
        y = self.linear(y).permute(0, 3, 1, 2)
        added: Tensor = gated.centre(x, y.shape[3]) + y
        return added
