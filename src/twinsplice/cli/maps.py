"""Commands that make reference maps."""

import dataclasses
import sys
from typing import Annotated

from cyclopts import Parameter

from twinsplice.cli import application, preparations, remote_places
from twinsplice.settings import merge as merge_settings
from twinsplice.settings import prepare as prepare_settings
from twinsplice.settings import score as score_settings


@application.command
def prepare(config: Annotated[prepare_settings.Config, Parameter(name="*")]) -> int:
    """Compute a map: a base model's probabilities of splice sites in whole genes."""
    with remote_places.here(config, "genes", "regions") as here:
        result = _prepared(here)
    from twinsplice.report import map_making  # noqa: PLC0415

    output = remote_places.there(result.output, config)
    result = dataclasses.replace(result, output=output)
    if not config.quiet:
        sys.stderr.write(
            map_making.written(result)
            if isinstance(result, merge_settings.Summary)
            else map_making.result(result)
        )
    return 0


def _prepared(
    config: prepare_settings.Config,
) -> prepare_settings.Summary | merge_settings.Summary:
    """Make a map, here or in shards on a cluster."""
    preparations.check(config)
    from twinsplice.commands import prepare as work  # noqa: PLC0415
    from twinsplice.report import map_making, progress  # noqa: PLC0415

    with progress.bar("preparing", "bases", quiet=config.quiet) as advance:
        if config.engine == "ray":
            merged: merge_settings.Summary = preparations.on_cluster(
                "MapWork", config, advance
            )
            return merged
        announce = map_making.silent if config.quiet else map_making.announce
        return work.run(config, advance, announce)


@application.command
def merge(config: Annotated[merge_settings.Config, Parameter(name="*")]) -> int:
    """Merge shards: of a map, or of scores."""
    with remote_places.here(config, "shards", "input") as here:
        result = _merged(here)
    output = remote_places.there(result.output or config.output, config)
    result = dataclasses.replace(result, output=output)
    from twinsplice.report import map_making, summary  # noqa: PLC0415

    if isinstance(result, score_settings.Summary):
        (summary.warn if config.quiet else summary.show)(result)
    elif not config.quiet:
        sys.stderr.write(map_making.written(result))
    return 0


def _merged(
    config: merge_settings.Config,
) -> score_settings.Summary | merge_settings.Summary:
    """Merge shards of scores or of a map."""
    if config.is_of_scores:
        from twinsplice import api  # noqa: PLC0415
        from twinsplice.report import progress  # noqa: PLC0415

        with progress.bar(quiet=config.quiet) as advance:
            return api.merge(config, advance)
    from twinsplice.commands import merge as work  # noqa: PLC0415

    return work.run(config)
