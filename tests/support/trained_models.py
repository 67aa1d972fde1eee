"""Small paired models with random weights, and variants for them to compare."""

import dataclasses
from collections.abc import Sequence

import numpy as np
import torch

from models.reported import test_blocks
from twinsplice.effect import windows
from twinsplice.genome import coordinates, dna
from twinsplice.io import fasta
from twinsplice.models import paired, siamese
from twinsplice.models.reported import calibrated, original, single_pass
from twinsplice.scoring import queries
from twinsplice.training import batches

SMALL = paired.PairedConfig(
    kernels=(3, 3, 3, 3, 5), dilations=(1, 1, 2, 2, 3), channels=4, hidden=6, latents=3
)
SLACK = 40
_SIZES = {"hidden_dim": 4, "n_layers": 3, "kernel_size": 3}


def paired_model(seed: int = 0) -> paired.PairedDeltaPredictor:
    """Return a predictor whose every parameter is random, and whose sites are sure."""
    torch.manual_seed(seed)
    made = paired.PairedDeltaPredictor(SMALL)
    test_blocks.shuffled(made, seed + 1)
    with torch.no_grad():
        made.correction.mul_(20)
        made.latent.weight.mul_(5)
        made.site.weight.mul_(6)
    return made.eval().requires_grad_(requires_grad=False)


def models() -> dict[str, siamese.SiameseModel]:
    """Return a model of every sort."""
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
        test_blocks.shuffled(model, seed)
        model.eval().requires_grad_(requires_grad=False)
    found["paired"] = paired_model()
    found["scaled_paired"] = calibrated.ScaledPredictor(paired_model(1)).eval()
    return found


MODELS = models()


def pairs_of(
    questions: Sequence[queries.Question], reference: fasta.Reference, context: int
) -> batches.Pairs:
    """Return questions as a store of pairs has them: as read, not as on the contig."""
    rows = [_row(each, reference, context) for each in questions]
    width = questions[0].window.width
    nothing = np.zeros((len(rows), 2, width), dtype=np.float32)
    return batches.Pairs(
        **{
            name: np.stack([row[name] for row in rows])
            for name in ("codes", "start", "ref_length", "alt_length", "alt")
        },
        mirrored=np.stack([row["mirrored"] for row in rows]),
        delta=nothing,
        by_index=False,
        profile=nothing,
        context=context,
        slack=SLACK,
        chance=np.full(len(rows), 1 / len(rows)),
    )


def _row(
    question: queries.Question, reference: fasta.Reference, context: int
) -> dict[str, np.ndarray]:
    window, core = question.window, question.window.variant
    mirrored = question.seen.strand is coordinates.Strand.MINUS
    beyond = context + SLACK
    fetch = question.seen.fetcher(reference)
    codes = fetch(window.start - beyond, window.end + beyond)
    new = dna.encode(core.alt)
    if mirrored:
        codes, new = dna.reverse_complement(codes), dna.reverse_complement(new)
    alt = np.full(SLACK, dna.UNKNOWN, dtype=np.uint8)
    alt[: len(new)] = new
    start = window.end - core.end if mirrored else core.start - window.start
    return {
        "codes": codes,
        "start": np.array(start),
        "ref_length": np.array(len(core.ref)),
        "alt_length": np.array(len(core.alt)),
        "alt": alt,
        "mirrored": np.array(mirrored),
    }


def mirrored(window: windows.Window, length: int) -> windows.Window:
    """Return a window on the other strand of a contig."""
    core = window.variant
    there = dataclasses.replace(core, start=length - core.end)
    return dataclasses.replace(
        window, variant=there, start=length - window.end, end=length - window.start
    )
