"""Small paired models with random weights, and variants for them to compare."""

import dataclasses
from typing import Any

import numpy as np
import torch

from support import models as toys
from support import networks, replacements
from twinsplice.effect import queries
from twinsplice.genome import coordinates, dna
from twinsplice.models import architecture, far_stage, paired, siamese
from twinsplice.models.reported import calibrated, original, single_pass
from twinsplice.stats import calibrators, prediction_intervals
from twinsplice.training import batches

SMALL = architecture.PairedConfig(
    kernels=(3, 3, 3, 3, 5), dilations=(1, 1, 2, 2, 3), channels=4, hidden=6, latents=3
)
FAR = far_stage.FarConfig(stem=(3, 4), channels=6, dilations=(1, 2), hidden=5)
SLACK = 40
_SIZES = {"hidden_dim": 4, "n_layers": 3, "kernel_size": 3}


def paired_model(
    seed: int = 0, stage: far_stage.FarConfig | None = None
) -> paired.PairedDeltaPredictor:
    """Return a predictor whose every parameter is random, and whose sites are sure."""
    torch.manual_seed(seed)
    made = paired.PairedDeltaPredictor(dataclasses.replace(SMALL, far=stage))
    networks.shuffled(made, seed + 1)
    with torch.no_grad():
        made.correction.mul_(20)
        made.latent.weight.mul_(5)
        made.site.weight.mul_(6)
    return made.eval().requires_grad_(requires_grad=False)


def models() -> dict[str, siamese.SiameseModel]:
    """Return a model of every sort, the same whatever was imported before."""
    torch.manual_seed(0)
    found: dict[str, siamese.SiameseModel] = {
        "pooled": original.DeltaPredictor(**_SIZES),
        "v2": original.DeltaPredictorV2(**_SIZES),
        "cnn": original.SimpleCNNDeltaPredictor(**_SIZES),
        "validated": single_pass.ValidatedDeltaPredictor(**_SIZES),
    }
    for strategy in ("quantile", "scaled", "temperature", "multitask"):
        inner = original.SimpleCNNDeltaPredictor(**_SIZES)
        made = calibrated.create_calibrated_predictor(inner, strategy)
        found[strategy] = made
    for seed, model in enumerate(found.values()):
        networks.shuffled(model, seed)
        model.eval().requires_grad_(requires_grad=False)
    found["paired"] = paired_model()
    found["paired_far"] = paired_model(2, FAR)
    found["scaled_paired"] = calibrated.ScaledPredictor(paired_model(1)).eval()
    return found


MODELS = models()


def pairs_of(asked: queries.Queries, context: int) -> batches.Pairs:
    """Return queries as a store of pairs has them: as read, not as on the contig."""
    rows = [_row(asked, row, context) for row in range(len(asked))]
    width = int(asked.windows.width[0])
    nothing = np.zeros((len(rows), 2, width), dtype=np.float32)
    return batches.Pairs(
        **{
            name: np.stack([row[name] for row in rows])
            for name in ("codes", "start", "ref_length", "alt_length", "alt")
        },
        on_minus_strand=np.stack([row["mirrored"] for row in rows]),
        delta=nothing,
        by_index=False,
        profile=nothing,
        context=context,
        slack=SLACK,
        chance=np.full(len(rows), 1 / len(rows)),
        first=np.where(asked.minus, -asked.windows.end, asked.windows.start),
    )


def _row(asked: queries.Queries, row: int, context: int) -> dict[str, np.ndarray]:
    view, own = asked.views[asked.view[row]], asked.windows
    first, end = int(own.start[row]), int(own.end[row])
    core = replacements.variant(own.change, row)
    minus = view.strand is coordinates.Strand.MINUS
    beyond = context + SLACK
    codes, new = view.codes(first - beyond, end + beyond), dna.encode(core.alt)
    if minus:
        codes, new = dna.reverse_complement(codes), dna.reverse_complement(new)
    alt = np.full(SLACK, dna.UNKNOWN, dtype=np.uint8)
    alt[: len(new)] = new
    return {
        "codes": codes,
        "start": np.array(end - core.end if minus else core.start - first),
        "ref_length": np.array(len(core.ref)),
        "alt_length": np.array(len(core.alt)),
        "alt": alt,
        "mirrored": np.array(minus),
    }


# Variants of every sort in two genes, and cards.

REACH = 15
BASES = "".join(np.random.default_rng(8).choice(list("ACGT"), 700))
ISOTONIC = calibrators.Isotonic(sizes=(0.0, 0.1, 1.0), values=(0.0, 0.05, 0.6))
INTERVALS = prediction_intervals.Intervals(
    level=0.9, edges=(0.1,), below=(0.01, 0.02), above=(0.03, 0.05), quantiles=True
)


SITE_INTERVALS = prediction_intervals.SiteIntervals(
    level=0.9,
    site_from=0.2,
    sizes=(0.0, 0.5, 1.0),
    low=((0.0, 0.4, 0.9), (0.0, 0.2, 0.7)),
    high=((0.02, 0.6, 1.0), (0.05, 0.8, 1.0)),
)
EXCEEDANCE = calibrators.Exceedance(least=0.2, slope=1.5, intercept=1.0)


def other(at: int, length: int = 1) -> str:
    return "".join("CGTA"["ACGT".index(base)] for base in BASES[at : at + length])


RECORDS = [
    toys.record(200, BASES[200], other(200)),
    toys.record(203, BASES[203], BASES[203] + "GTAAGT", "<DEL>"),
    toys.record(300, BASES[300:304], BASES[300]),
    toys.record(306, BASES[306:309], other(306, 3)),
    toys.record(310, BASES[310:314], other(310, 2)),
    toys.record(315, BASES[315:317], other(315, 4)),
    # At a gene's ends, where much is unknown.
    toys.record(102, BASES[102], other(102), BASES[102] + "AG"),
    toys.record(604, BASES[604:607], BASES[604]),
]
LONG = toys.record(350, BASES[350:374], BASES[350])
"""A deletion that goes on beyond the window."""
SAME = toys.record(250, BASES[250:252], BASES[250:252])

CARDS: dict[str, dict[str, Any]] = {
    "raw": {},
    "isotonic": {"isotonic": calibrators.to_json(ISOTONIC)},
    "intervals": {"intervals": calibrators.to_json(INTERVALS)},
    "modes": {
        "plain": {
            "isotonic": calibrators.to_json(ISOTONIC),
            "intervals": calibrators.to_json(SITE_INTERVALS),
            "probability": calibrators.to_json(EXCEEDANCE),
        },
        "anchored": {"intervals": calibrators.to_json(INTERVALS)},
    },
    "both": {
        "isotonic": calibrators.to_json(ISOTONIC),
        "intervals": calibrators.to_json(INTERVALS),
    },
}
