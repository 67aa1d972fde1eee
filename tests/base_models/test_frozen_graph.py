"""`frozen_graph`: what an encoder of our own writes is read, and damage told."""

import contextlib
import hashlib
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from twinsplice.base_models import frozen_graph, loading

FLOATS = arrays.arrays(
    np.float32, arrays.array_shapes(min_dims=0, max_dims=3, max_side=4)
)
NAMES = st.text(max_size=9)
GRAPHS = st.dictionaries(NAMES, FLOATS, max_size=4)
# Over all names, shapes and values, in order of names; TensorBoard 2.21 reads the same.
SHA256 = "a4faed8f2854347be532733ee901a12dd0aaef849d2316ffbb409d5dfb06fae8"


def _varint(value: int) -> bytes:
    rest = value >> 7
    return bytes([value & 0x7F | 0x80]) + _varint(rest) if rest else bytes([value])


def _field(number: int, value: int | bytes) -> bytes:
    if isinstance(value, int):
        return _varint(number << 3) + _varint(value)
    return _varint(number << 3 | 2) + _varint(len(value)) + value


def _tensor(values: bytes, shape: tuple[int, ...], kind: int = 1) -> bytes:
    dimensions = b"".join(_field(2, _field(1, size)) for size in shape)
    return _field(1, kind) + _field(2, dimensions) + values


def _node(name: str, tensor: bytes, operation: bytes = b"Const") -> bytes:
    # Another attribute, and fields that are not read, stand between.
    kind = _field(5, _field(1, b"dtype") + _field(2, _field(6, 1)))
    value = _field(5, _field(1, b"value") + _field(2, _field(8, tensor)))
    node = _field(1, name.encode()) + _field(2, operation) + _field(3, b"input")
    return _field(1, node + kind + value + b"\x7d" + bytes(4))


def _graph(values: dict[str, np.ndarray]) -> bytes:
    nodes = [
        _node(name, _tensor(_field(4, array.tobytes()), array.shape))
        for name, array in values.items()
    ]
    return b"".join([*nodes, _field(4, _field(1, 1987)), b"\x21" + bytes(8)])


@given(GRAPHS)
def test_what_is_written_is_read(values: dict[str, np.ndarray]) -> None:
    found = frozen_graph.constants(_graph(values))
    assert found.keys() == values.keys()
    for name, array in values.items():
        assert found[name].shape == array.shape
        assert found[name].tobytes() == array.tobytes()


@pytest.mark.parametrize("packed", [True, False])
def test_values_may_be_listed(packed: bool) -> None:  # noqa: FBT001
    numbers = [struct.pack("<f", value) for value in (1.5, -2.0, 0.25)]
    listed = b"".join(b"\x2d" + number for number in numbers)
    if packed:
        listed = _field(5, b"".join(numbers))
    graph = _node("x", _tensor(listed, (3,)))
    assert frozen_graph.constants(graph)["x"].tolist() == [1.5, -2.0, 0.25]


def test_one_value_may_stand_for_all() -> None:
    graph = _node("x", _tensor(_field(5, struct.pack("<f", 3.0)), (2, 5)))
    assert (frozen_graph.constants(graph)["x"] == np.full((2, 5), 3.0)).all()


def test_other_nodes_and_types_are_left_out() -> None:
    values = _field(4, bytes(8))
    graph = _node("int", _tensor(values, (2,), kind=3))
    graph += _node("variable", _tensor(values, (2,)), b"VarHandleOp")
    assert frozen_graph.constants(graph) == {}


@pytest.mark.parametrize(
    "shape",
    [(3,), (1 << 25, 1), (1 << 63, 0), (1 << 13, 1 << 13), (1,) * 9, (1 << 64 - 1,)],
)
def test_a_shape_that_does_not_fit_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"tensor of|reshape"):
        frozen_graph.constants(_node("x", _tensor(_field(4, bytes(8)), shape)))


@given(GRAPHS, st.data())
def test_damage_is_told_or_leaves_arrays(
    values: dict[str, np.ndarray], data: st.DataObject
) -> None:
    content = bytearray(_graph(values))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(content)))
    # Nothing but a ValueError is raised, and no more is read than was written.
    with contextlib.suppress(ValueError):
        found = frozen_graph.constants(bytes(content[:cut]))
        assert sum(array.size for array in found.values()) <= 4 << 24


@given(st.binary(max_size=300))
def test_any_bytes_are_told(content: bytes) -> None:
    with contextlib.suppress(ValueError):
        assert isinstance(frozen_graph.constants(content), dict)


def test_the_published_graph_has_the_values_that_tensorboard_reads() -> None:
    if not loading.is_installed("cispliceai"):
        pytest.skip("the extra [cispliceai] is not installed")
    path = loading.official_file("cispliceai", "data/CI-SpliceAI.pb")
    found = frozen_graph.constants(path.read_bytes())
    digest = hashlib.sha256()
    for name in sorted(found):
        array = found[name]
        digest.update(name.encode() + str(array.shape).encode() + array.tobytes())
    assert (len(found), digest.hexdigest()) == (1_190, SHA256)
