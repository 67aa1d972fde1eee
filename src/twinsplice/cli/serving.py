"""The command that serves the look-up page."""

import sys
from typing import Annotated

from cyclopts import Parameter

from twinsplice.cli import application, mistakes, preparations
from twinsplice.settings import serve as serve_settings


@application.command
def serve(
    config: Annotated[serve_settings.Config | None, Parameter(name="*")] = None,
) -> int:
    """Serve the look-up page and its API, on this machine alone unless told."""
    # Without a genome there is no configuration, which says so.
    config = config or serve_settings.Config()
    preparations.require("serve", "serve", "fastapi", "uvicorn", "jinja2")
    from twinsplice.scoring.runs import preconditions  # noqa: PLC0415

    for genome in config.genomes:
        remarks = preconditions.check(genome, models=config.models)
        if not config.quiet:
            mistakes.hint(remarks)
    if not config.quiet:
        sys.stderr.write("loading models and genes\n")
    from twinsplice.web import running  # noqa: PLC0415

    running.run(config)
    return 0
