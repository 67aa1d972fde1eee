"""Paired predictors whose encoder begins as a base model's first layers."""

import torch
from torch import Tensor, nn

from twinsplice.models import architecture, dilated, gated, paired


@torch.no_grad()
def from_base(
    base: dilated.DilatedNetwork, config: architecture.PairedConfig
) -> paired.PairedDeltaPredictor:
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
    fits = metadata.channels == config.channels and metadata.classes == 1 + paired.SITES
    if not fits or metadata.slope or metadata.kept != (1, 2):
        raise ValueError(
            f"a predictor can begin as a base model of {config.channels} channels, "
            f"ReLU and three classes; got {metadata}"
        )
    predictor = paired.PairedDeltaPredictor(config).to(base.stem.weight.dtype)
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
    for after, number in ({0: 0} | paired.skips_after(len(predictor.blocks))).items():
        if after > copied:
            gated.clear(predictor.skips[number])
        else:
            source = base.skips[-(-after // dilated.BLOCKS_PER_SKIP)]
            assert isinstance(source, nn.Conv1d)
            _copy(predictor.skips[number], source.weight, source.bias)
    return predictor


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
