"""Run the documentation's notebooks anew; `make notebooks` does so.

    python -m tools.site.notebooks

What they print and draw is kept in their files, which the site shows.
"""

import copy
import pathlib
import tempfile
from collections.abc import Iterator, Mapping
from typing import Any

import nbclient
import nbformat
from tools.site import notebook_pages, sources

FOLDER = sources.ROOT / notebook_pages.FOLDER
_PASSING = ("execution_count", "execution")


def executed(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Return a notebook with what its cells print and draw now.

    Args:
        notebook: The notebook.

    Raises:
        CellExecutionError: A cell failed.
    """
    fresh = copy.deepcopy(notebook)
    with tempfile.TemporaryDirectory() as folder:
        resources = {"metadata": {"path": folder}}
        nbclient.NotebookClient(fresh, timeout=300, resources=resources).execute()
    for cell in fresh.cells:
        for name in _PASSING:
            cell.metadata.pop(name, None)
        if cell.cell_type == "code":
            cell.execution_count = None
            cell.outputs = [_kept(output) for output in cell.outputs]
    fresh.metadata = {
        "kernelspec": notebook.metadata["kernelspec"],
        "language_info": {"name": "python"},
    }
    return fresh


def printed(notebook: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what a notebook's outputs show: their kinds, and text or base64."""
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            yield from notebook_pages.shown(output)


def _kept(output: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Return an output without its number, and of its forms the one that is shown."""
    if "execution_count" in output:
        output.execution_count = None
    if "data" in output:
        ((kind, _),) = notebook_pages.shown(output)
        output.data = {kind: output.data[kind]}
        output.metadata = {}
    return output


def main() -> None:
    """Run every notebook and keep what it shows."""
    for path in sorted(FOLDER.glob("*.ipynb")):
        notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
        nbformat.write(executed(notebook), path)  # type: ignore[no-untyped-call]
        print(f"{path.relative_to(sources.ROOT)}: {_size(path):,} kB")


def _size(path: pathlib.Path) -> int:
    return path.stat().st_size // 1000


if __name__ == "__main__":
    main()
