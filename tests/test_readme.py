"""The README is short, and its links lead somewhere."""

import pathlib
import re

ROOT = pathlib.Path(__file__).parents[1]
PAGE = (ROOT / "README.md").read_text(encoding="utf-8")


def test_links_lead_somewhere() -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", PAGE)
    assert len(links) > 10
    assert not [link for link in links if not (ROOT / link).exists()]


def test_it_is_short() -> None:
    without_code = re.sub(r"```.*?```", "", PAGE, flags=re.DOTALL)
    assert len(without_code.split()) <= 750
