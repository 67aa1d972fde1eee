"""What is said of an error that nobody foresaw: one line, and a log to send."""

import platform
import shlex
import sys
import tempfile
import traceback

import twinsplice

ADDRESS = "the project's issue tracker"


def line(error: BaseException) -> str:
    """Return the line to print for an error; its traceback goes to a log file."""
    reason = " ".join(f"{type(error).__name__}: {error}".split())[:200]
    log = _written(error)
    where = f"send {log} to" if log else "say what you ran to"
    return f"a bug, please report it; got {reason}; {where} {ADDRESS}"


def _written(error: BaseException) -> str | None:
    """Write a log; return its name, or None if no file can be written."""
    words = shlex.join(["twinsplice", *sys.argv[1:]])
    facts = (
        f"twinsplice {twinsplice.__version__}, Python {platform.python_version()}, "
        f"{platform.platform()}\n{words}\n\n"
    )
    try:
        with tempfile.NamedTemporaryFile(
            "w",
            prefix="twinsplice-",
            suffix=".log",
            delete=False,
            encoding="utf-8",
            errors="backslashreplace",
        ) as log:
            log.write(facts + "".join(traceback.format_exception(error)))
    except OSError:
        return None
    return log.name
