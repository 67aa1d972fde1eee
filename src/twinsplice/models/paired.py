"""The paired predictor: a Siamese gated dilated CNN whose Δ keeps the laws.

Each sequence gets the log odds of a site and a few latent tracks from one encoder of
gated dilated residual blocks. Δ is the difference of the probabilities; anchored, it
is what the shift of log odds makes of a reference that the model is told
(`models.anchoring`). Either way, by construction

- Δ = 0 where the two sequences read the same,
- swapping the sequences negates Δ; anchored, with p_ref + Δ as the new reference,
- -p_ref <= Δ <= 1 - p_ref.

The blocks have the shape of the SpliceAI family's, with gates that begin as the
identity: an encoder can start as the first layers of a base model
(`models.inheritance`). A far stage may read the reference's wider surroundings and
correct how strong both sequences' sites are (`models.far`).
"""

import dataclasses
import functools
from typing import Any

import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float
from torch import Tensor, nn

from twinsplice.engine import pointwise, stages
from twinsplice.models import (
    anchoring,
    architecture,
    dilated,
    far_stage,
    gated,
    siamese,
)

SITES = 2
"""Leading tracks of an encoding: log odds of an acceptor and of a donor."""
QUANTILES = (0.05, 0.5, 0.95)
"""Levels of `PairedDeltaPredictor.quantiles`, in order; the median is Δ."""


class PairedDeltaPredictor(siamese.SiameseModel):
    """Δ of donor and acceptor probability from a reference and an alternate."""

    def __init__(self, config: architecture.PairedConfig | None = None) -> None:
        """Initialise a predictor with random weights.

        Args:
            config: Its architecture; ±1,000 bases of context if not given.
        """
        super().__init__()
        self.config = config = config or architecture.PairedConfig()
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
            for _ in range(1 + len(skips_after(len(self.blocks))))
        )
        self.site = nn.Conv2d(width, 1 + SITES, 1)
        self.hidden = nn.Conv2d(width, config.hidden, 1)
        self.site_more = nn.Conv2d(config.hidden, 1 + SITES, 1, bias=False)
        self.latent = nn.Conv2d(config.hidden, config.latents, 1, bias=False)
        self.correction = nn.Parameter(torch.zeros(SITES, config.latents))
        self.spread = nn.Parameter(torch.full((2, SITES, config.latents), -3.0))
        nn.init.zeros_(self.site_more.weight)
        self.far = None if config.far is None else far_stage.FarStage(config.far)
        self.adjust = None
        if config.far is not None:
            self.adjust = far_stage.Correction(width, config.far.hidden, SITES)
        for layer in self.modules():
            if isinstance(layer, nn.Conv2d):
                layer.weight.data = layer.weight.data.contiguous(
                    memory_format=torch.channels_last
                )

    @property
    def settings(self) -> dict[str, Any]:
        """The fields of the predictor's `PairedConfig`."""
        return dataclasses.asdict(self.config)

    @property
    def reach(self) -> int:
        """Bases read to each side, the far stage's among them, wherever bins begin."""
        far_reach = 0 if self.far is None else self.far.reach + far_stage.BIN
        return max(self.context, far_reach)

    def logits(
        self, sequence: Float[Tensor, "batch 4 length"]
    ) -> tuple[Float[Tensor, "batch 3 inner"], Float[Tensor, "batch latents inner"]]:
        """Return the logits of neither, acceptor and donor, and the latent tracks.

        Args:
            sequence: One-hot bases; outputs exclude `context` bases at either end.
        """
        logits, latents = self._heads(self._skip(sequence))
        return _long(logits), _long(latents)

    def _skip(
        self, sequence: Float[Tensor, "batch 4 length"]
    ) -> Float[Tensor, "batch width 1 inner"]:
        image = sequence[:, :, None].contiguous(memory_format=torch.channels_last)
        inner = sequence.shape[2] - 2 * self.context
        h = self.stem(image)
        skip: Tensor = self.skips[0](gated.centre(h, inner))
        after = skips_after(len(self.blocks))
        for i, block in enumerate(self.blocks, start=1):
            h = block(h)
            if i in after:
                skip = skip + self.skips[after[i]](gated.centre(h, inner))
        return skip

    def _heads(
        self, skip: Float[Tensor, "batch width 1 inner"]
    ) -> tuple[
        Float[Tensor, "batch 3 1 inner"], Float[Tensor, "batch latents 1 inner"]
    ]:
        hidden = F.gelu(self.hidden(skip))
        return self.site(skip) + self.site_more(hidden), self.latent(hidden)

    def encode(
        self, sequence: Float[Tensor, "batch 4 length"]
    ) -> Float[Tensor, "batch tracks inner"]:
        """Return log odds of sites (acceptor, donor), then the latent tracks.

        With a far stage, the skip channels that its correction reads come last.
        """
        skip = self._skip(sequence)
        logits, latents = self._heads(skip)
        tracks = [logits[:, 1:] - logits[:, :1], latents]
        if self.far is not None:
            tracks.append(skip)
        return _long(torch.cat(tracks, dim=1))

    def surroundings(
        self, sequence: Float[Tensor, "batch 4 wide"]
    ) -> far_stage.Surroundings | None:
        """Return what the far stage says at every base; None without one.

        Args:
            sequence: As for `far_stage.FarStage.around`.
        """
        return None if self.far is None else self.far.around(sequence)

    def forward(
        self,
        ref_seq: Float[Tensor, "batch 4 length"],
        alt_seq: Float[Tensor, "batch 4 length"],
        reference: Float[Tensor, "batch 2 length"] | None = None,
        known: Bool[Tensor, "batch 2 length"] | None = None,
        wide: Float[Tensor, "batch 4 longer"] | None = None,
    ) -> Float[Tensor, "batch length 2"]:
        """Return Δ (donor, acceptor); bases beyond the sequences are unknown.

        Args:
            ref_seq: The reference.
            alt_seq: The alternate, of equal length, aligned base by base.
            reference: Probabilities of acceptor and donor in the reference, such as
                the base model's own.
            known: Where they are known; everywhere if not given.
            wide: What the far stage reads: the reference and its `reach` at either
                end. Without it, nothing is corrected.
        """
        ref, alt = (self.encode(self._pad(one)) for one in (ref_seq, alt_seq))
        anchor = None if reference is None else anchoring.known(reference, known)
        around = None if wide is None else self.surroundings(wide)
        return self.deltas(ref, alt, anchor, around).flip(1).transpose(1, 2)

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
        alt: Float[Tensor, "batch tracks length"],
        anchor: anchoring.Anchor | None = None,
        around: far_stage.Surroundings | None = None,
    ) -> Float[Tensor, "batch 2 length"]:
        """Return the reference's site probabilities as tracks acceptor, donor."""
        return anchoring.probabilities(self.log_odds(ref, alt, anchor, around)[0])

    def deltas(
        self,
        ref: Float[Tensor, "batch tracks length"],
        alt: Float[Tensor, "batch tracks length"],
        anchor: anchoring.Anchor | None = None,
        around: far_stage.Surroundings | None = None,
    ) -> Float[Tensor, "batch 2 length"]:
        """Return Δ as tracks acceptor, donor.

        Args:
            ref: Encoding of the reference.
            alt: Encoding of the alternate on the reference's bases; log odds of -inf
                where there is none.
            anchor: What is known of the reference.
            around: What the far stage says at every base; see `surroundings`.
        """
        before, after = self.log_odds(ref, alt, anchor, around)
        return anchoring.probabilities(after) - anchoring.probabilities(before)

    def log_odds(
        self,
        ref: Float[Tensor, "batch tracks length"],
        alt: Float[Tensor, "batch tracks length"],
        anchor: anchoring.Anchor | None = None,
        around: far_stage.Surroundings | None = None,
    ) -> tuple[Float[Tensor, "batch 2 length"], Float[Tensor, "batch 2 length"]]:
        """Return log odds of sites before and after the change; see `deltas`."""
        own, other = ref[:, :SITES], alt[:, :SITES]
        correction = self._correction(ref, alt, around)
        if anchor is None:
            return own + correction, other + correction
        shift = (other - own) + _weigh(self.correction, self._moved(ref, alt))
        before = anchor.applied(torch.where(anchor.nothing, own + correction, own))
        return before, before + shift

    def _correction(
        self,
        ref: Float[Tensor, "batch tracks length"],
        alt: Float[Tensor, "batch tracks length"],
        around: far_stage.Surroundings | None,
    ) -> Tensor | float:
        """Return the mean of both encodings' corrections; 0 without a far stage."""
        if self.adjust is None or around is None:
            return 0.0
        first = SITES + self.config.latents
        both = [
            self.adjust(one[:, :SITES], one[:, first:], around) for one in (ref, alt)
        ]
        # Added in either order, the sum is the same: swapping changes no digit.
        mean: Tensor = (both[0] + both[1]) / 2
        return mean

    def _moved(
        self,
        ref: Float[Tensor, "batch tracks length"],
        alt: Float[Tensor, "batch tracks length"],
    ) -> Float[Tensor, "batch latents length"]:
        latents = slice(SITES, SITES + self.config.latents)
        return alt[:, latents] - ref[:, latents]

    def quantiles(
        self,
        ref: Float[Tensor, "batch tracks length"],
        alt: Float[Tensor, "batch tracks length"],
        anchor: anchoring.Anchor | None = None,
        around: far_stage.Surroundings | None = None,
    ) -> Float[Tensor, "batch 2 length 3"]:
        """Return the `QUANTILES` of Δ as tracks acceptor, donor; they never cross."""
        return self.predict(ref, alt, anchor, around)[2]

    def predict(
        self,
        ref: Float[Tensor, "batch tracks length"],
        alt: Float[Tensor, "batch tracks length"],
        anchor: anchoring.Anchor | None = None,
        around: far_stage.Surroundings | None = None,
    ) -> tuple[
        Float[Tensor, "batch 2 length"],
        Float[Tensor, "batch 2 length"],
        Float[Tensor, "batch 2 length 3"],
    ]:
        """Return `references`, `deltas` and `quantiles`, computed together."""
        before, after = self.log_odds(ref, alt, anchor, around)
        reference = anchoring.probabilities(before)
        delta = anchoring.probabilities(after) - reference
        moved = self._moved(ref, alt)
        rise, fall = F.softplus(self.spread)
        increase, decrease = F.relu(moved), F.relu(-moved)
        upper_spread = _weigh(rise, increase) + _weigh(fall, decrease)
        lower_spread = _weigh(fall, increase) + _weigh(rise, decrease)
        low = delta + (1 + delta) * torch.expm1(-lower_spread)
        high = delta - (1 - delta) * torch.expm1(-upper_spread)
        return reference, delta, torch.stack([low, delta, high], dim=-1)

    def network(self) -> stages.Network:
        """Return the encoder's stages, for the incremental engine."""
        listed: list[stages.Stage] = []

        def add(stage: stages.Stage) -> int:
            listed.append(stage)
            return len(listed)

        h = add(stages.Pointwise((stages.INPUT,), pointwise.Linear(self.stem)))
        skip = add(stages.Pointwise((h,), pointwise.Linear(self.skips[0])))
        after = skips_after(len(self.blocks))
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
            self.far is not None,
        )
        add(stages.Pointwise((skip,), head))
        return stages.Network(listed, dtype=self.stem.weight.dtype)


def skips_after(blocks: int) -> dict[int, int]:
    """Return the number of the skip after each block (from 1) that has one."""
    every = dilated.BLOCKS_PER_SKIP
    ends = sorted({*range(every, blocks + 1, every), blocks})
    return {block: i for i, block in enumerate(ends, start=1)}


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
    keeps_skip: bool,  # noqa: FBT001
    skip: Tensor,
) -> Tensor:
    inner = F.gelu(hidden(skip))
    logits = site(skip) + correction(inner)
    tracks = [logits[..., 1:] - logits[..., :1], latent(inner)]
    return torch.cat([*tracks, skip] if keeps_skip else tracks, dim=-1)
