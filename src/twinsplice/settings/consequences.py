"""Settings of `consequences`, apart from the work: help is quick."""

import dataclasses
import pathlib
from typing import Annotated

from cyclopts import Parameter

from twinsplice.settings import checks, one_variant

TABLES = (".tsv", ".tsv.gz", ".parquet")


@dataclasses.dataclass(frozen=True)
class Config(one_variant.OneVariant):
    """The settings of `consequences`.

    Attributes:
        output: Table to write as well, .tsv, .tsv.gz or .parquet.
        every: Tell of all transcripts, not only of MANE's or the longest.
        threshold: Size from which a change of a site counts, 0 to 1.
        distance: Bases searched on each side of the variant, 1 to 4,999.
    """

    _: dataclasses.KW_ONLY
    output: Annotated[pathlib.Path | None, Parameter(alias="-o")] = None
    every: Annotated[bool, Parameter(name="--all")] = False
    threshold: Annotated[float, checks.FRACTION] = 0.2
    distance: Annotated[int, Parameter(alias="-d"), one_variant.DISTANCE] = 500

    def __post_init__(self) -> None:
        """Refuse values out of range.

        Raises:
            InputError: A value is out of range.
        """
        super().__post_init__()
        checks.require(
            self.output is None or self.output.name.endswith(TABLES),
            f"--output must end in {', '.join(TABLES)}",
            got=str(self.output),
        )
