"""What looks like an HGVS name; told without anything that is slow to load."""

import re

_LOOKS = re.compile(r"[^\s:]+\s*:\s*[cgnmpr]\.\s*\S|\S+\s+[cgnm]\.\S", re.IGNORECASE)


def looks_like_one(text: str) -> bool:
    """Return whether a text seems to be meant as an HGVS name."""
    return bool(_LOOKS.match(text.strip()))
