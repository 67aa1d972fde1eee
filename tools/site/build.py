"""Build the documentation site; `make docs` runs it.

    python -m tools.site.build [--output site]

Pages, pictures and what they link to are gathered in a folder that mirrors the
repository, joined by those made here, and built strictly: a broken link fails.
"""

import argparse
import pathlib
import shutil
import subprocess
import sys
import tempfile

from tools.site import api_page, command_pages, notebook_pages, sources

SETTINGS = pathlib.Path(__file__).with_name("zensical.toml")
ASSETS = ("tools/site/style.css", "tools/site/iframe-worker.js")


def gather(root: pathlib.Path, folder: pathlib.Path) -> dict[str, str]:
    """Copy all that the site is made of, and return the titles of its pages by path.

    Args:
        root: The repository.
        folder: Where to copy to.
    """
    texts = {
        page: (root / page).read_text(encoding="utf-8") for page in sources.pages(root)
    }
    files = set(ASSETS) | {
        target.relative_to(root).as_posix()
        for page, text in texts.items()
        for link in sources.links(text)
        if (target := sources.target(root, page, link)).is_file()
    }
    pictures, notebooks = notebook_pages.pages(root)
    texts |= command_pages.pages() | api_page.pages() | notebooks
    for path in files - texts.keys():
        _place(folder / path)
        shutil.copy(root / path, folder / path)
    for path, data in pictures.items():
        _place(folder / path).write_bytes(data)
    for path, text in texts.items():
        shown = sources.on_site(text)
        _place(folder / path).write_text(shown, encoding="utf-8")
    return {page: sources.title(text) for page, text in texts.items()}


def build(root: pathlib.Path, output: pathlib.Path) -> int:
    """Build the site, and return the exit code of the builder.

    Args:
        root: The repository.
        output: Folder of the site, made anew.
    """
    with tempfile.TemporaryDirectory(prefix="twinsplice-site.") as name:
        folder = pathlib.Path(name)
        titles = gather(root, folder / "pages")
        settings = SETTINGS.read_text(encoding="utf-8").replace(
            "[project]\n",
            "[project]\n"
            'docs_dir = "pages"\n'
            'site_dir = "site"\n'
            f"nav = {sources.toml(sources.navigation(titles))}\n",
            1,
        )
        settings += (
            "\n[project.plugins.mkdocstrings.handlers.python]\n"
            f"paths = {sources.toml([str(root / 'src')])}\n"
        )
        (folder / "zensical.toml").write_text(settings, encoding="utf-8")
        command = [sys.executable, "-m", "zensical", "build", "--clean", "--strict"]
        code = subprocess.run(command, cwd=folder, check=False).returncode
        if code == 0:
            shutil.rmtree(output, ignore_errors=True)
            shutil.copytree(folder / "site", output)
    return code


def _place(path: pathlib.Path) -> pathlib.Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def main() -> None:
    """Build the site."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=pathlib.Path, default=sources.ROOT / "site")
    output = parser.parse_args().output.resolve()
    code = build(sources.ROOT, output)
    if code == 0:
        print(f"the site is in {output}: open {output / 'index.html'}")
    sys.exit(code)


if __name__ == "__main__":
    main()
