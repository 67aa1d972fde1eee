"""What a far stage says of queries: the same as one at a time, in any company."""

import dataclasses
import pathlib
from collections.abc import Iterator

import numpy as np
import pytest
import torch

from support import models as toys
from support import trained_models
from twinsplice.effect import queries
from twinsplice.engine import devices, encoding, profiling
from twinsplice.genome import coordinates
from twinsplice.io import fasta
from twinsplice.models import far_stage, paired
from twinsplice.predictors import checkpoints, loading, surroundings, trained

GENES = [
    toys.gene("PLUS", 100, 500, left=[200], right=[300]),
    toys.gene("MINUS", 90, 610, "-", left=[220], right=[310]),
]
WIDTH = 2 * trained_models.REACH + 1


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[queries.Queries]:
    folder: pathlib.Path = tmp_path_factory.mktemp("genome")
    path = toys.write_fasta(folder / "x.fa", {"1": trained_models.BASES})
    with fasta.Reference.open(path) as reference:
        scorer = toys.scorer(
            loading.of_trained(
                checkpoints.Trained(model=model(), card={}, sha256="0" * 64),
                "run",
                toys.ON_CPU,
            ),
            reference,
            GENES,
            reach=trained_models.REACH,
        )
        yield scorer.builder.build(trained_models.RECORDS).queries


def model() -> paired.PairedDeltaPredictor:
    return trained_models.paired_model(6, trained_models.FAR)


def stage_of(own: paired.PairedDeltaPredictor) -> far_stage.FarStage:
    assert own.far is not None
    return own.far


def ensemble(on: devices.Placement) -> profiling.Ensemble:
    return trained.ensemble(model(), on)


def values(told: far_stage.Surroundings) -> np.ndarray:
    found: np.ndarray = told.bins[told.index].numpy()
    return found


@torch.no_grad()
def alone(asked: queries.Queries, row: int) -> np.ndarray:
    """What the stage says of one window, base by base, in a pass for each."""
    stage, view = stage_of(model()), asked.views[asked.view[row]]
    told = []
    for place in range(int(asked.windows.start[row]), int(asked.windows.end[row])):
        minus = view.strand is coordinates.Strand.MINUS
        read = -place - 1 if minus else place
        first = read // 32 * 32
        codes = view.as_read(first - stage.reach, first + 32 + stage.reach)
        sequence = encoding.one_hot_tracks(torch.from_numpy(codes[None]))
        told.append(stage(sequence)[0, 0].numpy())
    return np.stack(told)


@pytest.mark.parametrize("memory", [10**9, 1])
@torch.no_grad()
def test_windows_are_told_what_each_base_is_alone(
    asked: queries.Queries, memory: int
) -> None:
    on = dataclasses.replace(toys.ON_CPU, memory=memory)
    rows = np.arange(len(asked))
    made = surroundings.surroundings(stage_of(model()), asked, rows, ensemble(on))
    told = values(made.of(asked, rows, WIDTH))
    for row in rows.tolist():
        np.testing.assert_allclose(told[row], alone(asked, row), atol=1e-5)
    assert asked.minus.any()
    assert not asked.minus.all()


@torch.no_grad()
def test_neighbours_share_passes_and_change_nothing(asked: queries.Queries) -> None:
    rows = np.arange(len(asked))
    made = surroundings.surroundings(
        stage_of(model()), asked, rows, ensemble(toys.ON_CPU)
    )
    span = int(asked.windows.end.max() - asked.windows.start.min())
    # One pass a strand, whose ends cut bins.
    assert len(made.bins) <= 2 * (span // far_stage.BIN + 2)
    some = rows[::3]
    fewer = surroundings.surroundings(
        stage_of(model()), asked, some, ensemble(toys.ON_CPU)
    )
    everything = values(fewer.of(asked, rows, WIDTH))
    assert everything.shape == values(made.of(asked, rows, WIDTH)).shape
    np.testing.assert_allclose(
        values(fewer.of(asked, some, WIDTH)),
        values(made.of(asked, some, WIDTH)),
        atol=1e-5,
    )
