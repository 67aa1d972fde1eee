"""Commands that make reference maps."""

import sys
from typing import Annotated

from cyclopts import Parameter

from twinsplice.cli import application, preparations
from twinsplice.settings import merge as merge_settings
from twinsplice.settings import prepare as prepare_settings


@application.command
def prepare(config: Annotated[prepare_settings.Config, Parameter(name="*")]) -> int:
    """Compute a map: a base model's probabilities of splice sites in whole genes."""
    preparations.check(config)
    from twinsplice.commands import prepare as work  # noqa: PLC0415
    from twinsplice.report import map_making, progress  # noqa: PLC0415

    with progress.bar("preparing", "bases", quiet=config.quiet) as advance:
        if config.engine == "ray":
            lines = map_making.written(
                preparations.on_cluster("MapWork", config, advance)
            )
        else:
            announce = map_making.silent if config.quiet else map_making.announce
            lines = map_making.result(work.run(config, advance, announce))
    if not config.quiet:
        sys.stderr.write(lines)
    return 0


@application.command
def merge(config: Annotated[merge_settings.Config, Parameter(name="*")]) -> int:
    """Merge shards: of a map, or of scores."""
    if config.is_of_scores:
        from twinsplice import api  # noqa: PLC0415
        from twinsplice.report import progress, summary  # noqa: PLC0415

        with progress.bar(quiet=config.quiet) as advance:
            scores = api.merge(config, advance)
        (summary.warn if config.quiet else summary.show)(scores)
        return 0
    from twinsplice.commands import merge as work  # noqa: PLC0415
    from twinsplice.report import map_making  # noqa: PLC0415

    result = work.run(config)
    if not config.quiet:
        sys.stderr.write(map_making.written(result))
    return 0
