"""The instructions of a processor: another one's move scores by next to nothing."""

import os
import pathlib
import subprocess
import sys

import numpy as np

from twinsplice import api

# What PyTorch, oneDNN and MKL take of a processor that has no AVX.
OLDEST = {
    "ATEN_CPU_CAPABILITY": "default",
    "ONEDNN_MAX_CPU_ISA": "SSE41",
    "MKL_CBWR": "COMPATIBLE",
}
LARGEST = 1e-5
"""Far less than the fourth decimal, which is the last that is printed."""


def _changes() -> np.ndarray:
    draw = np.random.default_rng(0)
    model = api.load_model("twinsplice", device="cpu")
    changes = []
    for cut in (0, 3):
        ref = "".join(draw.choice(list("ACGT"), 1_200))
        changes.append(model.delta(ref, f"{ref[:600]}GTAAGT{ref[600 + cut :]}"))
    return np.concatenate(changes)


def test_scores_without_avx_are_those_of_this_processor(tmp_path: pathlib.Path) -> None:
    found = tmp_path / "found.npy"
    subprocess.run(
        [sys.executable, __file__, str(found)], env=os.environ | OLDEST, check=True
    )
    own, other = _changes(), np.load(found)
    assert np.abs(own).max() > 0.1
    assert np.abs(own - other).max() < LARGEST


if __name__ == "__main__":
    np.save(sys.argv[1], _changes())
