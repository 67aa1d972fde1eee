"""Evaluations that are made up, to be drawn."""

import numpy as np

from twinsplice.genome import regions
from twinsplice.workflow import (
    cases,
    certainty,
    evaluate_config,
    evaluation,
)

WIDTH = 21


def make_cases(count: int, *, quantiles: bool = True) -> cases.Cases:
    """Variants whose predictions are their base deltas, blurred."""
    rng = np.random.default_rng(count)
    wanted = rng.uniform(-1, 1, (count, 2, WIDTH)) ** 9
    wanted *= rng.uniform(0, 1, (count, 1, 1)) ** 2
    found = np.clip(wanted + rng.normal(0, 0.05, wanted.shape), -1, 1)
    ends = np.stack([found - 0.2, found, found + 0.2], axis=-1) if quantiles else None
    distance = rng.integers(0, 2000, count)
    distance[: count // 10] = regions.NO_SITE
    return cases.Cases(
        names=tuple(f"20:{number + 1} A>G" for number in range(count)),
        genes=("<GENE & co>",) * count,
        mirrored=np.arange(count) % 2 == 1,
        region=("deep intron",) * count,
        distance=distance.astype(np.int64),
        start=np.full(count, 10, dtype=np.int64),
        ref_length=(np.arange(count, dtype=np.int64) % 3),
        found=found,
        wanted=wanted,
        profile=rng.uniform(0, 1, wanted.shape) ** 5,
        scores=cases.scored(found, ends, wanted, certainty.Certainty()),
    )


def examined(found: cases.Cases) -> cases.Examined:
    """An evaluation of some variants."""
    groups = {}
    if len(found) > 1:
        figures = evaluation.agreement(found.found, found.wanted)
        figures |= evaluation.by_direction(found.found, found.wanted)
        groups = {"all": figures, "<script>alert(1)</script>": figures}
    return cases.examined(
        evaluate_config.Summary(groups=groups, contigs=("20",)),
        found,
        {"Model": "runs/<b>best</b> & last", "Targets": '"a" <b> & c.zarr'},
        certainty.Certainty(),
    )
