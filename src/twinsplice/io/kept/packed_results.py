"""Results as bytes and back, to the last bit: to be kept while a run goes on."""

import json
import struct
from collections.abc import Sequence
from typing import Any

import numpy as np

from twinsplice.effect import deltas, queries, results
from twinsplice.genome import variants

_LENGTH = struct.Struct("<Q")
_LISTS = ("alt", "gene", "gene_id")
_ARRAYS = ("record", "minus", "scored", "origin", "start", "reference")
_PREDICTED = ("size", "column", "ref", "alt", "low", "high")
_PREDICTED_ROWS = ("probability", "exon_loss", "altered")
_SHORTER: dict[type, tuple[type, ...]] = {
    np.int64: (np.int8, np.int16, np.int32),
    np.float64: (np.float32,),
}
"""Types that many numbers fit into without a change."""


def pack(chunk: results.Results) -> bytes:
    """Return results as bytes; profiles, which no output has, are left out."""
    predictions = chunk.predictions
    arrays = {name: getattr(chunk, name) for name in _ARRAYS}
    arrays |= {
        f"predictions.{name}": getattr(predictions, name)
        for name in (*_PREDICTED, *_PREDICTED_ROWS)
    }
    stored = {name: _shortest(a) for name, a in arrays.items() if a is not None}
    head = {
        "lists": {name: getattr(chunk, name) for name in _LISTS},
        "reason": [None if each is None else each.value for each in chunk.reason],
        "kinds": [kind.label for kind in predictions.kinds],
        "arrays": {
            name: [arrays[name].dtype.str, array.dtype.str, list(array.shape)]
            for name, array in stored.items()
        },
    }
    text = json.dumps(head).encode("ascii")
    parts = [np.ascontiguousarray(array).tobytes() for array in stored.values()]
    return b"".join([_LENGTH.pack(len(text)), text, *parts])


def unpack(content: bytes, kinds: Sequence[deltas.Kind]) -> results.Results:
    """Return the results that `pack` was given.

    Args:
        content: The bytes.
        kinds: The kinds of the model that gave them.

    Raises:
        ValueError: They are of other kinds.
    """
    (length,) = _LENGTH.unpack_from(content)
    at = _LENGTH.size + length
    head = json.loads(content[_LENGTH.size : at])
    if head["kinds"] != [kind.label for kind in kinds]:
        raise ValueError(f"results of other kinds: {head['kinds']}")
    arrays: dict[str, Any] = {}
    for name, (dtype, stored, shape) in head["arrays"].items():
        count = int(np.prod(shape, dtype=np.int64))
        flat = np.frombuffer(content, np.dtype(stored), count, at)
        arrays[name] = flat.reshape(shape).astype(dtype)
        at += flat.nbytes
    predicted: dict[str, Any] = {
        name: arrays.get(f"predictions.{name}")
        for name in (*_PREDICTED, *_PREDICTED_ROWS)
    }
    fields: dict[str, Any] = {name: arrays.get(name) for name in _ARRAYS}
    return results.Results(
        **fields,
        **head["lists"],
        reason=[each and variants.SkipReason(each) for each in head["reason"]],
        predictions=queries.Predictions(kinds=tuple(kinds), **predicted),
    )


def pack_all(chunks: Sequence[results.Results]) -> bytes:
    """Return the results of several models as bytes."""
    parts = [pack(chunk) for chunk in chunks]
    return b"".join(_LENGTH.pack(len(part)) + part for part in parts)


def unpack_all(
    content: bytes, kinds: Sequence[Sequence[deltas.Kind]]
) -> list[results.Results]:
    """Return the results that `pack_all` was given.

    Args:
        content: The bytes.
        kinds: The kinds of each model.

    Raises:
        ValueError: They are of other models.
    """
    chunks, at = [], 0
    for own in kinds:
        (length,) = _LENGTH.unpack_from(content, at)
        at += _LENGTH.size
        chunks.append(unpack(content[at : at + length], own))
        at += length
    if at != len(content):
        raise ValueError("results of more models")
    return chunks


def _shortest(array: np.ndarray) -> np.ndarray:
    """Return an array in the shortest type that holds each of its bits."""
    for kind in _SHORTER.get(array.dtype.type, ()):
        with np.errstate(over="ignore", invalid="ignore"):
            shorter: np.ndarray = array.astype(kind)
        if shorter.astype(array.dtype).tobytes() == array.tobytes():
            return shorter
    return array
