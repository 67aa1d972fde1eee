"""What is said of mistakes, and before the work: a line each, all of it printable."""

import sys
import typing
from collections.abc import Callable, Iterable

import cyclopts

from twinsplice import bug_reports, errors
from twinsplice.settings import suggestions

_TYPES: dict[object, str] = {
    int: "a whole number",
    float: "a number",
    bool: "true or false",
}


def hint(hints: Iterable[str]) -> None:
    """Write remarks, a line each."""
    for hint in hints:
        sys.stderr.write(f"twinsplice: {errors.printable(hint)}\n")


def announce(*, quiet: bool) -> Callable[[str], object]:
    """Return what tells a user of something before the work."""
    return lambda message: None if quiet else hint([message])


def complain(error: BaseException) -> None:
    """Write what is wrong."""
    line = errors.printable(" ".join(reason(error).split()))
    sys.stderr.write(f"twinsplice: error: {line}\n")


def reason(error: BaseException) -> str:
    """Return the line that an error deserves."""
    if isinstance(error, cyclopts.CycloptsError):
        return _usage(error)
    if isinstance(error, errors.TwinSpliceError):
        return str(error)
    if isinstance(error, OSError):
        return (
            f"a file must be readable or writable; got {error}; "
            "check the path, its permissions and the space left"
        )
    if isinstance(error, MemoryError):
        return "a run needs memory; got none that is left; lower --max-memory-gb"
    return bug_reports.line(error)


def _usage(error: cyclopts.CycloptsError) -> str:
    """Return a usage mistake in one line."""
    command = " ".join(["twinsplice", *(error.command_chain or ())])
    remedy = f"see {command} --help"
    if isinstance(error, cyclopts.MissingArgumentError) and error.argument is not None:
        rule = f"{_flag(error.argument)} must be given a value; got none"
    elif isinstance(error, cyclopts.UnusedCliTokensError):
        unused = " ".join(error.unused_tokens or ())
        rule = f"{command} takes no more arguments; got {unused}"
    elif isinstance(error, cyclopts.CoercionError) and error.token is not None:
        rule, known = _of_another_type(error, error.token)
        remedy = suggestions.remedy(error.token.value, known, remedy)
    else:
        rule = " ".join(str(error).split()).removesuffix(".")
    return f"{rule}; {remedy}"


def _of_another_type(
    error: cyclopts.CoercionError, token: cyclopts.Token
) -> tuple[str, list[str]]:
    """Return the rule about a value's type, and the choices if they are few."""
    known = [str(choice) for choice in typing.get_args(error.target_type)]
    if typing.get_origin(error.target_type) is typing.Literal:
        kind = f"one of {', '.join(known)}"
    else:
        kind, known = _TYPES.get(error.target_type, "of another type"), []
    name = token.keyword or (_flag(error.argument) if error.argument else "a value")
    where = "" if token.source in ("", "cli") else f" in {token.source}"
    return f"{name} must be {kind}; got {token.value}{where}", known


def _flag(argument: cyclopts.Argument) -> str:
    """Return what help calls an argument: INPUT, or --reference."""
    if argument.index is None:
        return argument.name
    return argument.name.removeprefix("--").upper()
