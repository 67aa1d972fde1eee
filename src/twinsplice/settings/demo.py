"""Settings of `demo`, apart from the work: help is quick."""

import dataclasses
import pathlib
from typing import Annotated

from cyclopts import Parameter


@dataclasses.dataclass(frozen=True, kw_only=True)
class Config:
    """The settings of `demo`.

    Attributes:
        to: Folder for the demo's files, to try other commands on: demo.vcf, the slices
            of GRCh37 it is on (demo.GRCh37.fa), and its scores. If not given, nothing
            is kept.
        quiet: Show neither progress nor what to do next.
    """

    to: pathlib.Path | None = None
    quiet: Annotated[bool, Parameter(alias="-q")] = False
