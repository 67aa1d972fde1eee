"""`tensor_files`: what the library's own readers say of a file."""

import pathlib

import pytest
import safetensors.torch
import torch

from twinsplice.base_models import tensor_files

TENSORS = {"a.weight": torch.arange(6.0).reshape(2, 3), "b": torch.tensor(3)}


def test_headers_and_tensors_are_those_of_the_library(tmp_path: pathlib.Path) -> None:
    content = tensor_files.packed(TENSORS, {"card": "text é"})
    path = tmp_path / "x.safetensors"
    path.write_bytes(content)
    header = tensor_files.header(content)
    with safetensors.safe_open(path, framework="pt") as opened:
        assert header.metadata == opened.metadata() == {"card": "text é"}
        assert header.shapes == {
            name: opened.get_slice(name).get_shape()
            for name in opened.keys()  # noqa: SIM118
        }
    found = tensor_files.tensors(content)
    assert found.keys() == TENSORS.keys()
    assert all(torch.equal(found[name], TENSORS[name]) for name in found)


def test_bytes_are_the_same_each_time() -> None:
    metadata = {name: name for name in "dcba"}
    found = {tensor_files.packed(TENSORS, metadata) for _ in range(20)}
    assert len(found) == 1


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"text", bytes(8), b"\xff" * 20, b"\x02" + bytes(7) + b"[]"),
        *(b"\x04" + bytes(7) + b"null", b"\x07" + bytes(7) + b'{"a":1}'),
    ],
)
def test_what_has_no_header_is_refused(content: bytes) -> None:
    with pytest.raises((ValueError, TypeError, KeyError)):
        tensor_files.header(content)
    with pytest.raises((ValueError, safetensors.SafetensorError)):
        tensor_files.tensors(content)
