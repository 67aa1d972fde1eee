"""Write the locks in `requirements/`: every package's version and its files' hashes.

Versions are those of `constraints.txt`, for what `pyproject.toml` asks for, on every
platform and Python. PyTorch's CPU builds for Linux are not on PyPI: their hashes stand
in `requirements/torch-cpu.txt`. What only its CUDA builds need has a lock of its own.

    python -m tools.lock
"""

import pathlib
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence

ROOT = pathlib.Path(__file__).parents[1]
FOLDER = ROOT / "requirements"
EXTRAS = {
    "demo": (),
    "setup": ("test", "train", "spliceai", "cispliceai", "docs"),
}
"""Locks by name, and the extras of the package that each holds."""
TORCH, CUDA = "torch", "cuda"
"""Names of the locks of PyTorch alone, and of what its CUDA builds need."""
_CUDA = re.compile(r"(?:nvidia-|cuda-|triton\b)")
_HEADER = """\
# Written by `make lock`; do not edit. Install it with
# pip install --no-deps --require-hashes -r requirements/{name}.txt
"""


def main() -> None:
    """Write all locks."""
    cuda: dict[str, str] = {}
    for name, extras in EXTRAS.items():
        sources = ["pyproject.toml", "requirements/build.in"]
        flags = [f"--extra={extra}" for extra in extras]
        locked = list(entries(_compiled([*sources, *flags, "-c=constraints.txt"])))
        cuda |= {entry: "" for entry in locked if _CUDA.match(entry)}
        locked = [_with_cpu(entry) for entry in locked if entry not in cuda]
        _write(name, locked)
    _write(TORCH, [entry for entry in locked if entry.startswith("torch==")])
    _write(CUDA, list(cuda))
    _write("tools", list(entries(_compiled(["requirements/tools.in"]))))


def entries(text: str) -> Iterator[str]:
    """Yield the entries of a lock: a package, and its hashes in further lines."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    yield from re.findall(r"^\S.*(?:\n[ ].*)*", "\n".join(lines), re.MULTILINE)


def cpu_hashes() -> list[str]:
    """Return the hashes of PyTorch's CPU builds."""
    text = (FOLDER / "torch-cpu.txt").read_text(encoding="utf-8")
    return [line.split()[0] for line in text.splitlines() if line[:1] not in ("", "#")]


def _with_cpu(entry: str) -> str:
    """An entry; that of PyTorch has the hashes of its CPU builds as well."""
    if not entry.startswith("torch=="):
        return entry
    more = (f"    --hash=sha256:{digest}" for digest in cpu_hashes())
    return " \\\n".join([entry, *more])


def _compiled(arguments: Sequence[str]) -> str:
    """Resolve for every platform, from PyPI alone."""
    # The documentation's packages ask for 3.11.5.
    words = ["pip", "compile", "--universal", "--python-version=3.11.5"]
    words += ["--generate-hashes", "--no-header", "--no-annotate", "--no-config"]
    command = [sys.executable, "-m", "uv", *words, "--quiet", *arguments]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return done.stdout


def _write(name: str, locked: Sequence[str]) -> None:
    text = _HEADER.format(name=name) + "".join(f"{entry}\n" for entry in locked)
    (FOLDER / f"{name}.txt").write_text(text, encoding="utf-8")
    print(f"requirements/{name}.txt: {len(locked)} packages")


if __name__ == "__main__":
    main()
