"""The version of the code, for records and reports."""

import pathlib
import subprocess


def commit() -> str | None:
    """Return the Git commit of this package, `-dirty` if changed; None if unknown."""
    # A package installed within another repository does not belong to it.
    if _git("ls-files", "--error-unmatch", pathlib.Path(__file__).name) is None:
        return None
    return _git("describe", "--always", "--dirty", "--abbrev=40")


def _git(*words: str) -> str | None:
    try:
        done = subprocess.run(
            ["git", "-C", str(pathlib.Path(__file__).parent), *words],
            check=True,
            capture_output=True,
            text=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout.strip()
