"""The instructions of a processor: another one's move scores by next to nothing."""

import os
import pathlib
import subprocess
import sys

import numpy as np
import pytest

from twinsplice import api
from twinsplice.genome import variants
from twinsplice.scoring import constructs

# What PyTorch, oneDNN and MKL take of a processor that has no AVX.
OLDEST = {
    "ATEN_CPU_CAPABILITY": "default",
    "ONEDNN_MAX_CPU_ISA": "SSE41",
    "MKL_CBWR": "COMPATIBLE",
}
LARGEST = 1e-5
"""Far less than the fourth decimal, which is the last that is printed."""
WEIGHTS = pathlib.Path(__file__).parents[3] / "shared" / "weights"
BASE_MODELS = {
    "cispliceai": None,
    "spliceai": None,
    "openspliceai": WEIGHTS / "openspliceai-mane" / "400nt",
    "pangolin": WEIGHTS / "pangolin",
}
"""With the folders of their weights; those that are not there are left out."""


def _found(draw: np.random.Generator) -> dict[str, np.ndarray]:
    """Return changes by the paired network, and profiles by those of others."""
    model = api.load_model("twinsplice", device="cpu")
    changes = []
    for cut in (0, 3):
        ref = "".join(draw.choice(list("ACGT"), 1_200))
        changes.append(model.delta(ref, f"{ref[:600]}GTAAGT{ref[600 + cut :]}"))
    found = {"twinsplice": np.concatenate(changes)}
    # An exon between two strong sites, and its donor lost.
    ends = ["".join(draw.choice(list("ACGT"), 200)) for _ in range(3)]
    text = f"{ends[0]}CTTTTTTTCCTTTCAG{ends[1]}CAGGTAAGT{ends[2]}"
    lost = variants.Variant("", 419, "G", "A")
    queries = constructs.build([text], [lost], np.array([len(text)]))
    for name, folder in BASE_MODELS.items():
        if folder is None or folder.is_dir():
            base = api.load_model(name, weights=folder, device="cpu")
            predictions = base.predictor.predict(queries, profiles=True)
            profiles = predictions.ref_profile, predictions.alt_profile
            found[name] = np.stack([each for each in profiles if each is not None])
    return found


@pytest.fixture(scope="module")
def found(
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """What this processor's instructions give, and the oldest's."""
    path = tmp_path_factory.mktemp("processors") / "found.npz"
    subprocess.run(
        [sys.executable, __file__, str(path)], env=os.environ | OLDEST, check=True
    )
    with np.load(path) as oldest:
        return _found(np.random.default_rng(0)), dict(oldest)


@pytest.mark.parametrize("name", ["twinsplice", *BASE_MODELS])
def test_scores_without_avx_are_those_of_this_processor(
    name: str, found: tuple[dict[str, np.ndarray], dict[str, np.ndarray]]
) -> None:
    own, oldest = found
    if name not in own:
        pytest.skip(f"weights of {name} are not at hand")
    assert np.abs(own[name]).max() > 0.1
    assert np.abs(own[name] - oldest[name]).max() < LARGEST


if __name__ == "__main__":
    np.savez(sys.argv[1], allow_pickle=False, **_found(np.random.default_rng(0)))
