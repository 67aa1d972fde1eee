"""Reads pages strictly: every tag closed, in order, and nothing loaded."""

import html.parser
import re

VOID = {"meta", "rect", "circle", "line", "path"}


class Reader(html.parser.HTMLParser):
    """Sees to it that tags are closed in the order in which they were opened."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an opened tag."""
        self.seen.append(tag)
        assert not {"src", "href", "onload", "onclick"} & {name for name, _ in attrs}
        if tag != "meta":
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag without content."""
        assert tag in VOID
        assert attrs
        self.seen.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close the innermost tag."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Keep text."""
        self.words.append(data)


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
    assert not re.search(r"https?:|url\(|@import", text)
    assert not {"script", "link", "img", "iframe"} & set(reader.seen)
    assert "NaN" not in text
    assert "nan" not in re.sub(r"<style>.*?</style>", "", text, flags=re.DOTALL)
