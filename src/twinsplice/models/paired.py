"""The paired predictor: a Siamese gated dilated CNN whose Δ keeps the laws.

Each sequence gets the log odds of a site and a few latent tracks from one encoder of
gated dilated residual blocks. Δ is the difference of the probabilities; anchored, it
is what the shift of log odds makes of a reference that the model is told
(`models.anchoring`). Either way, by construction

- Δ = 0 where the two sequences read the same,
- swapping the sequences negates Δ; anchored, with p_ref + Δ as the new reference,
- -p_ref <= Δ <= 1 - p_ref.

The blocks have the shape of the SpliceAI family's, with gates that begin as the
identity: an encoder can start as the first layers of a base model (`from_base`).
"""

import dataclasses
import functools
from collections.abc import Mapping
from typing import Any

import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float
from torch import Tensor, nn

from twinsplice.engine import pointwise, stages
from twinsplice.models import anchoring, dilated, gated, siamese

SITES = 2
"""Leading tracks of an encoding: log odds of an acceptor and of a donor."""
QUANTILES = (0.05, 0.5, 0.95)
"""Levels of `PairedDeltaPredictor.quantiles`, in order; the median is Δ."""


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
    """

    kernels: tuple[int, ...] = (11,) * 8 + (21,) * 4
    dilations: tuple[int, ...] = (1,) * 4 + (4,) * 4 + (10,) * 4
    channels: int = 32
    hidden: int = 64
    latents: int = 4
    gate_every: int = 1

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
    return PairedConfig(**fields)


class PairedDeltaPredictor(siamese.SiameseModel):
    """Δ of donor and acceptor probability from a reference and an alternate."""

    def __init__(self, config: PairedConfig | None = None) -> None:
        """Initialise a predictor with random weights.

        Args:
            config: Its architecture; ±1,000 bases of context if not given.
        """
        super().__init__()
        self.config = config = config or PairedConfig()
        self.context = config.context
        width = config.channels
        every = config.gate_every
        shapes = zip(config.kernels, config.dilations, strict=True)
        self.stem = nn.Conv2d(4, width, 1)
        self.blocks = nn.ModuleList(
            gated.GatedBlock(width, k, d, gated=every > 0 and number % every == 0)
            for number, (k, d) in enumerate(shapes, start=1)
        )
        self.skips = nn.ModuleList(
            nn.Conv2d(width, width, 1)
            for _ in range(1 + len(_skipped(len(self.blocks))))
        )
        self.site = nn.Conv2d(width, 1 + SITES, 1)
        self.hidden = nn.Conv2d(width, config.hidden, 1)
        self.site_more = nn.Conv2d(config.hidden, 1 + SITES, 1, bias=False)
        self.latent = nn.Conv2d(config.hidden, config.latents, 1, bias=False)
        self.correction = nn.Parameter(torch.zeros(SITES, config.latents))
        self.spread = nn.Parameter(torch.full((2, SITES, config.latents), -3.0))
        nn.init.zeros_(self.site_more.weight)
        for layer in self.modules():
            if isinstance(layer, nn.Conv2d):
                layer.weight.data = layer.weight.data.contiguous(
                    memory_format=torch.channels_last
                )

    @property
    def settings(self) -> dict[str, Any]:
        """The fields of the predictor's `PairedConfig`."""
        return dataclasses.asdict(self.config)

    def logits(
        self, sequence: Float[Tensor, "batch 4 length"]
    ) -> tuple[Float[Tensor, "batch 3 inner"], Float[Tensor, "batch latents inner"]]:
        """Return the logits of neither, acceptor and donor, and the latent tracks.

        Args:
            sequence: One-hot bases; outputs exclude `context` bases at either end.
        """
        image = sequence[:, :, None].contiguous(memory_format=torch.channels_last)
        inner = sequence.shape[2] - 2 * self.context
        h = self.stem(image)
        skip = self.skips[0](gated.centre(h, inner))
        after = _skipped(len(self.blocks))
        for i, block in enumerate(self.blocks, start=1):
            h = block(h)
            if i in after:
                skip = skip + self.skips[after[i]](gated.centre(h, inner))
        hidden = F.gelu(self.hidden(skip))
        logits = self.site(skip) + self.site_more(hidden)
        return _long(logits), _long(self.latent(hidden))

    def encode(
        self, sequence: Float[Tensor, "batch 4 length"]
    ) -> Float[Tensor, "batch tracks inner"]:
        """Return log odds of sites (acceptor, donor), then the latent tracks."""
        logits, latents = self.logits(sequence)
        return torch.cat([logits[:, 1:] - logits[:, :1], latents], dim=1)

    def forward(
        self,
        ref_seq: Float[Tensor, "batch 4 length"],
        alt_seq: Float[Tensor, "batch 4 length"],
        reference: Float[Tensor, "batch 2 length"] | None = None,
        known: Bool[Tensor, "batch 2 length"] | None = None,
    ) -> Float[Tensor, "batch length 2"]:
        """Return Δ (donor, acceptor); bases beyond the sequences are unknown.

        Args:
            ref_seq: The reference.
            alt_seq: The alternate, of equal length, aligned base by base.
            reference: Probabilities of acceptor and donor in the reference, such as
                the base model's own.
            known: Where they are known; everywhere if not given.
        """
        ref, alt = (self.encode(self._pad(one)) for one in (ref_seq, alt_seq))
        anchor = None if reference is None else anchoring.known(reference, known)
        return self.deltas(ref, alt, anchor).flip(1).transpose(1, 2)

    def compare(
        self,
        ref: Float[Tensor, "batch tracks length"],
        alt: Float[Tensor, "batch tracks length"],
        change: Float[Tensor, "batch 8"] | None = None,
    ) -> Float[Tensor, "batch length 2"]:
        """Return Δ (donor, acceptor) from two encodings on the same bases."""
        del change
        return self.deltas(ref, alt).flip(1).transpose(1, 2)

    def references(
        self,
        ref: Float[Tensor, "batch tracks length"],
        anchor: anchoring.Anchor | None = None,
    ) -> Float[Tensor, "batch 2 length"]:
        """Return the reference's site probabilities as tracks acceptor, donor."""
        own = ref[:, :SITES]
        return anchoring.probabilities(own if anchor is None else anchor.applied(own))

    def deltas(
        self,
        ref: Float[Tensor, "batch tracks length"],
        alt: Float[Tensor, "batch tracks length"],
        anchor: anchoring.Anchor | None = None,
    ) -> Float[Tensor, "batch 2 length"]:
        """Return Δ as tracks acceptor, donor.

        Args:
            ref: Encoding of the reference.
            alt: Encoding of the alternate on the reference's bases; log odds of -inf
                where there is none.
            anchor: What is known of the reference.
        """
        before, after = self.log_odds(ref, alt, anchor)
        return anchoring.probabilities(after) - anchoring.probabilities(before)

    def log_odds(
        self,
        ref: Float[Tensor, "batch tracks length"],
        alt: Float[Tensor, "batch tracks length"],
        anchor: anchoring.Anchor | None = None,
    ) -> tuple[Float[Tensor, "batch 2 length"], Float[Tensor, "batch 2 length"]]:
        """Return log odds of sites before and after the change; see `deltas`."""
        own, other = ref[:, :SITES], alt[:, :SITES]
        if anchor is None:
            return own, other
        moved = alt[:, SITES:] - ref[:, SITES:]
        shift = (other - own) + _weigh(self.correction, moved)
        before = anchor.applied(own)
        return before, before + shift

    def quantiles(
        self,
        ref: Float[Tensor, "batch tracks length"],
        alt: Float[Tensor, "batch tracks length"],
        anchor: anchoring.Anchor | None = None,
    ) -> Float[Tensor, "batch 2 length 3"]:
        """Return the `QUANTILES` of Δ as tracks acceptor, donor; they never cross."""
        delta = self.deltas(ref, alt, anchor)
        moved = alt[:, SITES:] - ref[:, SITES:]
        rise, fall = F.softplus(self.spread)
        increase, decrease = F.relu(moved), F.relu(-moved)
        upper_spread = _weigh(rise, increase) + _weigh(fall, decrease)
        lower_spread = _weigh(fall, increase) + _weigh(rise, decrease)
        low = delta + (1 + delta) * torch.expm1(-lower_spread)
        high = delta - (1 - delta) * torch.expm1(-upper_spread)
        return torch.stack([low, delta, high], dim=-1)

    def network(self) -> stages.Network:
        """Return the encoder's stages, for the incremental engine."""
        listed: list[stages.Stage] = []

        def add(stage: stages.Stage) -> int:
            listed.append(stage)
            return len(listed)

        h = add(stages.Pointwise((stages.INPUT,), pointwise.Linear(self.stem)))
        skip = add(stages.Pointwise((h,), pointwise.Linear(self.skips[0])))
        after = _skipped(len(self.blocks))
        for i, block in enumerate(self.blocks, start=1):
            assert isinstance(block, gated.GatedBlock)
            h = block.append(add, h)
            if i in after:
                layer = pointwise.Linear(self.skips[after[i]])
                add_skip = functools.partial(pointwise.add_linear, layer)
                skip = add(stages.Pointwise((skip, h), add_skip))
        head = functools.partial(
            _head,
            pointwise.Linear(self.site),
            pointwise.Linear(self.hidden),
            pointwise.Linear(self.site_more),
            pointwise.Linear(self.latent),
        )
        add(stages.Pointwise((skip,), head))
        return stages.Network(listed, dtype=self.stem.weight.dtype)


@torch.no_grad()
def from_base(
    base: dilated.DilatedNetwork, config: PairedConfig
) -> PairedDeltaPredictor:
    """Return a predictor whose encoder is initialised with a base model's first layers.

    Blocks beyond the base model's, or of another kernel, are initialised as the
    identity. If the last group of blocks is incomplete, its skip has the weights of the
    complete group's: 10 or 11 of 12 blocks carry most of that group's signal.

    Args:
        base: A member of the SpliceAI family with ReLU activations.
        config: The predictor's architecture; channels must be the base model's.

    Raises:
        ValueError: The base model is of another width, activation or number of
            classes.
    """
    metadata = base.config
    fits = metadata.channels == config.channels and metadata.classes == 1 + SITES
    if not fits or metadata.slope or metadata.kept != (1, 2):
        raise ValueError(
            f"a predictor can begin as a base model of {config.channels} channels, "
            f"ReLU and three classes; got {metadata}"
        )
    predictor = PairedDeltaPredictor(config).to(base.stem.weight.dtype)
    _copy(predictor.stem, base.stem.weight, base.stem.bias)
    _copy(predictor.site, base.head.weight, base.head.bias)
    copied = 0
    for block, source in zip(predictor.blocks, base.blocks, strict=False):
        assert isinstance(block, gated.GatedBlock)
        assert isinstance(source, dilated.ResidualBlock)
        if block.conv1.weight.shape[3] != source.conv1.weight.shape[2]:
            break
        _copy_block(block, source)
        copied += 1
    for after, number in ({0: 0} | _skipped(len(predictor.blocks))).items():
        if after > copied:
            gated.clear(predictor.skips[number])
        else:
            source = base.skips[-(-after // dilated.BLOCKS_PER_SKIP)]
            assert isinstance(source, nn.Conv1d)
            _copy(predictor.skips[number], source.weight, source.bias)
    return predictor


def _skipped(blocks: int) -> dict[int, int]:
    """The number of the skip after each block (from 1) that has one."""
    every = dilated.BLOCKS_PER_SKIP
    ends = sorted({*range(every, blocks + 1, every), blocks})
    return {block: i for i, block in enumerate(ends, start=1)}


def _copy_block(block: gated.GatedBlock, source: dilated.ResidualBlock) -> None:
    scale, offset = dilated.affine(source.norm1)
    block.scale.copy_(scale)
    block.offset.copy_(offset)
    _copy(block.conv1, *dilated.fold(source.conv1, source.norm2))
    _copy(block.conv2, source.conv2.weight, source.conv2.bias)


def _copy(layer: nn.Module, weight: Tensor, bias: Tensor | None) -> None:
    assert isinstance(layer, nn.Conv2d)
    assert layer.bias is not None
    assert bias is not None
    layer.weight.copy_(weight[:, :, None])
    layer.bias.copy_(bias)


def _weigh(
    weights: Float[Tensor, "sites latents"],
    moved: Float[Tensor, "batch latents length"],
) -> Float[Tensor, "batch sites length"]:
    return torch.einsum("sk,bkl->bsl", weights, moved)


def _long(image: Float[Tensor, "batch channel 1 length"]) -> Tensor:
    """Return channels as tracks, in single precision at least."""
    return image[:, :, 0].to(torch.promote_types(image.dtype, torch.float32))


def _head(
    site: pointwise.Linear,
    hidden: pointwise.Linear,
    correction: pointwise.Linear,
    latent: pointwise.Linear,
    skip: Tensor,
) -> Tensor:
    inner = F.gelu(hidden(skip))
    logits = site(skip) + correction(inner)
    return torch.cat([logits[..., 1:] - logits[..., :1], latent(inner)], dim=-1)
