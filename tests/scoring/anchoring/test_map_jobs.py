"""`map_jobs`: what a map costs, and how far it is."""

import pathlib
from collections.abc import Iterator

import pytest

from support import maps
from support import models as toys
from twinsplice.io import fasta
from twinsplice.scoring.anchoring import map_jobs, map_parts, map_plan
from twinsplice.settings import prepare as prepare_settings

PLACES = tuple(
    map_plan.Place("1", at, at + 100, minus=False) for at in range(0, 500, 100)
)
FLANK = maps.MODEL.ensemble(toys.ON_CPU).networks[0].flank_positions


@pytest.fixture
def job(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[map_jobs.Job]:
    monkeypatch.setattr(map_plan, "_PART_BASES", 200)
    path = toys.write_fasta(tmp_path / "x.fa", maps.CONTIGS)
    with fasta.Reference.open(path) as reference:
        mapper = map_parts.Mapper(
            ensemble=maps.MODEL.ensemble(toys.ON_CPU),
            reference=reference,
            metadata=maps.METADATA,
            longest=50,
        )
        selection = map_plan.Selection(PLACES, {}, ())
        yield map_jobs.Job(
            mapper=mapper, selection=selection, places=PLACES, shard=None
        )


def test_a_job_costs_its_genes_and_their_flanks(job: map_jobs.Job) -> None:
    positions = 5 * (100 + 2 * FLANK)
    assert job.positions == positions
    cost = job.cost(7.0)
    assert (cost.genes, cost.bases, cost.seconds) == (5, 500, 7.0)
    flop = sum(n.flops_per_position for n in job.mapper.ensemble.networks)
    assert cost.tflop == pytest.approx(positions * flop / 1e12)


def _work(
    job: map_jobs.Job, folder: pathlib.Path
) -> tuple[map_jobs.Work, list[tuple[int, float | None]], list[prepare_settings.Cost]]:
    """Do the work; return it, and what it said."""
    told: list[tuple[int, float | None]] = []
    costs: list[prepare_settings.Cost] = []
    parts = list(map_parts.planned(job.mapper, PLACES, folder))
    assert [len(part.places) for part in parts] == [2, 2, 1]
    work = map_jobs.Work(job, lambda *step: told.append(step), costs.append)
    for part in parts:
        work.part(part)
    assert told[-1][1] == 1
    return work, told, costs


def test_work_says_how_far_it_is(job: map_jobs.Job, tmp_path: pathlib.Path) -> None:
    work, told, costs = _work(job, tmp_path)
    assert work.computed == sum(bases for bases, _ in told) == 500
    assert work.seconds > 0
    # The time left is told once.
    (cost,) = costs
    assert cost.seconds is not None


def test_work_that_is_done_is_not_done_again(
    job: map_jobs.Job, tmp_path: pathlib.Path
) -> None:
    _work(job, tmp_path)
    work, told, costs = _work(job, tmp_path)
    assert work.computed == sum(bases for bases, _ in told) == 0
    assert (work.seconds, costs) == (0, [])
