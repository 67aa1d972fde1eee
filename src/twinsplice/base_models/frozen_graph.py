"""Constants of a TensorFlow graph, read from its protocol buffers without TensorFlow.

Only what a frozen network needs is read: nodes of the operation Const that hold single
precision. Source: TensorFlow's graph.proto, node_def.proto, attr_value.proto and
tensor.proto (field numbers), and protobuf.dev, "Encoding" (the wire format).
"""

import math
from collections.abc import Iterator, Mapping

import numpy as np
from jaxtyping import Float32

Field = tuple[int, int | memoryview]
"""Number and value of a field: an integer, or the bytes of anything else."""

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_WIDTH = {_FIXED64: 8, _FIXED32: 4}
_LONGEST_VARINT = 10
_FLOAT = 1
_MOST_BYTES = 1 << 28
_MOST_VALUES, _MOST_DIMENSIONS = 1 << 24, 8
# Field numbers of the messages.
_GRAPH_NODE = 1
_NODE_NAME, _NODE_OPERATION, _NODE_ATTRIBUTE = 1, 2, 5
_ENTRY_KEY, _ENTRY_VALUE = 1, 2
_VALUE_TENSOR = 8
_TENSOR_TYPE, _TENSOR_SHAPE, _TENSOR_CONTENT, _TENSOR_FLOATS = 1, 2, 4, 5
_SHAPE_DIMENSION, _DIMENSION_SIZE = 2, 1


def constants(content: bytes) -> Mapping[str, Float32[np.ndarray, "..."]]:
    """Return the single-precision constants of a graph by the names of their nodes.

    Args:
        content: A serialised GraphDef.

    Raises:
        ValueError: It is damaged, or something else.
    """
    if len(content) > _MOST_BYTES:
        raise ValueError(f"a graph of {len(content):,} bytes")
    found = {}
    for number, node in _fields(memoryview(content)):
        if number == _GRAPH_NODE:
            named = _constant(_bytes(node))
            if named is not None:
                found[named[0]] = named[1]
    return found


def _constant(node: memoryview) -> tuple[str, Float32[np.ndarray, "..."]] | None:
    """Return the name and value of a node; None unless it is a constant of floats."""
    name = operation = b""
    tensor = None
    for number, value in _fields(node):
        if number == _NODE_NAME:
            name = bytes(_bytes(value))
        elif number == _NODE_OPERATION:
            operation = bytes(_bytes(value))
        elif number == _NODE_ATTRIBUTE:
            tensor = _tensor_attribute(_bytes(value)) or tensor
    if operation != b"Const" or tensor is None:
        return None
    array = _array(tensor)
    return None if array is None else (name.decode(), array)


def _tensor_attribute(entry: memoryview) -> memoryview | None:
    """Return the tensor of a node's attribute, if it is its value."""
    parts = dict(_fields(entry))
    if _ENTRY_VALUE not in parts or bytes(_bytes(parts.get(_ENTRY_KEY))) != b"value":
        return None
    tensor = dict(_fields(_bytes(parts[_ENTRY_VALUE]))).get(_VALUE_TENSOR)
    return None if tensor is None else _bytes(tensor)


def _array(tensor: memoryview) -> Float32[np.ndarray, "..."] | None:
    """Return a tensor's values; None if they are not of single precision."""
    fields = list(_fields(tensor))
    last = dict(fields)
    if _integer(last.get(_TENSOR_TYPE, 0)) != _FLOAT:
        return None
    shape = _shape(_bytes(last.get(_TENSOR_SHAPE, memoryview(b""))))
    count = math.prod(shape)
    if count > _MOST_VALUES:
        raise ValueError(f"a tensor of {count:,} values")
    content = last.get(_TENSOR_CONTENT)
    if content is None:
        listed = (value for number, value in fields if number == _TENSOR_FLOATS)
        content = memoryview(b"".join(map(_bytes, listed)))
    values = np.frombuffer(_bytes(content), dtype="<f4")
    # A tensor of one value throughout is written as that value.
    if len(values) == 1:
        values = np.repeat(values, count)
    return values.reshape(shape).astype(np.float32)


def _shape(message: memoryview) -> list[int]:
    sizes = [
        _integer(dict(_fields(_bytes(value))).get(_DIMENSION_SIZE, 0))
        for number, value in _fields(message)
        if number == _SHAPE_DIMENSION
    ]
    if len(sizes) > _MOST_DIMENSIONS or max(sizes, default=0) > _MOST_VALUES:
        raise ValueError(f"a tensor of {' x '.join(map(str, sizes))}"[:80])
    return sizes


# The wire format.


def _fields(message: memoryview) -> Iterator[Field]:
    """Yield the fields of a message."""
    at = 0
    while at < len(message):
        tag, at = _varint(message, at)
        number, kind = tag >> 3, tag & 7
        if kind == _VARINT:
            value, at = _varint(message, at)
            yield number, value
            continue
        if kind == _BYTES:
            length, at = _varint(message, at)
        elif kind in _WIDTH:
            length = _WIDTH[kind]
        else:
            raise ValueError(f"no protocol buffer: a field of wire type {kind}")
        if length > len(message) - at:
            raise ValueError("a graph that breaks off")
        yield number, message[at : at + length]
        at += length


def _varint(message: memoryview, at: int) -> tuple[int, int]:
    """Return an integer of seven bits a byte, and where the next field begins."""
    value = 0
    for place, byte in enumerate(message[at : at + _LONGEST_VARINT]):
        value |= (byte & 0x7F) << (7 * place)
        if byte < 0x80:
            return value, at + place + 1
    raise ValueError("a graph that breaks off, or an integer of too many bytes")


def _bytes(value: int | memoryview | None) -> memoryview:
    if isinstance(value, memoryview):
        return value
    raise ValueError("no graph: a field of another type")


def _integer(value: int | memoryview) -> int:
    if isinstance(value, int):
        return value
    raise ValueError("no graph: a field of another type")
