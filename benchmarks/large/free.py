"""The program with a network that costs nothing: one linear step a base."""

import sys
import unittest.mock
from collections.abc import Sequence

import torch

from twinsplice import cli
from twinsplice.api import models, runs
from twinsplice.base_models import contract
from twinsplice.effect import deltas
from twinsplice.engine import devices, pointwise, profiling, stages


def predictor(memory: int) -> contract.Predictor:
    """Return a predictor of two tracks whose network is one linear step a base."""
    layer = torch.nn.Conv1d(4, 2, 1)
    stage = stages.Pointwise((stages.INPUT,), pointwise.Linear(layer))
    return contract.EnsemblePredictor(
        name="free",
        info="Free",
        title="a network that costs nothing",
        kinds=deltas.SITE_KINDS,
        sha256="0" * 64,
        ensemble=profiling.Ensemble(
            networks=(stages.Network([stage]),),
            rows=((0, 1),),
            tracks=2,
            device=torch.device("cpu"),
            memory=memory,
        ),
    )


def main(words: Sequence[str]) -> None:
    """Run the command line with the network in the place of any model."""

    def load(_: str, *, max_memory_gb: float, **__: object) -> models.Model:
        torch.manual_seed(0)
        memory = devices.placement("cpu", 1, max_memory_gb).memory
        return models.Model(predictor(memory), max_memory_gb)

    with unittest.mock.patch.object(runs, "load_model", load):
        sys.argv = ["twinsplice", *words]
        cli.main()
