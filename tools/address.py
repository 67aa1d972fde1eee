"""Write the repository's public address into the README and the package's metadata.

    python -m tools.address https://example.org/people/twinsplice

There is none yet: `pyproject.toml` and the README hold a placeholder, and the README's
links are relative, as a reader of a checkout needs them. On a registry's page they must
be absolute.
"""

import pathlib
import re
import sys
import urllib.parse
from collections.abc import Sequence

PLACEHOLDER = "ADDRESS-OF-THIS-REPOSITORY"
BRANCH = "main"
ROOT = pathlib.Path(__file__).parents[1]
_LINK = re.compile(r"(?<=\]\()(?![a-z]+:|#)([^)\s]+)(?=\))")


def main(arguments: Sequence[str]) -> None:
    """Rewrite both files in place."""
    (address,) = arguments
    for name in ("README.md", "pyproject.toml"):
        path = ROOT / name
        text = path.read_text(encoding="utf-8")
        path.write_text(addressed(text, address), encoding="utf-8")


def addressed(text: str, address: str) -> str:
    """Return a text with the address in place of the placeholder, its links absolute.

    Args:
        text: The text.
        address: The address, https and without a slash at its end.

    Raises:
        ValueError: The address is none that a stranger can open.
    """
    parts = urllib.parse.urlsplit(address)
    if parts.scheme != "https" or "." not in parts.netloc or address.endswith("/"):
        raise ValueError(f"an address is https://host/path; got {address}")
    return _LINK.sub(rf"{address}/blob/{BRANCH}/\1", text.replace(PLACEHOLDER, address))


if __name__ == "__main__":
    main(sys.argv[1:])
