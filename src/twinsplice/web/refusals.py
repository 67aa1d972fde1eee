"""Why there is no answer, as JSON: in the page's words, never a path or trace."""

import re
from collections.abc import Iterator, Mapping, Sequence

from twinsplice import errors
from twinsplice.io import hgvs_forms
from twinsplice.web import schemas
from twinsplice.web.words import plain_words

BAD, UNKNOWN, BUSY, LATE, BUG = 422, 404, 503, 504, 500
RETRY_AFTER = "2"
"""Seconds after which to ask again."""
_GUESS = re.compile(r"did you mean ([^?]+)\?")
_PLACE = re.compile(r"(?:the place is|REF fits) (\w+:\d+)(?: there|, the same place)")
# From the first base on: else a long allele takes the square of its length.
_ALLELES = re.compile(r"(?<![ACGT])([ACGT]+)[->]([ACGT]+)$", re.IGNORECASE)
_SHOWN, _PAUSES = 80, ":;,)"
_LONG = re.compile(rf"\S{{{_SHOWN},}}")
_POSITION = r"[*-]?\d+(?:[+-]\d+)?"


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
        *,
        meant: Sequence[str] | None = None,
        elsewhere: Sequence[str] = (),
    ) -> None:
        super().__init__(error)
        self.status = status
        words = errors.printable(" ".join(error.split()))
        self.said = schemas.Refusal(
            error=shortened(words),
            reason=reason,
            guesses=guesses(words, "") if meant is None else [*meant],
            elsewhere=list(elsewhere),
        )
        self.headers = dict(headers or {})

    @property
    def body(self) -> bytes:
        """What is said, as JSON."""
        return self.said.model_dump_json().encode()


def guesses(words: str, variant: str) -> list[str]:
    """Return what may have been meant, each as a variant that can be asked for.

    Args:
        words: Why there is no answer.
        variant: The variant, as it was written.
    """
    plain = " ".join(hgvs_forms.plain(variant).rstrip(" .,;").split())
    return list(dict.fromkeys(_guesses(words, plain)))


def shortened(words: str) -> str:
    """Return what is said with its longest words cut: alleles have thousands of bases.

    Args:
        words: What is said.
    """
    return _LONG.sub(_cut, " ".join(words.split()))


def _cut(found: re.Match[str]) -> str:
    word = found[0].rstrip(_PAUSES)
    pause = found[0][len(word) :]
    if len(word) <= _SHOWN:
        return word + pause[:3]
    return f"{word[:_SHOWN]}... ({len(word):,} letters){pause[:3]}"


def _guesses(words: str, variant: str) -> Iterator[str]:
    subject, colon, change = variant.partition(":" if ":" in variant else " ")
    for found in _GUESS.findall(words):
        for guess in found.split(" or "):
            if ":" in guess or not colon:
                yield guess
            elif re.fullmatch(f"{_POSITION}|\\d+_\\d+", guess):
                # Of a range it is not told which end was meant.
                if "_" not in change:
                    corrected = re.sub(_POSITION, guess, change, count=1)
                    yield subject + colon + corrected
            else:
                yield guess + colon + change
    place, alleles = _PLACE.search(words), _ALLELES.search(variant)
    if place and alleles:
        yield "-".join([*place[1].split(":"), *alleles.groups()])


def of_error(error: errors.TwinSpliceError, reason: str) -> RefusedError:
    """Return the refusal of what cannot be answered.

    Args:
        error: Why, in the words of the command line.
        reason: Why, in a word.
    """
    return RefusedError(BAD, str(plain_words.of(error)), reason)


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


def stopping() -> RefusedError:
    """Return the refusal of what a server that stops has no more time for."""
    return RefusedError(
        BUSY,
        "an answer must be ready before the server stops; got one that is not; ask "
        "again when it is back",
        "stopping",
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
