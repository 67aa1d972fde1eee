"""Training and validation data, read from target stores and checked."""

import dataclasses
import pathlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from jaxtyping import Bool

from twinsplice import errors
from twinsplice.io import target_store as stores
from twinsplice.models import paired, siamese
from twinsplice.settings import targets as targets_settings
from twinsplice.settings import train as train_settings
from twinsplice.targets import variant_pairs
from twinsplice.training import batches, splits

_SITE, CHANGE = 0.1, 0.05
"""Least probability of a site in a window; least |Δ| that changes a site."""


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Data:
    """Training and validation data of a run.

    Attributes:
        split: Chromosomes of each fold.
        profiles: Training windows, one item a store.
        pairs: Training variants, one item a store.
        validation_profiles: Validation windows.
        validation_pairs: Validation variants.
        metadata: Metadata of the first store, which say how targets were made.
        sources: Description of each store and the rows used, for the card.
    """

    split: splits.Split
    profiles: tuple[batches.Profiles, ...]
    pairs: tuple[batches.Pairs, ...]
    validation_profiles: tuple[batches.Profiles, ...]
    validation_pairs: tuple[batches.Pairs, ...]
    metadata: dict[str, Any]
    sources: list[dict[str, Any]]


def load(
    paths: Sequence[pathlib.Path],
    split: splits.Split,
    site_fraction: float,
    target: train_settings.Target = "base",
    *,
    spread: bool = False,
) -> Data:
    """Read stores and split their rows by chromosome.

    Args:
        paths: The stores.
        split: Chromosomes of each fold; rows of the test fold are not read.
        site_fraction: Fraction of informative rows, see `batches.chances`.
        target: Kind of target, as `train --target`.
        spread: Whether to read the variance among the base model's members, too.

    Raises:
        InputError: A store is of another base model, holds NaN or no labels, or a
            fold is empty.
    """
    opened = [stores.open_store(path) for path in paths]
    _require_one_origin(opened)
    all_contigs = np.concatenate([contigs(store) for store in opened])
    split.assign(all_contigs, ("train", "validation"))
    parts: dict[str, list[Any]] = {
        f"{fold}.{kind}": []
        for fold in ("train", "validation")
        for kind in ("profiles", "pairs")
    }
    sources = []
    for store in opened:
        masks = split.assign(contigs(store), ())
        done = store.done_rows() & _decided(store, target)
        used = {}
        for fold in ("train", "validation"):
            rows = masks[fold] & done
            used[fold] = int(rows.sum())
            if used[fold]:
                kind = store.metadata["kind"]
                part: Any = _READ[kind](store, rows, site_fraction)
                if spread and kind == "pairs":
                    variance = _read_finite(store, "delta_variance")[rows]
                    part = dataclasses.replace(part, variance=variance)
                if target == "validated":
                    part = _validated(part, store, rows, site_fraction)
                parts[f"{fold}.{kind}"].append(part)
        sources.append(_source(store, used))
    return Data(
        split=split,
        profiles=tuple(parts["train.profiles"]),
        pairs=tuple(parts["train.pairs"]),
        validation_profiles=tuple(parts["validation.profiles"]),
        validation_pairs=tuple(parts["validation.pairs"]),
        metadata=opened[0].metadata,
        sources=sources,
    )


def read_profiles(
    store: stores.Store, rows: Bool[np.ndarray, " rows"], site_fraction: float
) -> batches.Profiles:
    """Read windows of a dense store."""
    profile = _read_finite(store, "profile")[rows]
    largest = profile.max(axis=(1, 2)).astype(float)
    return batches.Profiles(
        codes=store.read("codes")[rows],
        profile=profile,
        context=int(store.metadata["settings"]["context"]),
        chance=batches.chances(largest, _SITE, site_fraction),
    )


def read_pairs(
    store: stores.Store, rows: Bool[np.ndarray, " rows"], site_fraction: float
) -> batches.Pairs:
    """Read variants of a store of pairs."""
    delta = _read_finite(store, "delta")[rows]
    largest = np.abs(delta).max(axis=(1, 2)).astype(float)

    def read(name: str) -> np.ndarray:
        values: np.ndarray = store.read(name)[rows]
        return values

    start, replaced = (read(name).astype(np.int64) for name in ("start", "ref_length"))
    position = read("position").astype(np.int64)
    minus = read("mirrored") == 1
    # Counted on the minus strand, base x is at -x - 1; `start` is as read.
    first = np.where(minus, -position - replaced, position) - start
    return batches.Pairs(
        codes=read("codes"),
        start=start,
        ref_length=replaced,
        alt_length=read("alt_length").astype(np.int64),
        alt=read("alt"),
        on_minus_strand=read("mirrored"),
        delta=delta,
        profile=_read_finite(store, "profile")[rows],
        context=int(store.metadata["settings"]["context"]),
        slack=targets_settings.LONGEST,
        chance=batches.chances(largest, CHANGE, site_fraction),
        value=read("value") if is_labelled(store) else None,
        first=first,
    )


def is_labelled(store: stores.Store) -> bool:
    """Return whether a store holds laboratory measurements of its variants."""
    return bool(store.metadata["settings"].get("format"))


def _decided(store: stores.Store, target: train_settings.Target) -> np.ndarray:
    """Mask of the rows that have a target of this kind."""
    if target == "base":
        return np.ones(store.rows, dtype=bool)
    if not is_labelled(store):
        raise errors.InputError(
            "--target validated needs targets of labelled variants",
            got=str(store.path),
            remedy="make them with twinsplice targets --format",
        )
    decided: np.ndarray = store.read("altered") != variant_pairs.UNDECIDED
    return decided


def _validated(
    pairs: batches.Pairs,
    store: stores.Store,
    rows: Bool[np.ndarray, " rows"],
    site_fraction: float,
) -> batches.Pairs:
    """Keep base deltas where splicing is altered; set them to 0 elsewhere.

    Source: the write-up's Validated Delta.
    """
    altered = store.read("altered")[rows] == 1
    delta = np.where(altered[:, None, None], pairs.delta, np.float32(0))
    largest = np.abs(delta).max(axis=(1, 2)).astype(float)
    chance = batches.chances(largest, CHANGE, site_fraction)
    return dataclasses.replace(pairs, delta=delta, chance=chance)


_READ = {"profiles": read_profiles, "pairs": read_pairs}


def contigs(store: stores.Store) -> np.ndarray:
    """Return the chromosome of each row."""
    listed, numbers = store.metadata["contigs"], store.read("contig")
    if not isinstance(listed, list) or (numbers >= len(listed)).any():
        raise errors.InputError(
            "targets must be on the chromosomes that their store lists",
            got=f"others in {store.path}",
            remedy="remove the store and make it again",
        )
    row_contigs: np.ndarray = np.array([*map(str, listed), ""])[numbers]
    return row_contigs


def _read_finite(store: stores.Store, name: str) -> np.ndarray:
    """Read an array of a store; NaN or infinity in it is refused."""
    values = store.read(name)
    if not np.isfinite(values).all():
        raise errors.InputError(
            "targets must be numbers",
            got=f"NaN or infinity among {name} of {store.path}",
            remedy="remove the store and make it again",
        )
    return values


def _require_one_origin(opened: Sequence[stores.Store]) -> None:
    first = opened[0]
    for store in opened:
        for key in ("base_model", "base_model_sha256", "twinsplice"):
            if store.metadata[key] != first.metadata[key]:
                raise errors.InputError(
                    "all targets must be of one base model and version",
                    got=f"{key} {store.metadata[key]} in {store.path}, "
                    f"{first.metadata[key]} in {first.path}",
                    remedy="leave one out, or make it again",
                )


def _source(store: stores.Store, used: dict[str, int]) -> dict[str, Any]:
    metadata = store.metadata
    return {
        "store": store.path.name,
        "kind": metadata["kind"],
        "rows": metadata["rows"],
        "used": used,
        "reference_sha256": metadata["reference_sha256"],
        "input_sha256": metadata["input_sha256"],
        "settings": metadata["settings"],
    }


def require_fit(
    model: siamese.SiameseModel, data: Data, config: train_settings.Config
) -> None:
    """Refuse data that a model cannot be trained on with these settings.

    Args:
        model: The model to train.
        data: The data to train it on.
        config: The settings of the run.

    Raises:
        InputError: Targets keep too little sequence, or are of the wrong kind.
    """
    sources: Sequence[Any] = [
        *data.profiles,
        *data.pairs,
        *data.validation_pairs,
        *data.validation_profiles,
    ]
    kept = min(source.context for source in sources)
    if model.reach > kept:
        raise errors.InputError(
            f"targets must keep the model's context of {model.reach} bases",
            got=f"{kept}",
            remedy="make targets with a larger --context, or lower --blocks",
        )
    if (
        data.profiles
        and config.windows
        and not isinstance(model, paired.PairedDeltaPredictor)
    ):
        raise errors.InputError(
            "profiles train models of --architecture paired only",
            got=config.architecture,
            remedy="set --windows 0",
        )
    pairs = [*data.pairs, *data.validation_pairs]
    if config.measured_weight and (
        not data.validation_pairs or any(source.value is None for source in pairs)
    ):
        raise errors.InputError(
            "--measured-weight needs measured changes of all variants, of both folds",
            got="targets without, or none to validate on",
            remedy="make targets with twinsplice targets --format, and name no others",
        )
    has_rows = (data.profiles and config.windows) or (data.pairs and config.variants)
    if not has_rows:
        raise errors.InputError(
            "a step needs windows or variants to learn from",
            got=f"--windows {config.windows} and --variants {config.variants} of "
            f"{len(data.profiles)} and {len(data.pairs)} stores",
            remedy="raise one that there are targets for",
        )
