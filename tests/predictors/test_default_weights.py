"""The weights in the package: what they are, and that they keep what is promised."""

import importlib.resources
import json
import pathlib

import pysam
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from jaxtyping import Float
from torch import Tensor

from support import models as toys
from twinsplice import api, errors
from twinsplice.engine import incremental
from twinsplice.models import paired
from twinsplice.predictors import checkpoints, loading
from twinsplice.settings import score as score_settings

DATA = pathlib.Path(str(importlib.resources.files("twinsplice.data")))
MODEL = checkpoints.load(checkpoints.shipped()).model
seeds = st.integers(0, 10_000)


def _bases(length: int, seed: int) -> Float[Tensor, "1 4 length"]:
    codes = torch.randint(4, (1, length), generator=torch.manual_seed(seed))
    return torch.eye(4)[codes].transpose(1, 2)


def test_they_are_small_and_say_what_they_are() -> None:
    assert checkpoints.shipped().stat().st_size <= 10_000_000
    card = checkpoints.load(pathlib.Path(checkpoints.SHIPPED)).card
    assert card == json.loads((DATA / "twinsplice.json").read_text(encoding="utf-8"))
    assert card["base_model"] == "cispliceai"
    assert card["licence"].startswith("CC BY 4.0")
    for key in ("data", "splits", "settings", "hardware", "hours", "limits"):
        assert card[key]
    assert {"2", "5", "7", "9", "20"}.isdisjoint(card["splits"]["train"])
    for mode in ("plain", "anchored"):
        assert card["calibration"][mode]["intervals"]["level"] == 0.9
        # Of upper ends of intervals, which are larger than scores.
        assert 0 < card["refine"]["cispliceai"][mode]["threshold"] < 0.1
        assert card["refine"]["cispliceai"][mode]["missed_0.1"] <= 0.01
        assert card["refine"]["cispliceai"][mode]["missed_0.2"] <= 0.005
    laboratory = card["calibration"]["laboratory"]
    tested = {"1", "3", "5", "7", "9", "20", "X"}
    assert tested.isdisjoint(laboratory["contigs"])
    assert laboratory["altered"] > 100
    assert laboratory["figures"]["error"] < 0.02
    for test in ("test", "test_anchored"):
        assert {"all", "SNVs", "indels"} <= set(card["metrics"][test]["groups"])


def test_they_go_by_their_public_name_and_other_weights_by_what_they_are() -> None:
    checkpoint = checkpoints.load(checkpoints.shipped())
    for name, title in (
        (checkpoints.SHIPPED, "TwinSplice"),
        ("runs/mine", "PairedDeltaPredictor of cispliceai"),
    ):
        assert loading.of_trained(checkpoint, name, toys.ON_CPU).title == title


@given(seed=seeds)
@settings(max_examples=10, deadline=None)
def test_they_keep_the_laws_to_the_last_bit(seed: int) -> None:
    ref, alt = _bases(60, seed), _bases(60, seed + 1)
    delta = MODEL(ref, alt)
    assert delta.abs().max() > 0
    assert not MODEL(ref, ref.clone()).any()
    assert torch.equal(delta, -MODEL(alt, ref))


@given(seed=seeds, alt_length=st.integers(1, 12), ref_length=st.integers(0, 12))
@settings(max_examples=15, deadline=None)
@torch.inference_mode()
def test_cones_equal_full_passes(seed: int, alt_length: int, ref_length: int) -> None:
    assert isinstance(MODEL, paired.PairedDeltaPredictor)
    context, at, reach = MODEL.context, 80, 50
    x, new = _bases(2 * context + 200, seed), _bases(alt_length, seed + 1)
    start = context + at
    edited = torch.cat([x[:, :, :start], new, x[:, :, start + ref_length :]], dim=2)
    ref = incremental.reference(MODEL.network(), x.transpose(1, 2))
    edits = incremental.EditBatch(
        tile=torch.tensor([0]),
        start=torch.tensor([start]),
        shift=torch.tensor([ref_length - alt_length]),
        bases=new.transpose(1, 2),
        left=reach,
        right=reach,
    )
    found = incremental.alternate(ref, edits).transpose(1, 2)[:, : paired.SITES]
    wanted = MODEL.encode(edited)[:, : paired.SITES]
    wanted = wanted[:, :, at - reach : at + alt_length + reach]
    torch.testing.assert_close(found, wanted, rtol=0, atol=1e-5)


def _score(output: pathlib.Path, **options: str | bool) -> None:
    config = score_settings.Config(
        DATA / "demo.vcf",
        reference=DATA / "demo.GRCh37.fa",
        annotation="grch37",
        output=output,
        **options,  # type: ignore[arg-type]
    )
    api.run(config)


def test_score_takes_them_when_no_model_is_named(tmp_path: pathlib.Path) -> None:
    first, second = tmp_path / "default.vcf", tmp_path / "named.vcf"
    _score(first)
    _score(second, model="twinsplice")
    assert first.read_text() == second.read_text()
    with pysam.VariantFile(str(first)) as records:
        found = {record.pos: dict(record.info) for record in records}
    # CFTR c.489+1G>T: the donor is lost.
    _, _, _, _, _, loss, *_ = found[117171169]["TwinSplice"][0].split("|")
    assert float(loss) > 0.5
    assert found[117171169]["TwinSplice_PI"]


def test_a_site_doubled_by_an_insertion_is_gained_and_lost() -> None:
    """One of the two donors is used: what is at the other's place counts as lost."""
    reference = DATA / "demo.GRCh37.fa"
    with api.open_scorer(reference=reference, annotation="grch37") as scorer:
        # A second donor beside that of BRCA1 c.5332+1.
        (row,) = scorer.score(["17-41203076-T-TTACCTG"]).to_dicts()
    assert min(row["DS_DG"], row["DS_DL"]) > 0.5


def test_no_official_program_has_their_rules() -> None:
    with pytest.raises(errors.InputError, match="name one as --model"):
        _score(pathlib.Path("out.vcf"), compat=True)


def test_a_folder_of_weights_does_not_go_with_them() -> None:
    with pytest.raises(errors.InputError, match="leave --weights out"):
        loading.load("twinsplice", pathlib.Path(), toys.ON_CPU)
