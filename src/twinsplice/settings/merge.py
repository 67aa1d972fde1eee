"""Settings and summary of `merge`, apart from the work: help is quick."""

import dataclasses
import pathlib
from typing import Annotated

from cyclopts import Parameter

from twinsplice.settings import checks, shards

_MAP = ".parquet"


@dataclasses.dataclass(frozen=True)
class Config:
    """The settings of `merge`.

    Attributes:
        shards: All shards of a map, made by twinsplice prepare --shard, or of scores,
            made by twinsplice score --shard; in any order.
        output: Of a map, the map, named .parquet. Of scores, a name with any ending of
            twinsplice score's outputs.
        input: Of scores, the input, if it is not where the shards found it.
        reference: Likewise.
        annotation: Likewise.
        quiet: Show neither progress bar nor summary.
    """

    shards: Annotated[tuple[pathlib.Path, ...], checks.Naming("the shards")]
    _: dataclasses.KW_ONLY
    output: Annotated[pathlib.Path, Parameter(alias="-o")]
    input: pathlib.Path | None = None
    reference: Annotated[pathlib.Path | None, Parameter(alias="-r")] = None
    annotation: Annotated[str | None, Parameter(alias="-a")] = None
    quiet: Annotated[bool, Parameter(alias="-q")] = False

    def __post_init__(self) -> None:
        """Refuse values out of range.

        Raises:
            InputError: A value is out of range.
        """
        checks.check(self)
        if self.is_of_scores:
            return
        checks.require(
            self.output.name.endswith(_MAP),
            f"--output must end in {_MAP}",
            got=str(self.output),
            remedy=f"rename it; shards of scores end in {shards.ENDING}",
        )
        for name in ("input", "reference", "annotation"):
            checks.require(
                getattr(self, name) is None,
                f"--{name} goes with shards of scores, which end in {shards.ENDING}",
                got=str(self.shards[0]),
                remedy="leave it out",
            )

    @property
    def is_of_scores(self) -> bool:
        """Whether the shards are of scores rather than of a map."""
        return any(path.name.endswith(shards.ENDING) for path in self.shards)

    @property
    def moved(self) -> dict[str, pathlib.Path | str]:
        """The files that are elsewhere than where the shards found them."""
        files = {
            "input": self.input,
            "reference": self.reference,
            "annotation": self.annotation,
        }
        return {name: value for name, value in files.items() if value is not None}


@dataclasses.dataclass(frozen=True, kw_only=True)
class Summary:
    """Result of merging a map.

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
