"""Why there is no answer, as JSON: the command line's words, never a path or trace."""

import re
from collections.abc import Mapping

from twinsplice import errors
from twinsplice.web import schemas

BAD, UNKNOWN, BUSY, LATE, BUG = 422, 404, 503, 504, 500
RETRY_AFTER = "2"
"""Seconds after which to ask again."""
_GUESS = re.compile(r"did you mean ([^?]+)\?")


class RefusedError(Exception):
    """What ends a request without an answer.

    Attributes:
        status: HTTP status.
        said: What is said.
        headers: Further headers.
    """

    def __init__(
        self,
        status: int,
        error: str,
        reason: str,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(error)
        self.status = status
        words = errors.printable(" ".join(error.split()))
        guesses = [
            guess for found in _GUESS.findall(words) for guess in found.split(" or ")
        ]
        self.said = schemas.Refusal(error=words, reason=reason, guesses=guesses)
        self.headers = dict(headers or {})

    @property
    def body(self) -> bytes:
        """What is said, as JSON."""
        return self.said.model_dump_json().encode()


def of_error(error: errors.TwinSpliceError, reason: str) -> RefusedError:
    """Return the refusal of what cannot be answered."""
    return RefusedError(BAD, str(error), str(reason))


def bad(rule: str, *, got: str, remedy: str, reason: str) -> RefusedError:
    """Return the refusal of a request that is not as it must be."""
    return of_error(errors.InputError(rule, got=got[:60], remedy=remedy), reason)


def busy() -> RefusedError:
    """Return the refusal of one request too many."""
    return RefusedError(
        BUSY,
        "requests wait in a queue; got one more than it holds; ask again in a moment",
        "busy",
        {"Retry-After": RETRY_AFTER},
    )


def late(seconds: float) -> RefusedError:
    """Return the refusal of what takes too long."""
    return RefusedError(
        LATE,
        f"an answer must come within {seconds:g} s; got none; ask again, or for less",
        "timeout",
        {"Retry-After": RETRY_AFTER},
    )


def bug(error: BaseException) -> RefusedError:
    """Return what is said of an error that nobody foresaw."""
    return RefusedError(
        BUG,
        f"a bug, please report it; got {type(error).__name__}; "
        "the server's log has the rest",
        "bug",
    )
