"""Readers of models, maps and what models learn from; see `readers`.

What is hostile has a seal of its own, and so the seals of files are set right here:
else nothing that is changed in them would be read.
"""

import contextlib
import hashlib
import json
import pathlib

import numpy as np

from support import models as toys
from twinsplice import errors
from twinsplice.base_models import frozen_graph, loading
from twinsplice.io import map_shards, reference_map, sealing, target_store
from twinsplice.predictors import checkpoints, score_calibration
from twinsplice.predictors import loading as predictors
from twinsplice.training import datasets, run_states

SEPARATOR = b"\n%%\n"
"""Between the files of a reader that takes several."""
_SOME = 8
_SEAL = b"twinsplice-sealed-sha256:"


def write(folder: pathlib.Path, content: bytes, name: str = "x") -> pathlib.Path:
    """Write a file into a folder; return its path."""
    path = folder / name
    path.write_bytes(content)
    return path


def resealed(content: bytes) -> bytes:
    """Return content whose seal, if it has one, is right."""
    place = content.rfind(_SEAL)
    if place < 0:
        return content
    first, end = place + len(_SEAL), place + len(sealing.BLANK)
    blanked = content[:first] + b"0" * 64 + content[end:]
    digest = hashlib.sha256(blanked).hexdigest().encode()
    return content[:first] + digest + content[end:]


def maps(content: bytes, folder: pathlib.Path) -> None:
    """Read a map, its sites, and join it as a shard."""
    path = write(folder, resealed(content))
    found = reference_map.read(path)
    for number, gene in enumerate(found.genes[:_SOME]):
        found.sites(number, gene.start, gene.end)
        assert found.gene(gene.contig, gene.minus, gene.start, gene.end) is not None
    map_shards.merge([path], folder / "out.parquet")


def weights(content: bytes, folder: pathlib.Path) -> None:
    """Read trained weights and their card, and calibrate with it."""
    path = write(folder, resealed(content), "x.safetensors")
    predictors.folds(str(path))
    predictors.learned(str(path))
    found = predictors.of_trained(checkpoints.load(path), "x", toys.ON_CPU)
    size = np.array([[0.0, 0.1, 0.5, 1.0]])
    raw = score_calibration.RawScores(size=size, ref=size, quantiles=(size, size))
    for calibration in found.calibrations.values():
        calibration.ends(raw)
        calibration.probabilities(raw)
        calibration.altered(size[0])


def base_weights(content: bytes, folder: pathlib.Path) -> None:
    """Read a base model's weights as PyTorch saves them."""
    (folder / "weights").mkdir()
    write(folder / "weights", content, "x.pt")
    loading.load(str(folder / "weights"))


def graphs(content: bytes, _: pathlib.Path) -> None:
    """Read a frozen graph."""
    # What reads the file makes a refusal of these.
    with contextlib.suppress(ValueError):
        frozen_graph.constants(content)


def runs(content: bytes, folder: pathlib.Path) -> None:
    """Read the state and the settings of a run."""
    mark = content.rfind(_SEAL)
    if mark >= 0:
        body = content[:mark]
        content = body + _SEAL + hashlib.sha256(body).digest()
    path = write(folder, content)
    with contextlib.suppress(errors.InputError):
        run_states.settings(path)
    run_states.read(path)


def stores(content: bytes, folder: pathlib.Path) -> None:
    """Read a store; each part is a file of it, whose first line is its name."""
    path = folder / "x.zarr"
    for part in content.split(SEPARATOR)[:50]:
        name, _, body = part.partition(b"\n")
        place = path / name.decode("ascii", "replace").replace("..", "")
        with contextlib.suppress(OSError, ValueError):
            if path in place.parents:
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(body)
    _seal_store(path)
    store = target_store.open_store(path)
    assert len(store.pending()) <= len(store.done_rows())
    for array in ("contig", "codes", "profile", "delta"):
        store.read(array)
        store.read(array, slice(0, 3))
    datasets.contigs(store)


def _seal_store(path: pathlib.Path) -> None:
    with contextlib.suppress(Exception):
        content = json.loads((path / "zarr.json").read_bytes())
        attributes = content["attributes"]
        if attributes.get("seal") is not None:
            attributes["seal"] = target_store._seal(path, attributes)
            (path / "zarr.json").write_text(json.dumps(content))
