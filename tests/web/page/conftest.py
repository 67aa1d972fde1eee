"""One server for all tests of the page, and one browser for each file of them."""

from collections.abc import Iterator

import pytest
from playwright import sync_api

from support import browsing


@pytest.fixture(scope="session")
def served_page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server of the bundled genes."""
    with browsing.serving(tmp_path_factory.mktemp("models")) as address:
        yield address


@pytest.fixture(scope="module")
def chromium() -> Iterator[sync_api.Browser]:
    """The browser; while it runs, no test of its process can begin an event loop."""
    with sync_api.sync_playwright() as driver:
        # Its sandbox needs rights that a container lacks; only our page is shown.
        browser = driver.chromium.launch(
            executable_path=browsing.CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: sync_api.Browser, served_page: str) -> Iterator[browsing.Visit]:
    """A page as wide as a desk's."""
    with browsing.visiting(chromium, served_page, width=1200) as begun:
        yield begun


@pytest.fixture
def phone(chromium: sync_api.Browser, served_page: str) -> Iterator[browsing.Visit]:
    """A page as wide as a phone's, in the dark."""
    with browsing.visiting(chromium, served_page, width=390, dark=True) as begun:
        yield begun
