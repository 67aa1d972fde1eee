"""The notebooks print and draw today what their files show."""

import pathlib

import pytest
from tools.site import notebook_pages, sources

from support import snippets

nbformat = pytest.importorskip("nbformat", reason="needs the extra docs")
notebooks = pytest.importorskip("tools.site.notebooks", reason="needs the extra docs")
PATHS = sorted((sources.ROOT / notebook_pages.FOLDER).glob("*.ipynb"))


@pytest.mark.slow
@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_it_shows_what_it_prints_and_draws(
    path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(sources.ROOT / "src"))
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    kept = nbformat.read(path, as_version=4)
    now = list(notebooks.printed(notebooks.executed(kept)))
    before = list(notebooks.printed(kept))
    assert [kind for kind, _ in now] == [kind for kind, _ in before]
    for (kind, printed), (_, shown) in zip(now, before, strict=True):
        if kind == "text/plain":
            snippets.assert_prints(printed, shown)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_its_page_has_its_pictures_described(path: pathlib.Path) -> None:
    pictures, texts = notebook_pages.pages(sources.ROOT)
    page = texts[f"{notebook_pages.FOLDER}/{path.stem}.md"]
    mine = {name: data for name, data in pictures.items() if path.stem in name}
    assert mine
    for name, data in mine.items():
        assert f"]({pathlib.PurePath(name).name})" in page
        assert data.startswith(b"\x89PNG")
        assert len(data) < 200_000
    assert "![](" not in page


def test_outputs_of_all_kinds_are_shown() -> None:
    cells = [
        {"cell_type": "markdown", "source": ["# T\n", "text"], "metadata": {}},
        {
            "cell_type": "code",
            "source": "x",
            "metadata": {"alt": "a dot"},
            "outputs": [
                {"output_type": "stream", "text": ["1\n", "2\n"]},
                {"output_type": "display_data", "data": {"text/html": "<b>"}},
                {
                    "output_type": "execute_result",
                    "data": {"image/png": "iVBO", "text/plain": "<Figure>"},
                },
            ],
        },
    ]
    pictures, page = notebook_pages.page("n", {"cells": cells})
    assert pictures == {"n.1.png": b"\x89PN"[:3]}
    assert page == (
        "# T\ntext\n\n```python\nx\n```\n\n```text\n1\n2\n```\n\n![a dot](n.1.png)\n"
    )
