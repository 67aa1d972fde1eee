"""The write-up's rows, its faults and our model, on the same variants and steps.

Every run is one of `train`, in a folder of its own; what it finds on the test
variants is kept as JSON, and a finished run is not done again. All rows learn from
the same variants (the few are among the many) by the same number of steps of the
same size, and the same validation variants decide which weights are kept.
"""

import collections
import dataclasses
import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from jaxtyping import Int64, Shaped

from twinsplice import errors
from twinsplice.io import cache
from twinsplice.io import targets as stores
from twinsplice.learn import batches, faults, splits
from twinsplice.models import devices, original, paired
from twinsplice.workflow import (
    ablate_config,
    ablate_figures,
    ablate_rows,
    environment,
    evaluation,
    held_out,
    predictions,
    train,
    train_config,
    training_data,
    weights,
)

Advance = Callable[[int, float | None], object]
RESULTS = "results.json"
"""What the summary is called in the output folder."""
_RESAMPLES, _TRIAL = 1000, 50
"""Resamples for an interval, and in a trial."""
_SUBSET_SEED = 20
"""Decides which variants are the few, and which the many."""


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class _Test:
    """Variants on held-out chromosomes, with their right targets."""

    pairs: batches.Pairs
    genes: Shaped[np.ndarray, " variants"]
    source: list[dict[str, Any]]

    def truth(self, resamples: int) -> ablate_figures.Truth:
        return ablate_figures.Truth(
            sizes=ablate_figures.sizes(self.pairs.delta),
            genes=self.genes,
            resamples=resamples,
        )


def run(
    config: ablate_config.Config,
    advance: Advance = lambda steps, fraction: None,
) -> ablate_config.Summary:
    """Measure the rows that the output folder lacks; return them all.

    Args:
        config: What to do.
        advance: Called with the steps done since the last call and the share done.

    Raises:
        TwinSpliceError: The targets or the settings cannot be used, or the folder
            holds results of others.
    """
    given, config = config, config.lowered()
    devices.choose(config.accelerator, config.threads)
    split = splits.holding_out(config.held_out, config.validation)
    data = training_data.load(config.targets, split, config.site_share)
    test = _read_test(config, data)
    few, many = (_part(data, count, config) for count in (config.few, config.many))
    _open(config, [*data.sources, *test.source])
    tally = _Tally(config, advance)
    found: dict[str, list[ablate_figures.Result]] = collections.defaultdict(list)
    for row in config.chosen:
        for seed in range(1, config.seeds + 1):
            found[row.name].append(
                _result(config, row, seed, many if row.many else few, test, tally)
            )
    summary = _summary(given, found, test, split)
    with cache.replacing(config.output / RESULTS) as draft:
        draft.write_text(summary.to_json(), encoding="utf-8")
    return summary


def _result(
    config: ablate_config.Config,
    row: ablate_rows.Row,
    seed: int,
    data: training_data.Data,
    test: _Test,
    tally: "_Tally",
) -> dict[str, Any]:
    """Return what the folder knows of a run, or make and keep it."""
    path = config.output / "runs" / f"{row.name}.{seed}.json"
    if not path.is_file():
        settings = run_settings(config, row, seed)
        fault = faults.FAULTS[row.fault]
        done = train.learn(settings, _corrupted(data, fault), tally.during)
        trained = weights.load(settings.output)
        delta, _ = predictions.deltas(
            trained.model,
            fault.corrupt(test.pairs),
            device=devices.choose(config.accelerator),
        )
        result = ablate_figures.measured(fault.restored(delta, test.pairs), test.pairs)
        result |= {"step": done.step, "seconds": done.seconds}
        with cache.replacing(path) as draft:
            draft.write_text(json.dumps(result) + "\n", encoding="utf-8")
        # What is done is not gone on with, and checkpoints are large.
        (settings.output / train.CHECKPOINT).unlink(missing_ok=True)
    tally.finish()
    known: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return known


def run_settings(
    config: ablate_config.Config, row: ablate_rows.Row, seed: int
) -> train_config.Config:
    """Return the settings of one run of one row."""
    return train_config.Config(
        targets=config.targets,
        output=config.output / "runs" / f"{row.name}.{seed}",
        architecture=row.architecture,
        strategy=row.strategy,
        init_from=config.init_from if row.inherits else None,
        member=config.member,
        blocks=config.blocks,
        validation=config.validation,
        test=config.held_out,
        steps=config.steps,
        windows=0,
        variants=config.batch,
        site_share=config.site_share,
        delta_loss=row.delta_loss,
        learning_rate=config.learning_rate,
        trunk_share=config.trunk_share,
        ema=config.ema,
        evaluate_every=max(1, config.steps // 4),
        evaluate_on=config.decide_by,
        seed=seed,
        precision=config.precision,
        accelerator=config.accelerator,
        threads=config.threads,
        resume=True,
        quiet=True,
    )


def _part(
    data: training_data.Data, count: int, config: ablate_config.Config
) -> training_data.Data:
    """Return the data with so many training variants, and the validation thinned."""
    sizes = [len(source.codes) for source in data.pairs]
    if sum(sizes) < count:
        raise errors.InputError(
            f"the ablation learns from {count:,} variants outside of the validation "
            "and held-out chromosomes",
            got=f"{sum(sizes):,} in the stores",
            remedy="add stores of variants, or lower --few or --many",
        )
    order = np.random.default_rng(_SUBSET_SEED).permutation(sum(sizes))
    chosen = _by_source(order[:count], sizes)
    pairs = tuple(
        _rows(source, rows, config.site_share)
        for source, rows in zip(data.pairs, chosen, strict=True)
        if len(rows)
    )
    each = -(-config.decide_by // max(len(data.validation_pairs), 1))
    validation = tuple(
        predictions.rows(
            source, held_out.thinned(np.ones(len(source.codes), dtype=bool), each)
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
        here = rows[(rows >= first) & (rows < first + size)]
        yield np.sort(here) - first
        first += size


def _rows(
    source: batches.Pairs, rows: Int64[np.ndarray, " some"], site_share: float
) -> batches.Pairs:
    part = predictions.rows(source, rows)
    largest = ablate_figures.sizes(part.delta)
    chance = batches.chances(largest, training_data.CHANGE, site_share)
    return dataclasses.replace(part, chance=chance)


def _corrupted(data: training_data.Data, fault: faults.Fault) -> training_data.Data:
    """Return what a faulty pipeline would have learned from, and decided by."""
    return dataclasses.replace(
        data,
        pairs=tuple(fault.corrupt(pairs) for pairs in data.pairs),
        validation_pairs=tuple(fault.corrupt(pairs) for pairs in data.validation_pairs),
    )


def _read_test(config: ablate_config.Config, data: training_data.Data) -> _Test:
    context = max(
        paired.of_blocks(config.blocks).context,
        original.SimpleCNNDeltaPredictor().context,
    )
    parts, genes, sources = [], [], []
    for path in config.test:
        store = stores.open_store(path)
        held_out.require_fit(store, data.facts, context)
        rows = data.split.assign(training_data.contigs(store), ("test",))["test"]
        rows = rows & store.done_rows()
        if config.most is not None:
            rows = held_out.thinned(rows, -(-config.most // len(config.test)))
        parts.append(training_data.read_pairs(store, rows, config.site_share))
        names = np.array([*store.facts["genes"], ""])
        genes.append(names[store.read("gene")[rows]])
        contigs = np.unique(training_data.contigs(store)[rows]).tolist()
        sources.append(
            {"store": path.name, "rows": int(rows.sum()), "contigs": contigs}
        )
    return _Test(pairs=_joined(parts), genes=np.concatenate(genes), source=sources)


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


def _open(config: ablate_config.Config, sources: list[dict[str, Any]]) -> None:
    """Make the folder, or see that what it holds was measured alike."""
    path = config.output / "config.json"
    settings = dataclasses.asdict(config)
    # More rows or seeds can be added; the others decide no result.
    for name in ("rows", "seeds", "threads", "quiet", "quick", "output"):
        del settings[name]
    settings = json.loads(json.dumps(settings | {"data": sources}, default=str))
    if path.is_file():
        began = json.loads(path.read_text(encoding="utf-8"))
        changed = sorted(k for k in settings if settings[k] != began.get(k))
        if changed:
            raise errors.InputError(
                "an ablation goes on with the settings and data it was begun with",
                got=f"other values of {', '.join(changed)}",
                remedy=f"use those of {path}, or name another --output",
            )
        return
    with cache.replacing(path) as draft:
        draft.write_text(json.dumps(settings, indent=2) + "\n", encoding="utf-8")


def _summary(
    config: ablate_config.Config,
    found: dict[str, list[ablate_figures.Result]],
    test: _Test,
    split: splits.Split,
) -> ablate_config.Summary:
    used = config.lowered()
    truth = test.truth(_TRIAL if used.quick else _RESAMPLES)
    lines = tuple(
        ablate_figures.line(
            row, used.many if row.many else used.few, found[row.name], truth
        )
        for row in used.chosen
    )
    contrasts = tuple(
        ablate_figures.contrast(title, (found[one], found[other]), truth)
        for title, one, other in ablate_rows.CONTRASTS
        if one in found and other in found
    )
    facts = {
        "n": len(truth.sizes),
        "genes": len(np.unique(truth.genes)),
        "positives": int((truth.sizes >= evaluation.LARGE).sum()),
        "notable": int((truth.sizes >= evaluation.NOTABLE).sum()),
        "indels": int((test.pairs.ref_length != test.pairs.alt_length).sum()),
        "minus": int(test.pairs.mirrored.astype(bool).sum()),
        "test": test.source,
        "contigs": sorted({name for each in test.source for name in each["contigs"]}),
        "held_out": list(split.test),
        "validation": list(split.validation),
        "steps": used.steps,
        "batch": used.batch,
        "seeds": used.seeds,
        "quick": used.quick,
        "command": config.command(),
        **environment.describe(),
    }
    return ablate_config.Summary(lines=lines, contrasts=contrasts, facts=facts)


class _Tally:
    """How far all runs are together."""

    def __init__(self, config: ablate_config.Config, advance: Advance) -> None:
        self.runs, self.done = config.seeds * len(config.chosen), 0
        self.advance = advance

    def during(self, steps: int, fraction: float | None) -> None:
        """Tell of steps within a run."""
        self.advance(steps, (self.done + (fraction or 0)) / self.runs)

    def finish(self) -> None:
        """Tell that a run is done."""
        self.done += 1
        self.advance(0, self.done / self.runs)
