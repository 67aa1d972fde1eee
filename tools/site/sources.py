"""The pages of the documentation site: which files they are, and where they stand.

The site mirrors the repository, so that a link that holds in one holds in the other.
"""

import json
import pathlib
import re
from collections.abc import Iterable, Mapping, Sequence

ROOT = pathlib.Path(__file__).parents[2]
SECTIONS: Mapping[str, Sequence[str]] = {
    "Use": (
        "docs/quick-start.md",
        "docs/notebooks/*.md",
        "docs/interpretation.md",
        "docs/recipes.md",
        "docs/guides/scale.md",
        "docs/guides/*.md",
        "docs/*.md",
    ),
    "Commands": ("docs/commands/index.md", "docs/commands/*.md"),
    "Python": ("docs/reference/python.md", "docs/api/index.md", "docs/api/*.md"),
    "Reference": ("docs/reference/*.md",),
    "How it works": ("docs/how-it-works.md", "ARCHITECTURE.md"),
    "Measurements": ("benchmarks/*/*.md",),
    "Experiments": ("docs/experiments/*.md",),
    "Decisions": ("docs/decisions/*.md",),
    "Project": (
        "CHANGELOG.md",
        "KNOWN_ISSUES.md",
        "CONTRIBUTING.md",
        "SECURITY.md",
        "src/twinsplice/data/*.md",
    ),
}
"""Of each section its pages, by name or pattern, in order; a name wins."""

_WRITTEN = ("*.md", "docs/**/*.md", "benchmarks/**/*.md", "src/twinsplice/data/*.md")
_FENCED = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
_TARGET = re.compile(r"\]\(<?([^)>#\s]+)[^)]*\)")
_IMAGE = re.compile(r'(?:src|srcset)="([^"#]+)')


def pages(root: pathlib.Path = ROOT) -> list[str]:
    """Return the committed pages, as paths in the repository."""
    found = {path for pattern in _WRITTEN for path in root.glob(pattern)}
    return sorted(path.relative_to(root).as_posix() for path in found)


def links(text: str) -> list[str]:
    """Return what a page's links and pictures in this repository lead to.

    Args:
        text: The page.
    """
    prose = re.sub(r"`[^`\n]*`", "", _FENCED.sub("", text))
    targets = [*_TARGET.findall(prose), *_IMAGE.findall(prose)]
    return [each for each in targets if not re.match(r"[a-z]+:", each)]


def target(root: pathlib.Path, page: str, link: str) -> pathlib.Path:
    """Return where a link of a page leads in the repository."""
    return (root / page).parent.joinpath(link).resolve()


def on_site(text: str) -> str:
    """Return a page as the site has it: notebooks are pages there."""
    return re.sub(r"(\]\([^)#\s:]+)\.ipynb([)#])", r"\1.md\2", text)


def title(text: str) -> str:
    """Return a page's title: its first heading, without marks."""
    heading = re.search(r"^# (.+)$", _FENCED.sub("", text), re.MULTILINE)
    if heading is None:
        raise ValueError("a page must begin with a heading: # Title")
    return re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading[1]).replace("`", "")


def navigation(titles: Mapping[str, str]) -> list[dict[str, object]]:
    """Return the order of all pages, in sections.

    Args:
        titles: Title of each page by its path; pages that a section's pattern takes
            together keep their order.

    Raises:
        ValueError: A page is in no section.
    """
    named = {each for patterns in SECTIONS.values() for each in patterns}
    rest = {page: heading for page, heading in titles.items() if page != "README.md"}
    nav: list[dict[str, object]] = [{"Overview": "README.md"}]
    for section, patterns in SECTIONS.items():
        members = list(_members(patterns, rest, named))
        if members:
            nav.append({section: [{rest.pop(page): page} for page in members]})
    if rest:
        raise ValueError(f"pages in no section of the site: {', '.join(rest)}")
    return nav


def _members(
    patterns: Iterable[str], pages_left: Iterable[str], named: Iterable[str]
) -> Iterable[str]:
    taken = set(named)
    left = list(pages_left)
    for pattern in patterns:
        for page in left:
            by_pattern = page not in taken and pathlib.PurePosixPath(page).match(
                pattern
            )
            if page == pattern or by_pattern:
                taken.add(page)
                yield page


def toml(value: object) -> str:
    """Return text, lists and tables of them as TOML."""
    if isinstance(value, Mapping):
        items = (f"{json.dumps(key)} = {toml(each)}" for key, each in value.items())
        return f"{{ {', '.join(items)} }}"
    if isinstance(value, list):
        return f"[{', '.join(map(toml, value))}]"
    return json.dumps(value, ensure_ascii=False)
