"""Bounds of settings, stated with the fields and checked in one place.

A field has its bounds in its annotation, such as `Annotated[int, Range(1, 10)]`;
`check` checks a configuration against all of them. Conditions on several fields are
checked with `require`.
"""

import dataclasses
import math
import pathlib
import typing
from collections.abc import Mapping, Sequence, Sized

from cyclopts import Parameter, Token

from twinsplice import errors


@dataclasses.dataclass(frozen=True, slots=True)
class Range:
    """Bounds of a number; NaN lies outside any.

    Attributes:
        low: Lower bound.
        high: Upper bound; infinity for none.
        above: Whether the number must be more than `low`, not just equal.
        below: Whether the number must be less than `high`, not just equal.
    """

    low: int | float
    high: int | float = math.inf
    above: bool = False
    below: bool = False

    def holds(self, value: int | float) -> bool:
        """Return whether a number lies within the bounds."""
        above_low = value > self.low or (value == self.low and not self.above)
        below_high = value < self.high or (value == self.high and not self.below)
        return above_low and below_high

    def __str__(self) -> str:
        if self.high == math.inf:
            return (
                f"be more than {self.low:,}"
                if self.above
                else f"be {self.low:,} or more"
            )
        if not self.above and not self.below:
            return f"be {self.low:,} to {self.high:,}"
        low = f"more than {self.low:,}" if self.above else f"{self.low:,} or more"
        high = f"less than {self.high:,}" if self.below else f"at most {self.high:,}"
        return f"be {low} and {high}"


@dataclasses.dataclass(frozen=True, slots=True)
class Naming:
    """A list that must have an entry.

    Attributes:
        what: What an entry names, such as `a store`.
    """

    what: str

    def holds(self, value: Sized) -> bool:
        """Return whether a list has an entry."""
        return len(value) > 0

    def __str__(self) -> str:
        return f"name {self.what}"


@dataclasses.dataclass(frozen=True, slots=True)
class Ending:
    """A file whose name must have an ending.

    Attributes:
        ending: With its dot.
    """

    ending: str

    def holds(self, value: object) -> bool:
        """Return whether a path has the ending."""
        return str(value).endswith(self.ending)

    def __str__(self) -> str:
        return f"end in {self.ending}"


POSITIVE = Range(1)
NOT_NEGATIVE = Range(0)
FRACTION = Range(0, 1)
OPEN_FRACTION = Range(0, 1, above=True, below=True)


RESUME = Parameter(negative="--no-resume")
"""The flag of settings that may be True, False or None, if nothing is said."""

OUTPUTS = ("output", "tracks", "plot", "table", "report")
"""Fields that are written; paths of all others are read."""
_STDOUT = ("/dev/stdout", "/dev/fd/1", "/proc/self/fd/1")


def output(_: object, tokens: Sequence[Token]) -> pathlib.Path:
    """Return the path of an output; the names of stdout are -, wherever it leads.

    Redirected to a file, /dev/stdout is that file to look at, but must not be replaced.
    """
    value = tokens[0].value
    return pathlib.Path("-" if value in _STDOUT else value)


def flag(name: str) -> str:
    """Return the command-line flag of a field."""
    return f"--{name.replace('_', '-')}"


def check(config: object) -> None:
    """Check a configuration against the bounds of its fields; None always passes.

    Args:
        config: A dataclass.

    Raises:
        InputError: A field is out of its bounds, holds a NUL character, or would be
            written over another.
    """
    hints = typing.get_type_hints(type(config), include_extras=True)
    for name, hint in hints.items():
        value = getattr(config, name, None)
        _require_no_nul(name, value)
        for bounds in getattr(hint, "__metadata__", ()):
            if isinstance(bounds, Range | Naming | Ending) and value is not None:
                got = value if value != () else "none"
                require(bounds.holds(value), f"{flag(name)} must {bounds}", got=got)
    require_own_files({name: getattr(config, name, None) for name in hints})


def require_own_files(fields: Mapping[str, object]) -> None:
    """Refuse outputs that are inputs, or one another.

    Args:
        fields: Settings by name; `output` and its like are written, others read.

    Raises:
        InputError: One would be written over.
    """
    for written in OUTPUTS:
        path = fields.get(written)
        if not isinstance(path, pathlib.Path) or str(path) == "-":
            continue
        for name, value in fields.items():
            for each in value if isinstance(value, tuple) else (value,):
                # Two outputs may not be there yet.
                twice = name in OUTPUTS and path == each
                require(
                    name == written or not (twice or is_same_file(path, each)),
                    f"the {written} must not be the {name}",
                    got=str(path),
                    remedy="give another name to write to",
                )


_INDEXES = ".fai", ".gzi", ".tbi", ".csi"


def is_same_file(path: pathlib.Path, other: object) -> bool:
    """Return whether a path is that of another value, or of an index beside it."""
    if not isinstance(other, str | pathlib.Path):
        return False
    try:
        return path.is_file() and any(
            pathlib.Path(name).exists() and path.samefile(name)
            for name in (other, *(f"{other}{ending}" for ending in _INDEXES))
        )
    except (OSError, ValueError):
        return False


def _require_no_nul(name: str, value: object) -> None:
    """Refuse text that no system takes as a path."""
    for each in value if isinstance(value, tuple | list) else (value,):
        if isinstance(each, str | pathlib.PurePath):
            got = "a NUL character within it"
            require("\0" not in str(each), f"{flag(name)} must be text", got=got)


def require(
    holds: bool,  # noqa: FBT001
    rule: str,
    *,
    got: object,
    remedy: str = "change it",
) -> None:
    """Refuse settings unless a condition holds.

    Args:
        holds: The condition.
        rule: The condition in words.
        got: The value given.
        remedy: How to correct it.

    Raises:
        InputError: The condition does not hold.
    """
    if not holds:
        raise errors.InputError(rule, got=str(got), remedy=remedy)
