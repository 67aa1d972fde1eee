"""`tools.address`: absolute links, once the repository has an address."""

import pathlib
import re
import tomllib

import pytest
from tools import address

ROOT = pathlib.Path(__file__).parents[1]
ADDRESS = "https://example.org/people/twinsplice"


def test_no_link_is_relative_and_no_placeholder_left() -> None:
    page = address.addressed((ROOT / "README.md").read_text(encoding="utf-8"), ADDRESS)
    links = re.findall(r"\]\(([^)]+)\)", page)
    assert len(links) > 10
    assert all(link.startswith("https://") for link in links)
    assert address.PLACEHOLDER not in page
    assert f"git+{ADDRESS}" in page
    for link in links:
        name = link.removeprefix(f"{ADDRESS}/blob/main/").partition("#")[0]
        assert name == link or (ROOT / name).exists()


def test_the_packages_addresses_are_addresses() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    metadata = tomllib.loads(address.addressed(text, ADDRESS))
    assert metadata["project"]["urls"] == {
        "Repository": ADDRESS,
        "Changelog": f"{ADDRESS}/blob/main/CHANGELOG.md",
    }


@pytest.mark.parametrize("wrong", ["example.org/x", "https://here", f"{ADDRESS}/"])
def test_what_nobody_can_open_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="an address is https"):
        address.addressed("", wrong)
