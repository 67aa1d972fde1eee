"""Targets of a base model from which a model differs in a known way."""

import copy
import dataclasses
import pathlib
from typing import Any

import numpy as np

from twinsplice.genome import dna
from twinsplice.io import target_store as stores
from twinsplice.models import paired, siamese
from twinsplice.settings import targets as targets_settings
from twinsplice.training import batches, inference

CONTEXT, WIDTH, GENES = 40, 21, 40
ROWS, OTHERS = 700, 30
TEMPERATURE, SHRUNK = 1.6, 0.7
FACTS: dict[str, Any] = {
    "kind": "pairs",
    "twinsplice": "0",
    "base_model": "cispliceai",
    "base_model_sha256": "a" * 64,
    "reference_sha256": None,
    "input_sha256": None,
    "settings": {"context": CONTEXT},
}
CARD: dict[str, Any] = {
    "base_model": "cispliceai",
    "base_model_sha256": "a" * 64,
    "splits": {"train": ["1", "3"], "validation": ["2"], "test": ["20"]},
}


def random_pairs(rows: int, seed: int) -> batches.Pairs:
    """Random variants in random sequence: substitutions, insertions, deletions."""
    source = np.random.default_rng(seed)
    slack = targets_settings.LONGEST
    lengths = source.choice([[1, 1], [1, 1], [2, 0], [0, 3]], rows)
    alt = np.full((rows, slack), dna.UNKNOWN, dtype=np.uint8)
    alt[:, :3] = source.integers(0, 4, (rows, 3))
    for row, (_, new) in enumerate(lengths):
        alt[row, new:] = dna.UNKNOWN
    nothing = np.zeros((rows, 2, WIDTH), dtype=np.float32)
    wide = WIDTH + 2 * (CONTEXT + slack)
    return batches.Pairs(
        codes=source.integers(0, 4, (rows, wide)).astype(np.uint8),
        start=np.full(rows, WIDTH // 2),
        ref_length=lengths[:, 0].astype(np.int64),
        alt_length=lengths[:, 1].astype(np.int64),
        alt=alt,
        on_minus_strand=source.random(rows) < 0.5,
        delta=nothing,
        profile=nothing,
        context=CONTEXT,
        slack=slack,
        chance=np.full(rows, 1 / rows),
    )


def base_model(model: siamese.SiameseModel, pairs: batches.Pairs) -> batches.Pairs:
    """What a base model would say that is less sure, smaller and a little different."""
    base = copy.deepcopy(model)
    if isinstance(base, paired.PairedDeltaPredictor):
        for layer in (base.site, base.site_more):
            for parameter in layer.parameters():
                parameter.div_(TEMPERATURE)
        profile = inference.profiles(base, pairs)
        pairs = dataclasses.replace(pairs, profile=profile)
    delta = np.clip(inference.deltas(base, pairs)[0], -1, 1)
    noise = np.random.default_rng(9).normal(1, 0.2, (len(delta), 1, 1))
    return dataclasses.replace(
        pairs, delta=np.clip(SHRUNK * delta * noise, -1, 1).astype(np.float32)
    )


def store(
    path: pathlib.Path, model: siamese.SiameseModel, **metadata: object
) -> pathlib.Path:
    rows = ROWS + OTHERS
    pairs = base_model(model, random_pairs(rows, seed=4))
    names = ("start", "ref_length", "alt_length", "alt")
    planned = {name: getattr(pairs, name) for name in names}
    planned["mirrored"] = pairs.on_minus_strand
    planned["gene"] = np.arange(rows, dtype=np.int32) % GENES
    planned["position"] = np.arange(rows, dtype=np.int64) * 100
    planned["contig"] = (np.arange(rows) >= ROWS).astype(np.int16)
    made = FACTS | {
        "rows": rows,
        "chunk": 256,
        "contigs": ["2", "20"],
        "genes": [f"G{i}" for i in range(GENES)],
    }
    columns = {
        name: stores.Column(values.shape[1:], str(values.dtype))
        for name in ("codes", "delta", "profile")
        if (values := getattr(pairs, name)) is not None
    }
    store = stores.create(path, columns, made | metadata, planned)
    for chunk in store.pending():
        span = store.span(chunk)
        store.write(chunk, {name: getattr(pairs, name)[span] for name in columns})
    return path
