"""On a GPU: the numbers of the CPU. Nothing here runs where there is none."""

import pathlib

import numpy as np
import polars as pl
import pytest
import torch

import twinsplice
from twinsplice import api, data
from twinsplice.base_models import loading

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no GPU"),
]

DATA = pathlib.Path(data.__file__).parent
VARIANTS = (
    "17-41242960-C-T",
    "11-47364709-C-T",
    "13-32936829-A-AG",
    "17-41203077-TAC-T",
    "11-108179837-A-G",
)
TOLERANCE = 1e-4


def _scored(model: str, device: str, map_: str) -> pl.DataFrame:
    with api.Scorer(
        twinsplice.load_model(model, device=device),
        reference=DATA / "demo.GRCh37.fa",
        annotation=pathlib.Path("grch37"),
        map=pathlib.Path(map_),
    ) as scorer:
        return scorer.score(VARIANTS)


@pytest.mark.parametrize(
    ("model", "map_"),
    [
        *(("twinsplice", "none"), ("twinsplice", "auto")),
        *(("cispliceai", "none"), ("spliceai", "none")),
    ],
)
def test_scores_are_those_of_the_cpu(model: str, map_: str) -> None:
    if model != "twinsplice" and not loading.is_installed(model):
        pytest.skip(f"{model} is not installed")
    one, other = (_scored(model, device, map_) for device in ("cpu", "cuda"))
    names = [name for name in one.columns if name.startswith("DS_")]
    left, right = (table.select(names).to_numpy() for table in (one, other))
    np.testing.assert_allclose(right, left, rtol=0, atol=TOLERANCE)
