"""What is said of mistakes, and before the work: a line each, all of it printable."""

import sys
from collections.abc import Callable, Iterable

import cyclopts

from twinsplice import bug_reports, errors


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
    if isinstance(error, cyclopts.MissingArgumentError) and error.argument is not None:
        rule = f"{_flag(error.argument)} must be given a value; got none"
    elif isinstance(error, cyclopts.UnusedCliTokensError):
        unused = " ".join(error.unused_tokens or ())
        rule = f"{command} takes no more arguments; got {unused}"
    else:
        rule = " ".join(str(error).split()).removesuffix(".")
    return f"{rule}; see {command} --help"


def _flag(argument: cyclopts.Argument) -> str:
    """Return what help calls an argument: INPUT, or --reference."""
    if argument.index is None:
        return argument.name
    return argument.name.removeprefix("--").upper()
