"""Give near weights a far stage.

    python -m recipes.far_stage -r GRCh37.fa -t pairs.zarr -t validation.zarr -o far

Run from the repository's root; `--help` names every setting. What was cut off goes
on where it was; `--trial` makes all of it small, to see that every step runs.
"""

import sys
from typing import Annotated

import cyclopts
from cyclopts import Parameter
from recipes.far_stage import settings

from twinsplice import errors
from twinsplice.report import progress

app = cyclopts.App(
    name="python -m recipes.far_stage",
    help=__doc__,
    help_format="markdown",
    default_parameter=Parameter(negative=()),
)


@app.default
def make(config: Annotated[settings.Config, Parameter(name="*")]) -> int:
    """Give near weights a far stage."""
    # Slow to load, and needed for work only.
    from recipes.far_stage import runs  # noqa: PLC0415

    with progress.bar("far stage", "steps", quiet=config.quiet) as advance:
        path = runs.run(config, advance=advance)
    sys.stdout.write(f"made {path}\n")
    return 0


def main(words: list[str]) -> int:
    """Run the command; return its exit status."""
    try:
        result: object = app(words, result_action="return_value")
    except errors.TwinSpliceError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return result if isinstance(result, int) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
