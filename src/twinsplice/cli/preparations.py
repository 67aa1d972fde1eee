"""What a command sees to before its work: what is missing is refused at once."""

import contextlib
import importlib.util
import pathlib
from typing import Any

from twinsplice import errors, progress
from twinsplice.cli import mistakes
from twinsplice.settings import one_variant
from twinsplice.settings import prepare as prepare_settings
from twinsplice.settings import sample as sample_settings
from twinsplice.settings import scan as scan_settings
from twinsplice.settings import score as score_settings

_MODULES = {"lightning-fabric": "lightning_fabric", "scikit-learn": "sklearn"}


def check(
    config: score_settings.Config
    | scan_settings.Config
    | one_variant.OneVariant
    | prepare_settings.Config
    | sample_settings.Config,
    *,
    source: pathlib.Path | None = None,
    output: pathlib.Path | None = None,
    models: tuple[str, ...] = (),
) -> None:
    """Refuse what is missing before PyTorch is loaded; tell what takes its time."""
    from twinsplice.scoring.runs import preconditions  # noqa: PLC0415

    remarks = preconditions.check(config, source=source, output=output, models=models)
    if not getattr(config, "quiet", False):
        mistakes.hint(remarks)


def require(feature: str, extra: str, *packages: str) -> None:
    """Refuse, before any work, what needs packages that are not installed.

    Raises:
        InputError: One is missing.
    """
    modules = {name: _MODULES.get(name, name) for name in packages}
    missing = [each for each in modules if not importlib.util.find_spec(modules[each])]
    if missing:
        raise errors.InputError(
            f"{feature} needs {', '.join(packages)}",
            got=f"no {', no '.join(missing)}",
            remedy=f"pip install 'twinsplice[{extra}]'",
        )


def on_cluster(
    work: str,
    config: score_settings.Config | scan_settings.Config | prepare_settings.Config,
    advance: progress.Advance,
) -> Any:  # noqa: ANN401
    """Do the work of a command on a cluster; return its summary."""
    require("--engine ray", "cluster", "ray")
    from twinsplice.cluster import ray_engine, shard_work  # noqa: PLC0415

    made = getattr(shard_work, work)(config)
    return ray_engine.run(made, config.address, config.workers, advance)


def draft(
    path: pathlib.Path | None,
) -> contextlib.AbstractContextManager[pathlib.Path | None]:
    """Give where to write an output, if any; a bad place is refused at once."""
    from twinsplice.io import drafts  # noqa: PLC0415

    return contextlib.nullcontext() if path is None else drafts.publishing(path)
