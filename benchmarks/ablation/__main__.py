"""Train and measure the write-up's models, its faults and ours, side by side.

    python -m benchmarks.ablation --config benchmarks/ablation/published.toml

Run from the repository's root; `--help` names every setting.
"""

import pathlib
import sys
from typing import Annotated

import cyclopts
from benchmarks.ablation import run as ablation
from benchmarks.ablation import settings as ablation_settings
from benchmarks.ablation import text as ablation_text
from cyclopts import Parameter

from twinsplice.report import progress
from twinsplice.settings import config_files

app = cyclopts.App(
    name="python -m benchmarks.ablation",
    help=__doc__,
    help_format="markdown",
    default_parameter=Parameter(negative=()),
)


@app.default
def ablate(config: Annotated[ablation_settings.Config, Parameter(name="*")]) -> int:
    """Train and measure the write-up's models, its faults and ours, side by side."""
    with progress.bar("training", "steps", quiet=config.quiet) as advance:
        result = ablation.run(config, advance)
    sys.stdout.write(ablation_text.text(result))
    return 0


@app.meta.default
def launch(
    *words: Annotated[str, Parameter(show=False, allow_leading_hyphen=True)],
    config: pathlib.Path | None = None,
) -> int:
    """Measure, with settings from a file where one is given.

    Args:
        *words: Flags.
        config: TOML file with a table [ablate] of settings; flags override it.
    """
    if config is not None:
        tables, _ = config_files.read(config)
        settings = tables.get("ablate", {})
        app.config = (cyclopts.config.Dict(settings, source=str(config)),)
    result: object = app(words, result_action="return_value")
    return result if isinstance(result, int) else 0


if __name__ == "__main__":
    sys.exit(app.meta(sys.argv[1:], result_action="return_value"))
