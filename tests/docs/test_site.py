"""The documentation site is whole: pages, links, commands, pictures."""

import html.parser
import json
import pathlib
import re

import pytest
from tools.site import api_page, build, command_pages, diagrams, sources

import twinsplice
from twinsplice import cli

PAGES = sources.pages()


class Page(html.parser.HTMLParser):
    """What a page fetches when it is shown, what it leads to, and its pictures."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.links: list[str] = []
        self.undescribed: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what a tag has."""
        named = dict(attrs)
        if tag == "a" and (link := named.get("href")):
            self.links.append(link)
        elif tag == "link" and (link := named.get("href")):
            self.fetched.append(link)
        elif link := named.get("src"):
            self.fetched.append(link)
            if tag == "img" and not named.get("alt"):
                self.undescribed.append(link)


@pytest.mark.slow
def test_the_site_is_whole_and_fetches_nothing(tmp_path: pathlib.Path) -> None:
    pytest.importorskip("zensical", reason="needs the extra docs")
    site = tmp_path / "site"
    # Strictly: a broken link or anchor fails.
    assert build.build(sources.ROOT, site) == 0
    pages = {path: Page(path.read_text()) for path in site.rglob("*.html")}
    assert len(pages) >= len(PAGES) + len(command_pages.names())
    for path, page in pages.items():
        assert not page.undescribed, path
        for link in page.fetched:
            # The title's icon stands in the page itself.
            assert not re.match("(https?:)?//", link), f"{path}: {link}"
        for link in [*page.links, *page.fetched]:
            place, _, anchor = link.partition("#")
            if re.match("[a-z]+:", link) or path.name == "404.html":
                continue
            target = (path.parent / place).resolve() if place else path
            target = target / "index.html" if target.is_dir() else target
            assert target.is_file(), f"{path.relative_to(site)}: {link}"
            if anchor and target.suffix == ".html":
                assert f'id="{anchor}"' in target.read_text(), f"{path}: {link}"
    api = (site / "docs/api/index.html").read_text()
    for name in twinsplice.__all__:
        assert name.startswith("__") or f'id="twinsplice.{name}"' in api
    assert "--refine-threshold" in (site / "docs/commands/score.html").read_text()
    assert json.loads((site / "search.json").read_text())
    for style in site.rglob("*.css"):
        text = re.sub(r"url\(['\"]?data:[^)]*\)", "", style.read_text())
        assert not re.search(r"(@import|url\()['\" ]*(https?:)?//", text), style


def test_links_lead_somewhere() -> None:
    broken = [
        f"{page}: {link}"
        for page in PAGES
        for link in sources.links((sources.ROOT / page).read_text(encoding="utf-8"))
        if not sources.target(sources.ROOT, page, link).exists()
    ]
    assert not broken


def test_every_page_is_in_one_section() -> None:
    titles = dict.fromkeys([*PAGES, *command_pages.pages(), *api_page.pages()], "T")
    listed = re.findall(r'"([^"]+\.md)"', sources.toml(sources.navigation(titles)))
    assert sorted(listed) == sorted(titles)
    new = ["docs/recipes.md", "docs/reference/new.md", "docs/interpretation.md"]
    nav = sources.navigation(dict.fromkeys(["README.md", *new], "T"))
    assert [list(section) for section in nav] == [["Overview"], ["Use"], ["Reference"]]
    assert nav[1] == {"Use": [{"T": new[2]}, {"T": new[0]}]}
    with pytest.raises(ValueError, match=r"in no section.*elsewhere/a\.md"):
        sources.navigation({"README.md": "R", "elsewhere/a.md": "A"})


def test_every_page_has_a_title() -> None:
    for page in PAGES:
        assert sources.title((sources.ROOT / page).read_text(encoding="utf-8"))
    assert (
        sources.title("text\n```\n# no\n```\n# The `x` [of y](z.md)\n") == "The x of y"
    )
    with pytest.raises(ValueError, match="must begin with a heading"):
        sources.title("## No\n")


def test_links_are_found_where_a_reader_finds_them() -> None:
    text = (
        "[a](b.md#c) ![d](e.svg) `[f](g)` [h](https://i.org) [j](#k)\n```\n[l](m)\n```"
    )
    assert sources.links(text) == ["b.md", "e.svg"]


@pytest.mark.parametrize("name", command_pages.names())
def test_a_commands_page_has_every_flag_that_help_has(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    cli.app([name, "--help"], exit_on_error=False, result_action="return_value")
    by_help = set(re.findall(r"(?<!\S)--?[a-z][\w-]*", _rows(capsys.readouterr().out)))
    page = command_pages.page(name)
    terms = "\n".join(re.findall(r"^(`.*)\n:", page, re.MULTILINE))
    by_page = set(re.findall(r"(?<![\w-])--?[a-z][\w-]*", terms))
    positional = {
        f"--{each.name.removeprefix('--')}"
        for each in command_pages.arguments(name)
        if each.index is not None
    }
    assert by_page == by_help - positional


def _rows(text: str) -> str:
    """Return the first words of each entry of a help's panel."""
    rows = re.findall(r"^│[ *]{1,6}(\S.*?)(?:  |$)", text, re.MULTILINE)
    return "\n".join(rows)


def test_help_is_shown_as_it_is() -> None:
    page = command_pages.page("plot")
    assert "NM\\_007294.4:c.4185+1G&gt;A" in page
    assert "Default: `twinsplice`." in page


@pytest.mark.parametrize("name", diagrams.DIAGRAMS)
def test_diagrams_are_as_drawn(name: str) -> None:
    drawn = diagrams.DIAGRAMS[name]()
    assert (diagrams.FOLDER / f"{name}.svg").read_text(encoding="utf-8") == drawn
