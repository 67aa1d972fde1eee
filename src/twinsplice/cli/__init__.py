"""The command line: flags from each command's Config, errors in one line.

Whatever is slow to load is loaded within the commands: help must come at once.
"""

from twinsplice.cli import learning, maps, scoring, serving
from twinsplice.cli.application import app, main

__all__ = ["app", "learning", "main", "maps", "scoring", "serving"]
