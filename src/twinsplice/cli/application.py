"""The program: its commands' common flags, and how it begins and ends."""

import os
import pathlib
import sys
from collections.abc import Callable
from typing import Annotated, Any, NoReturn, TypeVar

import cyclopts
from cyclopts import Parameter

import twinsplice
from twinsplice.cli import codes, mistakes, process
from twinsplice.settings import config_files, examples, renamed

# Errors are raised and results returned, not printed.
_PLAINLY: Any = {
    "exit_on_error": False,
    "print_error": False,
    "result_action": "return_value",
}

app = cyclopts.App(
    name="twinsplice",
    help=("Predict what DNA variants do to splicing."),
    help_epilogue=examples.EXAMPLES,
    help_format="markdown",
    version=twinsplice.__version__,
    # One way to say each thing: no --no-mask, no --empty-weights.
    default_parameter=Parameter(negative=()),
    suppress_keyboard_interrupt=False,
)


_Command = TypeVar("_Command", bound=Callable[..., int])


def command(work: _Command) -> _Command:
    """Make a function a command, whose help has the examples of that command alone."""
    return app.command(work, help_epilogue=examples.of_command(work.__name__))


def main() -> NoReturn:
    """Run the command line and exit with its code."""
    process.prepare()
    try:
        code = app.meta(sys.argv[1:], **_PLAINLY) or 0
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader has seen enough; Python's own flush at exit must not complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = codes.FAILED
    except KeyboardInterrupt:
        code = codes.INTERRUPTED
    except (SystemExit, GeneratorExit):
        raise
    except BaseException as error:  # noqa: BLE001
        # Also what code in Rust panics with, which is no Exception.
        mistakes.complain(error)
        code = codes.MISUSED
    process.leave(code)


@app.meta.default
def launch(
    *words: Annotated[str, Parameter(show=False, allow_leading_hyphen=True)],
    config: pathlib.Path | None = None,
) -> int:
    """Run a command, its settings from a file where one is given.

    Args:
        *words: The command and its flags.
        config: TOML file with a table of settings for each command, such as [train];
            flags override it.
    """
    app.config = ()
    words, config = config_files.split(words, config)
    if config is not None:
        config_files.require_alone(config, words)
        tables, hints = config_files.read(config)
        mistakes.hint(hints)
        app.config = (cyclopts.config.Dict(tables, source=str(config)),)
    present = renamed.current_flags(words)
    changed = (old for old, new in zip(words, present, strict=True) if old != new)
    mistakes.hint(renamed.hints(word.partition("=")[0] for word in changed))
    result: object = app(present, **_PLAINLY)
    # Help and version give no code of their own.
    return result if isinstance(result, int) else 0
