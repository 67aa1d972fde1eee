"""The write-up's rows, its faults and our model, on the same variants and steps.

Every run is one of `train`, in a folder of its own; what it finds on the test
variants is kept as JSON, and a finished run is not done again. All rows learn from
the same variants (the few are among the many) by the same number of steps of the
same size, and the same validation variants decide which weights are kept.
"""

import collections
import dataclasses
import json
from typing import Any

import numpy as np
from benchmarks.ablation import comparison, faults, figures
from benchmarks.ablation import data as ablation_data
from benchmarks.ablation import rows as ablation_rows
from benchmarks.ablation import settings as ablation_settings

from twinsplice import errors, progress
from twinsplice.engine import devices
from twinsplice.io import cache
from twinsplice.predictors import checkpoints
from twinsplice.settings import train as train_settings
from twinsplice.stats import agreement
from twinsplice.training import datasets, environment, inference, runs, splits

RESULTS = "results.json"
"""File name of the summary in the output folder."""
_RESAMPLES, _TRIAL = 1000, 50
"""Resamples for an interval, and in a trial."""


def run(
    config: ablation_settings.Config,
    advance: progress.Advance = progress.silent,
) -> ablation_settings.Summary:
    """Measure the rows that the output folder lacks; return them all.

    Args:
        config: What to do.
        advance: Called with the steps done since the last call and the share done.

    Raises:
        TwinSpliceError: The targets or the settings cannot be used, or the folder
            holds results of others.
    """
    original, config = config, config.lowered()
    devices.choose(config.accelerator, config.threads)
    split = splits.holding_out(config.held_out, config.validation)
    data = datasets.load(config.targets, split, config.site_fraction)
    test = ablation_data.read_test(config, data)
    compared = comparison.read(config, split)
    few, many = (
        ablation_data.part(data, count, config) for count in (config.few, config.many)
    )
    ablation_data.refuse_duplicates(many, test)
    _open(config, [*data.sources, *test.source])
    tally = _Tally(config, advance)
    results: dict[str, list[figures.Result]] = collections.defaultdict(list)
    for row in config.chosen:
        for seed in range(1, config.seeds + 1):
            results[row.name].append(
                _result(config, row, seed, many if row.many else few, test, tally)
            )
    summary = _summary(original, results, test, split, compared)
    with cache.replacing(config.output / RESULTS) as draft:
        draft.write_text(summary.to_json(), encoding="utf-8")
    return summary


def _result(
    config: ablation_settings.Config,
    row: ablation_rows.Row,
    seed: int,
    data: datasets.Data,
    test: ablation_data.Test,
    tally: "_Tally",
) -> dict[str, Any]:
    """Return the result of a run from the folder, or train, measure and save it."""
    path = config.output / "runs" / f"{row.name}.{seed}.json"
    if not path.is_file():
        settings = run_settings(config, row, seed)
        fault = faults.FAULTS[row.fault]
        done = runs.learn(settings, ablation_data.corrupted(data, fault), tally.during)
        trained = checkpoints.load(settings.output)
        delta, _ = inference.deltas(
            trained.model,
            fault.corrupt(test.pairs),
            device=devices.choose(config.accelerator),
        )
        result = figures.measured(fault.restored(delta, test.pairs), test.pairs)
        result |= {"step": done.step, "seconds": done.seconds}
        result["git"] = environment.describe()["git"]
        with cache.replacing(path) as draft:
            draft.write_text(json.dumps(result) + "\n", encoding="utf-8")
        # Finished runs are not resumed, and checkpoints are large.
        (settings.output / runs.CHECKPOINT).unlink(missing_ok=True)
    tally.finish()
    saved: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return saved


def run_settings(
    config: ablation_settings.Config, row: ablation_rows.Row, seed: int
) -> train_settings.Config:
    """Return the settings of one run of one row."""
    return train_settings.Config(
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
        site_fraction=config.site_fraction,
        delta_loss=row.delta_loss,
        learning_rate=config.learning_rate,
        encoder_lr_scale=config.encoder_lr_scale,
        ema=config.ema,
        evaluate_every=max(1, config.steps // 4),
        evaluate_on=config.validation_variants,
        seed=seed,
        precision=config.precision,
        accelerator=config.accelerator,
        threads=config.threads,
        resume=True,
        quiet=True,
    )


def _open(config: ablation_settings.Config, sources: list[dict[str, Any]]) -> None:
    """Create the folder, or check that its results have the same settings."""
    path = config.output / "config.json"
    settings = dataclasses.asdict(config)
    # More rows or seeds can be added; the others decide no result.
    for name in (
        "rows",
        "compare_with",
        "seeds",
        "threads",
        "quiet",
        "quick",
        "output",
    ):
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
    config: ablation_settings.Config,
    results: dict[str, list[figures.Result]],
    test: ablation_data.Test,
    split: splits.Split,
    compared: tuple[checkpoints.Trained, ...],
) -> ablation_settings.Summary:
    used = config.lowered()
    truth = test.truth(_TRIAL if used.quick else _RESAMPLES)
    lines = tuple(
        figures.line(row, used.many if row.many else used.few, results[row.name], truth)
        for row in used.chosen
    )
    lines += tuple(comparison.lines(used, compared, test, truth))
    contrasts = tuple(
        figures.contrast(title, (results[first], results[second]), truth)
        for title, first, second in ablation_rows.CONTRASTS
        if first in results and second in results
    )
    facts = {
        "n": len(truth.sizes),
        "genes": len(np.unique(truth.genes)),
        "positives": int((truth.sizes >= agreement.DELTA_MODERATE).sum()),
        "notable": int((truth.sizes >= agreement.DELTA_MIN).sum()),
        "indels": int((test.pairs.ref_length != test.pairs.alt_length).sum()),
        "minus": int(test.pairs.on_minus_strand.astype(bool).sum()),
        "test": test.source,
        "contigs": sorted(
            {name for source in test.source for name in source["contigs"]}
        ),
        "held_out": list(split.test),
        "validation": list(split.validation),
        "steps": used.steps,
        "batch": used.batch,
        "seeds": used.seeds,
        "quick": used.quick,
        "command": config.command(),
        **environment.describe(),
        # Runs may be older than their summary.
        "git": ", ".join(
            sorted({str(run["git"]) for runs in results.values() for run in runs})
        ),
    }
    return ablation_settings.Summary(lines=lines, contrasts=contrasts, facts=facts)


class _Tally:
    """Progress over all runs."""

    def __init__(
        self, config: ablation_settings.Config, advance: progress.Advance
    ) -> None:
        self.runs, self.done = config.seeds * len(config.chosen), 0
        self.advance = advance

    def during(self, steps: int, fraction: float | None) -> None:
        """Report steps within a run."""
        self.advance(steps, (self.done + (fraction or 0)) / self.runs)

    def finish(self) -> None:
        """Report the end of a run."""
        self.done += 1
        self.advance(0, self.done / self.runs)
