"""Whether a model can learn from the data it is given, said before it begins."""

from collections.abc import Sequence
from typing import Any

from twinsplice import errors
from twinsplice.models import paired, siamese
from twinsplice.settings import train as train_settings
from twinsplice.training import datasets


def check(
    model: siamese.SiameseModel, data: datasets.Data, config: train_settings.Config
) -> None:
    """Refuse data that a model cannot learn from as asked.

    Args:
        model: What is to be trained.
        data: What with.
        config: How.

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
    if model.context > kept:
        raise errors.InputError(
            f"targets must keep the model's context of {model.context} bases",
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
        not data.validation_pairs or any(each.value is None for each in pairs)
    ):
        raise errors.InputError(
            "--measured-weight needs measured changes of all variants, of both folds",
            got="targets without, or none to validate on",
            remedy="make targets with twinsplice targets --format, and name no others",
        )
    learns = (data.profiles and config.windows) or (data.pairs and config.variants)
    if not learns:
        raise errors.InputError(
            "a step needs windows or variants to learn from",
            got=f"--windows {config.windows} and --variants {config.variants} of "
            f"{len(data.profiles)} and {len(data.pairs)} stores",
            remedy="raise one that there are targets for",
        )
