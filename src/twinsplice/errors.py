"""Mistakes a user can mend, said in one line: the rule, what came, the remedy."""


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
        super().__init__(f"{rule}; got {got}; {remedy}")


class InputError(TwinSpliceError):
    """A file or a value given by the user cannot be used."""


class WeightsError(TwinSpliceError):
    """A model's weights are missing, damaged or not what they claim to be."""
