"""Pages of the executed notebooks."""

import base64
import json
import pathlib
from collections.abc import Iterator, Mapping
from typing import Any

FOLDER = "docs/notebooks"


def pages(root: pathlib.Path) -> tuple[dict[str, bytes], dict[str, str]]:
    """Return the pictures and pages of all notebooks by path.

    Args:
        root: The repository.
    """
    pictures: dict[str, bytes] = {}
    texts: dict[str, str] = {}
    for path in sorted((root / FOLDER).glob("*.ipynb")):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        found, text = page(path.stem, notebook)
        pictures |= {f"{FOLDER}/{name}": data for name, data in found.items()}
        texts[f"{FOLDER}/{path.stem}.md"] = text
    return pictures, texts


def page(name: str, notebook: Mapping[str, Any]) -> tuple[dict[str, bytes], str]:
    """Return the pictures and the page of a notebook.

    Args:
        name: Its name, which its pictures' names begin with.
        notebook: The notebook, executed.
    """
    pictures: dict[str, bytes] = {}
    blocks: list[str] = []
    for cell in notebook["cells"]:
        text = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            blocks.append(text)
            continue
        blocks.append(f"```python\n{text}\n```")
        for output in cell["outputs"]:
            for kind, value in shown(output):
                if kind == "image/png":
                    file = f"{name}.{len(pictures) + 1}.png"
                    pictures[file] = base64.b64decode(value)
                    blocks.append(f"![{_alternative(cell)}]({file})")
                else:
                    blocks.append(f"```text\n{value.rstrip()}\n```")
    return pictures, "\n\n".join(blocks) + "\n"


def shown(output: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what is shown of an output: its kind and text, or base64."""
    if output["output_type"] == "stream":
        yield "text/plain", "".join(output["text"])
        return
    data = output.get("data", {})
    kind = next((each for each in ("image/png", "text/plain") if each in data), None)
    if kind is not None:
        yield kind, "".join(data[kind])


def _alternative(cell: Mapping[str, Any]) -> str:
    """Return what a cell's picture shows, in words, from the cell's metadata."""
    words: str = cell["metadata"]["alt"]
    return words
