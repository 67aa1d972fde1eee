"""Training and test data of an ablation: parts of stores, and faults."""

import dataclasses
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from benchmarks.ablation import faults, figures
from benchmarks.ablation import settings as ablation_settings
from jaxtyping import Int64, Shaped, UInt8

from twinsplice import errors
from twinsplice.io import target_store as stores
from twinsplice.models import architecture
from twinsplice.models.reported import original
from twinsplice.training import batches, datasets, held_out, inference, splits

_AROUND = 100
"""Bases beyond a window that are included when sequences are compared."""
_ALIKE = 2 / 3
"""Share of equal bases from which sequences count as duplicates."""
_SUBSET_SEED = 20
"""Seed of the choice of training variants."""


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Test:
    """Variants on held-out chromosomes, with their correct targets.

    Attributes:
        pairs: The variants.
        genes: The gene of each.
        source: For each store its name, rows used and their chromosomes.
    """

    pairs: batches.Pairs
    genes: Shaped[np.ndarray, " variants"]
    source: list[dict[str, Any]]

    def truth(self, resamples: int) -> figures.Truth:
        """Return the target sizes, for intervals by so many resamples."""
        return figures.Truth(
            sizes=figures.sizes(self.pairs.delta),
            genes=self.genes,
            resamples=resamples,
        )


def part(
    data: datasets.Data, count: int, config: ablation_settings.Config
) -> datasets.Data:
    """Return the data with `count` training variants, and a thinned validation part.

    The variants of a lower count are among those of a higher one.

    Raises:
        InputError: There are fewer variants.
    """
    sizes = [len(source.codes) for source in data.pairs]
    if sum(sizes) < count:
        raise errors.InputError(
            f"the ablation learns from {count:,} variants outside of the validation "
            "and held-out chromosomes",
            got=f"{sum(sizes):,} in the stores",
            remedy="add stores of variants, or lower --few or --many",
        )
    order = np.random.default_rng(_SUBSET_SEED).permutation(sum(sizes))
    rows_by_source = _by_source(order[:count], sizes)
    pairs = tuple(
        _rows(source, rows, config.site_fraction)
        for source, rows in zip(data.pairs, rows_by_source, strict=True)
        if len(rows)
    )
    per_source = -(-config.validation_variants // max(len(data.validation_pairs), 1))
    validation = tuple(
        inference.rows(
            source, held_out.thinned(np.ones(len(source.codes), dtype=bool), per_source)
        )
        for source in data.validation_pairs
    )
    return dataclasses.replace(
        data,
        profiles=(),
        validation_profiles=(),
        pairs=pairs,
        validation_pairs=validation,
        sources=[*data.sources, {"learned_from": count, "drawn_by": _SUBSET_SEED}],
    )


def _by_source(
    rows: Int64[np.ndarray, " chosen"], sizes: Sequence[int]
) -> Iterator[Int64[np.ndarray, " some"]]:
    """Yield the rows of each source, counted from its first, ascending."""
    first = 0
    for size in sizes:
        within = rows[(rows >= first) & (rows < first + size)]
        yield np.sort(within) - first
        first += size


def _rows(
    source: batches.Pairs, rows: Int64[np.ndarray, " some"], site_fraction: float
) -> batches.Pairs:
    part = inference.rows(source, rows)
    largest = figures.sizes(part.delta)
    chance = batches.chances(largest, datasets.CHANGE, site_fraction)
    return dataclasses.replace(part, chance=chance)


def corrupted(data: datasets.Data, fault: faults.Fault) -> datasets.Data:
    """Return training and validation data as a faulty pipeline would make them."""
    return dataclasses.replace(
        data,
        pairs=tuple(fault.corrupt(pairs) for pairs in data.pairs),
        validation_pairs=tuple(fault.corrupt(pairs) for pairs in data.validation_pairs),
    )


def read_test(config: ablation_settings.Config, data: datasets.Data) -> Test:
    """Read the variants of the held-out chromosomes.

    Raises:
        InputError: A store is of another base model, keeps too little sequence, or
            has no such variants.
    """
    context = max(
        architecture.of_blocks(config.blocks).context,
        original.SimpleCNNDeltaPredictor().context,
    )
    parts, genes, sources = [], [], []
    for path in config.test:
        store = stores.open_store(path)
        held_out.require_fit(store, data.metadata, context)
        rows = data.split.assign(datasets.contigs(store), ("test",))["test"]
        rows = rows & store.done_rows()
        if config.max_variants is not None:
            rows = held_out.thinned(rows, -(-config.max_variants // len(config.test)))
        parts.append(datasets.read_pairs(store, rows, config.site_fraction))
        names = np.array([*store.metadata["genes"], ""])
        genes.append(names[store.read("gene")[rows]])
        contigs = np.unique(datasets.contigs(store)[rows]).tolist()
        sources.append(
            {"store": path.name, "rows": int(rows.sum()), "contigs": contigs}
        )
    return Test(pairs=_joined(parts), genes=np.concatenate(genes), source=sources)


def refuse_duplicates(data: datasets.Data, test: Test) -> None:
    """Refuse test variants whose sequence is also in training, as in paralogs.

    Shorter or more diverged repeats may be in both.

    Raises:
        InputError: A test variant's surroundings are those of a training variant.
    """
    tested = _surroundings(test.pairs)
    smallest = round(_ALIKE * tested.shape[1])
    for source in data.pairs:
        splits.refuse_shared(_surroundings(source), tested, smallest)


def _surroundings(pairs: batches.Pairs) -> UInt8[np.ndarray, "rows length"]:
    beyond = pairs.context + pairs.slack - min(_AROUND, pairs.context)
    return pairs.codes[:, beyond : pairs.codes.shape[1] - beyond]


def _joined(parts: Sequence[batches.Pairs]) -> batches.Pairs:
    shapes = {(part.codes.shape[1:], part.delta.shape[1:]) for part in parts}
    if len(shapes) > 1:
        raise errors.InputError(
            "test stores must keep the same windows",
            got="several --reach or --context",
            remedy="make them again with one",
        )
    arrays: dict[str, Any] = {
        field.name: np.concatenate([getattr(part, field.name) for part in parts])
        for field in dataclasses.fields(parts[0])
        if isinstance(getattr(parts[0], field.name), np.ndarray)
    }
    return dataclasses.replace(parts[0], **arrays)
