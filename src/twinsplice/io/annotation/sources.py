"""Names of what genes and transcripts are read from: a build, or a file.

This module loads nothing that is slow.
"""

import pathlib
from collections.abc import Sequence

from twinsplice import errors
from twinsplice.genome import builds
from twinsplice.settings import suggestions

BUILDS = tuple(build.value for build in builds.Build)
"""Names of the tables that come with the package."""
GENES = ("an annotation", BUILDS)
TRANSCRIPTS = ("transcripts", ("auto", *BUILDS))
"""What sources are called in messages, and what may stand in place of a file."""


def file(source: str, what: str, names: Sequence[str]) -> pathlib.Path:
    """Return the path of a source that is not a build.

    Args:
        source: The source.
        what: What it is a source of, for messages.
        names: What may stand in place of a file.

    Raises:
        InputError: There is no such file.
    """
    path = pathlib.Path(source)
    if path.is_file():
        return path
    raise errors.InputError(
        f"{what} must be a file, or one of {', '.join(names)}",
        got=f"{source}, which is no file",
        remedy=suggestions.remedy(source, (*names, *builds.ALIASES), "check the path"),
    )


def check(source: str, what: str, names: Sequence[str]) -> None:
    """Refuse a source that is neither a build nor a file; see `file`."""
    if builds.named(source) is None and source not in names:
        file(source, what, names)
