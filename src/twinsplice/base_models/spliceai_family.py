"""Weights of SpliceAI, CI-SpliceAI and OpenSpliceAI, read from the authors' files.

All three number layers alike: the stem, its skip, then two convolutions a block
and a skip after every fourth block; the head is last.
"""

import re
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from twinsplice import errors
from twinsplice.base_models import contract, frozen_graph
from twinsplice.models import dilated

Parameters = dict[str, Tensor]
_ROWS = (0, 1)
_KERAS_EPSILON = 1e-3
_GRAPH_MEMBERS = 5


def read_spliceai(files: Sequence[Path]) -> list[contract.Member]:
    """Read SpliceAI's Keras files, one for each member.

    Raises:
        WeightsError: h5py is missing.
        OSError: A file is not HDF5.
        KeyError: A layer is missing.
    """
    try:
        import h5py  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise errors.WeightsError(
            "SpliceAI's weights are HDF5 files",
            got="no h5py to read them with",
            remedy="pip install 'twinsplice[spliceai]'",
        ) from error
    members = []
    for path in files:
        with h5py.File(path) as file:
            layers = file["model_weights"]

            def read(name: str, field: str, layers: object = layers) -> Tensor:
                return torch.from_numpy(
                    np.array(layers[name][name][f"{field}:0"])  # type: ignore[index]
                )

            members.append(_keras_member(read))
    return members


def read_cispliceai(files: Sequence[Path]) -> list[contract.Member]:
    """Read CI-SpliceAI's frozen graph, which holds all five members.

    Raises:
        ValueError: The file is damaged.
        KeyError: A layer is missing.
    """
    (path,) = files
    constants = frozen_graph.constants(path.read_bytes())
    nodes = {
        "kernel": "conv1d{}/ExpandDims_1/ReadVariableOp/resource",
        "bias": "BiasAdd{}/ReadVariableOp/resource",
        "moving_variance": "batchnorm{}/ReadVariableOp/resource",
        "gamma": "batchnorm{}/mul/ReadVariableOp/resource",
        "moving_mean": "batchnorm{}/ReadVariableOp_1/resource",
        "beta": "batchnorm{}/ReadVariableOp_2/resource",
    }

    def reader(suffix: str) -> Callable[[str, str], Tensor]:
        def read(name: str, field: str) -> Tensor:
            array = constants[f"model_1/{name}/{nodes[field].format(suffix)}"]
            return torch.from_numpy(array)

        return read

    suffixes = ["", *(f"_{i}" for i in range(1, _GRAPH_MEMBERS))]
    return [_keras_member(reader(suffix)) for suffix in suffixes]


def _keras_member(read: Callable[[str, str], Tensor]) -> contract.Member:
    """Return a Keras model's parameters; `read` takes a layer and a field."""
    state: Parameters = {}
    counts = {"conv1d": 0, "batch_normalization": 0}

    def convolution(name: str) -> None:
        counts["conv1d"] += 1
        layer = f"conv1d_{counts['conv1d']}"
        kernel = read(layer, "kernel").permute(2, 1, 0)
        state[f"{name}.weight"] = kernel.contiguous()
        state[f"{name}.bias"] = read(layer, "bias")

    def norm(name: str) -> None:
        counts["batch_normalization"] += 1
        layer = f"batch_normalization_{counts['batch_normalization']}"
        state[f"{name}.weight"] = read(layer, "gamma")
        state[f"{name}.bias"] = read(layer, "beta")
        state[f"{name}.running_mean"] = read(layer, "moving_mean")
        state[f"{name}.running_var"] = read(layer, "moving_variance")
        state[f"{name}.num_batches_tracked"] = torch.tensor(0)

    config = dilated.DilatedConfig(epsilon=_KERAS_EPSILON)
    convolution("stem")
    convolution("skips.0")
    for block in range(config.blocks):
        for half in (1, 2):
            norm(f"blocks.{block}.norm{half}")
            convolution(f"blocks.{block}.conv{half}")
        if (block + 1) % dilated.BLOCKS_PER_SKIP == 0:
            convolution(f"skips.{(block + 1) // dilated.BLOCKS_PER_SKIP}")
    convolution("head")
    return contract.Member(config=config, state=state, rows=_ROWS)


def read_openspliceai(files: Sequence[Path]) -> list[contract.Member]:
    """Read OpenSpliceAI's state dictionaries, one for each member.

    Raises:
        pickle.UnpicklingError: A file holds more than tensors.
        KeyError: A layer is missing.
    """
    return [_openspliceai_member(path) for path in files]


def _openspliceai_member(path: Path) -> contract.Member:
    saved: Parameters = torch.load(path, map_location="cpu", weights_only=True)
    units = sum(bool(re.fullmatch(r".*\.conv1\.weight", name)) for name in saved)
    config = dilated.DilatedConfig(
        blocks=units,
        channels=saved["initial_conv.weight"].shape[0],
        slope=0.1,
    )
    per_group = dilated.BLOCKS_PER_SKIP + 1
    state: Parameters = {}
    for name, tensor in saved.items():
        state[_openspliceai_name(name, per_group)] = tensor
    return contract.Member(config=config, state=state, rows=_ROWS)


def _openspliceai_name(name: str, per_group: int) -> str:
    """Our name for one of OpenSpliceAI's parameters; every fifth unit is a skip."""
    unit = re.fullmatch(r"residual_units\.(\d+)\.(\w+)\.(\w+)", name)
    if unit is None:
        layer, _, field = name.rpartition(".")
        layers = {
            "initial_conv": "stem",
            "initial_skip.conv": "skips.0",
            "final_conv": "head",
        }
        return f"{layers[layer]}.{field}"
    group, place = divmod(int(unit[1]), per_group)
    if place == per_group - 1:
        return f"skips.{group + 1}.{unit[3]}"
    block = group * (per_group - 1) + place
    return f"blocks.{block}.{unit[2].replace('batchnorm', 'norm')}.{unit[3]}"
