"""Reads pages strictly: every tag closed, in order, and nothing loaded."""

import html.parser
import re

VOID = {"meta", "rect", "path", "use"}


class Reader(html.parser.HTMLParser):
    """Sees to it that tags are closed in the order in which they were opened."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.ids: list[str] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an opened tag."""
        self._note(tag, attrs)
        if tag != "meta":
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag without content."""
        assert tag in VOID
        assert attrs
        self._note(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        """Close the innermost tag."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Keep text."""
        self.words.append(data)

    def _note(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        assert not {"src", "onload", "onclick", "xlink:href"} & given.keys()
        # A drawing may refer to its own parts.
        assert (given.get("href") or "#").startswith("#")
        self.seen.append(tag)
        if own := given.get("id"):
            self.ids.append(own)


def read(text: str) -> Reader:
    """Return what a page holds, once it is seen to be closed."""
    reader = Reader()
    reader.feed(text)
    reader.close()
    assert not reader.open
    return reader


def require_closed(text: str) -> None:
    """Fail unless a page is whole, loads nothing and shows no NaN."""
    reader = read(text)
    assert not re.search(r"https?:|url\((?!#)|@import", text)
    assert not {"script", "link", "img", "iframe"} & set(reader.seen)
    referred = re.findall(r'(?:href="#|url\(#|labelledby=")([\w-]+)', text)
    assert set(referred) <= set(reader.ids)
    assert len(set(reader.ids)) == len(reader.ids)
    assert "NaN" not in text
    assert "nan" not in re.sub(r"<style>.*?</style>", "", text, flags=re.DOTALL)


def marks(drawing: str, kind: str) -> int:
    """Return how many marks the groups of a class have in a drawing."""
    groups = re.findall(
        rf'<g class="{kind}">(?:<defs>.*?</defs>)?(.*?)</g>', drawing, re.DOTALL
    )
    return sum(len(re.findall(r"<(?:use|path) ", group)) for group in groups)
