"""Train a model on target stores: settings in, a run folder out."""

import torch

from twinsplice import progress
from twinsplice.settings import train as train_settings
from twinsplice.training import datasets, processes, runs, splits

is_first = processes.is_first


def run(
    config: train_settings.Config, advance: progress.Advance = progress.silent
) -> train_settings.Summary:
    """Train a model.

    Args:
        config: Settings of the run.
        advance: Called with the steps done since the last call and the share done.

    Raises:
        TwinSpliceError: The targets, the split or the settings cannot be used.
    """
    if config.threads:
        torch.set_num_threads(config.threads)
    split = splits.holding_out(config.test, config.validation)
    data = datasets.load(
        config.targets,
        split,
        config.site_fraction,
        config.target,
        spread=config.delta_trust > 0,
    )
    return runs.learn(config, data, advance)
