"""Held-out variants for calibration: read, checked and split by gene."""

import dataclasses
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from jaxtyping import Bool, Int64

from twinsplice import errors
from twinsplice.io import target_store as stores
from twinsplice.settings import calibrate as calibrate_settings
from twinsplice.training import batches, datasets, splits

PARTS = 3
"""Parts of the genes for cross-fitting."""


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Held:
    """Held-out variants.

    Attributes:
        pairs: The variants, one item a store.
        draw: Pseudo-random number of each variant's gene, over all stores.
    """

    pairs: tuple[batches.Pairs, ...]
    draw: Int64[np.ndarray, " rows"]

    @property
    def half(self) -> Bool[np.ndarray, " rows"]:
        """Mask of the variants of one half of the genes."""
        half: Bool[np.ndarray, " rows"] = self.draw % 2 == 0
        return half

    def part(self, number: int) -> Bool[np.ndarray, " rows"]:
        """Return the mask of the variants of a third of the genes."""
        part: Bool[np.ndarray, " rows"] = self.draw // 2 % PARTS == number % PARTS
        return part


def read(config: calibrate_settings.Config, card: dict[str, Any], context: int) -> Held:
    """Read the variants of the chosen chromosomes.

    Args:
        config: Stores and chromosomes to read.
        card: The model's card.
        context: Bases that the model reads on each side.

    Raises:
        InputError: The model was trained or is tested on one of the chromosomes, or
            a store is of another base model, or has no such variants.
    """
    split = splits.Split(train=(), validation=config.contigs, test=())
    _refuse_seen(split.validation, card)
    pairs, draws = [], []
    for path in config.targets:
        store = stores.open_store(path)
        require_fit(store, card, context)
        names = np.array([*store.metadata["contigs"], ""])[store.read("contig")]
        rows = split.assign(names, ("validation",))["validation"] & store.done_rows()
        rows = thinned(rows, -(-config.max_variants // len(config.targets)))
        genes = np.array([*store.metadata["genes"], ""])[store.read("gene")[rows]]
        pairs.append(datasets.read_pairs(store, rows, 0.5))
        draws += [zlib.crc32(str(gene).encode()) for gene in genes]
    return Held(pairs=tuple(pairs), draw=np.array(draws, dtype=np.int64))


def _refuse_seen(contigs: Sequence[str], card: dict[str, Any]) -> None:
    for fold in ("train", "test"):
        seen = sorted(set(contigs) & set((card.get("splits") or {}).get(fold, ())))
        if seen:
            raise errors.InputError(
                "calibration needs chromosomes that the model was neither trained on "
                "nor is to be tested on",
                got=f"{', '.join(seen)} of its {fold} fold",
                remedy="choose others as --contigs, as those of its validation fold",
            )


def require_fit(store: stores.Store, card: dict[str, Any], context: int) -> None:
    """Refuse targets that do not fit a model.

    Raises:
        InputError: They are not of variants, of another base model, or keep too
            little of the sequence.
    """
    kind, base_sha256 = store.metadata["kind"], store.metadata["base_model_sha256"]
    if kind != "pairs":
        raise errors.InputError(
            "a model is held against targets of variants",
            got=f"{store.path} of {kind}",
            remedy="make some with twinsplice targets, without --profiles",
        )
    if base_sha256 != card.get("base_model_sha256", base_sha256):
        raise errors.InputError(
            f"targets must be those of the model's base model, {card['base_model']}",
            got=f"another's, {store.metadata['base_model']}, in {store.path}",
            remedy="make targets with that base model",
        )
    kept = int(store.metadata["settings"]["context"])
    if context > kept:
        raise errors.InputError(
            f"targets must keep the model's context of {context} bases",
            got=f"{kept} in {store.path}",
            remedy="make targets with a larger --context",
        )


def thinned(rows: Bool[np.ndarray, " rows"], most: int) -> Bool[np.ndarray, " rows"]:
    """Return a mask of at most `most` of the masked rows, evenly spaced."""
    indices = np.flatnonzero(rows)
    kept = np.zeros_like(rows)
    if len(indices):
        count = min(most, len(indices))
        kept[indices[np.arange(count) * len(indices) // count]] = True
    return kept


def of_fold(contigs: Sequence[str], folds: Mapping[str, Sequence[str]]) -> str:
    """Return in words whether chromosomes are of a model's test fold.

    Args:
        contigs: The chromosomes.
        folds: Chromosomes of each fold of the model, from its card.
    """
    tested = set(contigs) <= set(folds.get("test", ()))
    return "of the model's test fold" if tested else "not of the model's test fold"
