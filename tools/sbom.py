"""Write what an environment holds: a CycloneDX bill of materials, and its licences.

    python -m tools.sbom PYTHON FOLDER

PYTHON is that of the environment. FOLDER gets `twinsplice.cdx.json`, which the
cyclonedx-bom package makes, and `licences.tsv`: package, version, licence.
"""

import json
import pathlib
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

ROOT = pathlib.Path(__file__).parents[1]


def main(arguments: Sequence[str]) -> None:
    """Write both files and print how many packages they name."""
    python, folder = arguments[0], pathlib.Path(arguments[1])
    bill = folder / "twinsplice.cdx.json"
    command = ["cyclonedx_py", "environment", "--pyproject", "pyproject.toml"]
    flags = ["--output-reproducible", "-o", str(bill)]
    subprocess.run(
        [sys.executable, "-m", *command, *flags, python], cwd=ROOT, check=True
    )
    rows = list(licences(json.loads(bill.read_text(encoding="utf-8"))))
    lines = "".join("\t".join(row) + "\n" for row in rows)
    (folder / "licences.tsv").write_text(
        f"package\tversion\tlicence\n{lines}", encoding="utf-8"
    )
    print(f"{folder}: {len(rows)} packages")


def licences(bill: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield the packages of a bill with their licences, by name.

    Args:
        bill: A CycloneDX document.
    """
    for part in sorted(bill["components"], key=lambda part: part["name"].lower()):
        stated = part.get("licenses", [])
        named = dict.fromkeys(filter(None, map(_name, stated)))
        told = named or dict.fromkeys(filter(None, map(_title, stated)))
        yield part["name"], part.get("version", ""), "; ".join(told) or "not stated"


def _name(entry: Mapping[str, Any]) -> str:
    """What an entry calls its licence; nothing where it is a text alone."""
    licence = entry.get("license", {})
    name = entry.get("expression") or licence.get("id") or licence.get("name") or ""
    if "text" in licence:
        return ""
    return " ".join(str(name).rpartition(" :: ")[2].split())


def _title(entry: Mapping[str, Any]) -> str:
    """The first line of a licence's text."""
    text = entry.get("license", {}).get("text", {}).get("content", "")
    return next((line.strip() for line in text.splitlines() if line.strip()), "")


if __name__ == "__main__":
    main(sys.argv[1:])
