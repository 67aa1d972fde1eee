"""Mistakes a user can mend, said in one line: the rule, what came, the remedy."""

# Python's surrogates of bytes that are not UTF-8.
_BYTES = 0xDC00
_FIRST_BYTE, _LAST_BYTE = _BYTES + 0x80, _BYTES + 0xFF


class TwinSpliceError(Exception):
    """Base of every error a user can cause; the command line prints it and exits 2.

    Attributes:
        rule: What must hold.
        got: What was found instead.
        remedy: What to do about it.
    """

    def __init__(self, rule: str, *, got: str, remedy: str) -> None:
        self.rule = rule
        self.got = got
        self.remedy = remedy
        message = f"{rule}; got {got}; {remedy}"
        super().__init__(printable(message, keep="\n\t"))

    def __reduce__(self) -> tuple[object, ...]:
        """Pass from one process to another, which keyword arguments would prevent."""
        return _again, (type(self), self.rule, self.got, self.remedy)


def _again(
    kind: type[TwinSpliceError], rule: str, got: str, remedy: str
) -> TwinSpliceError:
    return kind(rule, got=got, remedy=remedy)


class InputError(TwinSpliceError):
    """A file or a value given by the user cannot be used."""


class WeightsError(TwinSpliceError):
    """A model's weights are missing, damaged or not what they claim to be."""


def printable(text: str, *, keep: str = "") -> str:
    """Return text that is safe to print: control characters are escaped.

    Names in files may hold what moves a terminal's cursor, clears it or turns its text
    around. Bytes that were not UTF-8 are escaped too.

    Args:
        text: The text.
        keep: Control characters to leave, such as line feeds.
    """
    if text.isprintable():
        return text
    return "".join(
        letter if letter.isprintable() or letter in keep else _escaped(letter)
        for letter in text
    )


def _escaped(letter: str) -> str:
    code = ord(letter)
    if _FIRST_BYTE <= code <= _LAST_BYTE:
        return f"\\x{code - _BYTES:02x}"
    return letter.encode("unicode_escape").decode("ascii")
