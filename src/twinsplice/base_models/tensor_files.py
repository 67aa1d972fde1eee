"""Tensors in safetensors files, read from bytes.

The library's own readers take paths that are UTF-8 only, and each reads a file anew.
"""

import dataclasses
import json
from collections.abc import Mapping
from typing import Any

import safetensors.torch
from torch import Tensor

_LENGTH = 8
"""Bytes at a file's beginning that hold the length of its header."""
_METADATA = "__metadata__"


@dataclasses.dataclass(frozen=True)
class Header:
    """What a file says of itself.

    Attributes:
        shapes: Shape of each tensor.
        metadata: Further text, by name.
    """

    shapes: Mapping[str, list[int]]
    metadata: Mapping[str, str]


def header(content: bytes) -> Header:
    """Return a file's header, without its tensors.

    Raises:
        ValueError, KeyError, TypeError, RecursionError: It is damaged.
    """
    end = _LENGTH + int.from_bytes(content[:_LENGTH], "little")
    if not _LENGTH < end <= len(content):
        raise ValueError("no header, or one that breaks off")
    stated: dict[str, Any] = json.loads(content[_LENGTH:end])
    if not isinstance(stated, dict):
        raise TypeError("a header that is no table")
    metadata = stated.pop(_METADATA, {})
    shapes = {name: list(entry["shape"]) for name, entry in stated.items()}
    return Header(shapes, dict(metadata))


def tensors(content: bytes) -> dict[str, Tensor]:
    """Return a file's tensors.

    Raises:
        SafetensorError, ValueError: It is damaged.
    """
    return safetensors.torch.load(content)


def packed(content: Mapping[str, Tensor], metadata: Mapping[str, str]) -> bytes:
    """Return the bytes of a file, the same each time."""
    written = safetensors.torch.save(dict(content), dict(metadata))
    end = _LENGTH + int.from_bytes(written[:_LENGTH], "little")
    # The library writes metadata in any order.
    stated = json.loads(written[_LENGTH:end])
    stated[_METADATA] = dict(sorted(metadata.items()))
    text = json.dumps(stated, separators=(",", ":"), ensure_ascii=False).encode()
    text += b" " * (-len(text) % _LENGTH)
    return len(text).to_bytes(_LENGTH, "little") + text + written[end:]
