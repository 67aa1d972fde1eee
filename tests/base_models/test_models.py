"""Every catalogued model through one contract, and the authors' own numbers.

SpliceAI and CI-SpliceAI come from their installed wheels. The others are looked for
in ../shared/weights beside the repository; without it their tests are skipped.
"""

import pathlib

import numpy as np
import pytest
import torch

from support import models as toys
from twinsplice.base_models import catalogue, contract, loading
from twinsplice.engine import incremental
from twinsplice.genome import dna

SHARED = pathlib.Path(__file__).parents[3] / "shared"
WEIGHTS = SHARED / "weights"
PROFILES = SHARED / "oracles" / "profiles_pangolin_openspliceai.npz"
FOLDERS = {
    "spliceai": None,
    "cispliceai": None,
    "openspliceai-400nt": WEIGHTS / "openspliceai-mane" / "400nt",
    "openspliceai-10000nt": WEIGHTS / "openspliceai-mane" / "10000nt",
    "pangolin": WEIGHTS / "pangolin",
}
MEMBERS = {"spliceai": 5, "cispliceai": 5, "openspliceai": 5, "pangolin": 12}
CONTEXTS = {"openspliceai-400nt": 200}
WINDOWS, FLANK = 3, 5_000
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", params=list(FOLDERS))
def label(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def model(label: str, tmp_path_factory: pytest.TempPathFactory) -> contract.BaseModel:
    folder = FOLDERS[label]
    if folder is not None and not folder.is_dir():
        pytest.skip(f"{folder.name} weights are not in ../shared/weights")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TWINSPLICE_CACHE", str(tmp_path_factory.mktemp(label)))
        first = loading.load(_name(label), folder)
        again = loading.load(_name(label), folder)
    # The second comes from the copy that the first has made.
    assert first.sha256 == again.sha256
    for one, two in zip(first.members, again.members, strict=True):
        assert (one.config, one.rows) == (two.config, two.rows)
        assert all(torch.equal(t, two.state[n]) for n, t in one.state.items())
    return again


def _name(label: str) -> str:
    return label.partition("-")[0]


def _input(length: int, seed: int = 0) -> torch.Tensor:
    codes = np.random.default_rng(seed).integers(0, 5, length).astype(np.uint8)
    return torch.from_numpy(dna.one_hot(codes))[None]


def test_a_model_is_what_its_name_says(label: str, model: contract.BaseModel) -> None:
    entry = catalogue.find(_name(label))
    assert (model.name, model.info) == (entry.name, entry.info)
    assert len(model.members) == MEMBERS[_name(label)]
    assert model.context == CONTEXTS.get(label, 5_000)
    assert {m.config.context for m in model.members} == {model.context}
    rows = [row for member in model.members for row in member.rows]
    assert set(rows) == set(range(len(model.tracks)))
    assert {row for kind in model.kinds for row in kind.rows} == set(rows)
    assert len(model.sha256) == 64


def test_the_plain_pass_and_the_engines_agree(model: contract.BaseModel) -> None:
    x = _input(2 * model.context + 60)
    for member in model.members:
        network = member.network()
        assert not network.training
        assert not any(p.requires_grad for p in network.parameters())
        plain = network(x)
        assert plain.shape == (1, len(member.rows), 60)
        found = incremental.reference(network.network(), x.transpose(1, 2))
        difference = (found.profile.transpose(1, 2) - plain).abs().max()
        assert float(difference) <= 1e-6


def test_an_ensemble_has_every_member(model: contract.BaseModel) -> None:
    ensemble = model.ensemble(toys.ON_CPU)
    assert (ensemble.device, ensemble.memory) == (toys.ON_CPU.device, toys.MEMORY)
    assert ensemble.context == model.context
    assert ensemble.tracks == len(model.tracks)
    assert ensemble.rows == tuple(member.rows for member in model.members)
    each = len(model.members) / len(model.tracks) * len(model.members[0].rows)
    assert ensemble.divisors.tolist() == [each] * len(model.tracks)


def test_tracks_are_probabilities_of_rare_sites(model: contract.BaseModel) -> None:
    x = _input(2 * model.context + 200, seed=1)
    for member in model.members:
        profile = member.network()(x)
        assert float(profile.min()) >= 0
        assert float(profile.max()) <= 1
        # A random sequence has hardly a splice site.
        assert float(profile.mean()) < 0.2


@pytest.mark.parametrize("label", [n for n in FOLDERS if FOLDERS[n]], scope="module")
def test_the_authors_own_code_gives_the_same(
    label: str, model: contract.BaseModel
) -> None:
    if not PROFILES.is_file():
        pytest.skip(f"{PROFILES.name} is not in ../shared/oracles")
    folder = FOLDERS[label]
    assert folder is not None
    names = sorted(path.name for path in folder.iterdir())
    compared = 0
    with np.load(PROFILES) as saved:
        for window in range(WINDOWS):
            for allele in ("ref", "alt"):
                stem = f"window{window}.{allele}"
                sequence = str(saved[f"{stem}.sequence"])
                edge = FLANK - model.context
                codes = dna.encode(sequence[edge : len(sequence) - edge])
                x = torch.from_numpy(dna.one_hot(codes))[None]
                for name, member in zip(names, model.members, strict=True):
                    official = saved[f"{stem}.{_name(label)}.{name}"]
                    rows = _official_rows(member, label)
                    found = member.network()(x)[0].numpy()
                    np.testing.assert_allclose(found, official[rows], rtol=0, atol=1e-5)
                    compared += 1
    assert compared == WINDOWS * 2 * MEMBERS[_name(label)]


def _official_rows(member: contract.Member, label: str) -> list[int]:
    """Rows of the authors' output: Pangolin has three for each tissue."""
    if _name(label) == "pangolin":
        (tissue,) = member.rows
        return [3 * tissue + 1]
    return [1, 2]
