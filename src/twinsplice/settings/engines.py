"""Where a run is done: here, or by the workers of a cluster."""

import pathlib
from typing import Literal

from twinsplice.settings import checks

Engine = Literal["local", "ray"]


def require(
    engine: Engine, address: str | None, workers: int | None, output: pathlib.Path
) -> None:
    """Refuse settings of a cluster that do not fit together.

    Args:
        engine: Where the run is done.
        address: Address of the cluster.
        workers: Its workers.
        output: The output.

    Raises:
        InputError: They do not fit together.
    """
    for flag, value in (("--address", address), ("--workers", workers)):
        checks.require(
            engine == "ray" or value is None,
            f"{flag} goes with --engine ray",
            got=str(value),
            remedy="give both, or neither",
        )
    checks.require(
        engine == "local" or str(output) != "-",
        "--engine ray goes with an output that is a file",
        got="stdout",
        remedy="name a file with -o",
    )
