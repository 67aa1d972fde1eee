"""Weights of Pangolin, read from the authors' files.

Each file holds one replicate tuned to one of four tissues; of its eight heads
only that tissue's splice-site probability is used, as the official program does.
A profile has one track for each tissue, the mean of its replicates: Pangolin does not
separate acceptors and donors.
"""

import re
from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor

from twinsplice.base_models import contract
from twinsplice.models import dilated

TISSUES = ("heart", "liver", "brain", "testis")
FILE_NAME = re.compile(r"final\.(\d+)\.([0246])\.3\.v2")


def read(files: Sequence[Path]) -> list[contract.Member]:
    """Read Pangolin's state dictionaries, one for each member.

    Raises:
        pickle.UnpicklingError: A file holds more than tensors.
        KeyError: A layer is missing.
    """
    members = []
    for path in files:
        match = FILE_NAME.fullmatch(path.name)
        if match is None:
            raise KeyError(path.name)
        members.append(_member(path, int(match[2])))
    return members


def _member(path: Path, head: int) -> contract.Member:
    saved: dict[str, Tensor] = torch.load(path, map_location="cpu", weights_only=True)
    renamed = {_name(name, head): tensor for name, tensor in saved.items()}
    return contract.Member(
        config=dilated.DilatedConfig(classes=2, kept=(1,)),
        state={name: tensor for name, tensor in renamed.items() if name},
        rows=(head // 2,),
    )


def _name(name: str, head: int) -> str:
    """Our name for one of Pangolin's parameters; empty for an unused head's."""
    layer, _, field = name.rpartition(".")
    block = re.fullmatch(r"resblocks\.(\d+)\.(bn|conv)([12])", layer)
    if block is not None:
        part = "norm" if block[2] == "bn" else "conv"
        return f"blocks.{block[1]}.{part}{block[3]}.{field}"
    skip = re.fullmatch(r"convs\.(\d+)", layer)
    if skip is not None:
        return f"skips.{int(skip[1]) + 1}.{field}"
    layers = {"conv1": "stem", "skip": "skips.0", f"conv_last{head + 1}": "head"}
    return f"{layers[layer]}.{field}" if layer in layers else ""
