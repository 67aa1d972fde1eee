"""Settings and summary of `merge`, apart from the work: help is quick."""

import dataclasses
import pathlib
from typing import Annotated

from cyclopts import Parameter

from twinsplice.settings import checks


@dataclasses.dataclass(frozen=True)
class Config:
    """The settings of `merge`.

    Attributes:
        shards: All shards of a map, made by twinsplice prepare --shard; in any order.
        output: Map to write, named .parquet.
        quiet: Show no summary.
    """

    shards: Annotated[tuple[pathlib.Path, ...], checks.Naming("the shards")]
    _: dataclasses.KW_ONLY
    output: Annotated[pathlib.Path, Parameter(alias="-o"), checks.Ending(".parquet")]
    quiet: bool = False

    def __post_init__(self) -> None:
        """Refuse values out of range.

        Raises:
            InputError: A value is out of range.
        """
        checks.check(self)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Summary:
    """Result of a run.

    Attributes:
        genes: Number of genes in the map.
        sites: Number of its sites.
        size: Bytes of the file.
        output: File of the map.
    """

    genes: int
    sites: int
    size: int
    output: pathlib.Path
