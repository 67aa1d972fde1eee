"""What someone may have meant by a name that is none."""

import difflib
from collections.abc import Iterable

_MOST = 3
_CLOSE = 0.6


def remedy(name: str, names: Iterable[str], otherwise: str) -> str:
    """Return the question whether a close name was meant, else another remedy.

    Args:
        name: What was given.
        names: What could have been; case does not matter.
        otherwise: The remedy where nothing is close.
    """
    known = {each.lower(): each for each in names}
    close = difflib.get_close_matches(name.lower(), known, _MOST, _CLOSE)
    if not close:
        return otherwise
    return f"did you mean {' or '.join(known[each] for each in close)}?"
