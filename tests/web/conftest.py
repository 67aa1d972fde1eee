"""What tests of the page's back share: the toys, opened and served once."""

import pathlib
from collections.abc import Iterator

import pytest

from support import served
from twinsplice.web import instances


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    return tmp_path_factory.mktemp("genome")


@pytest.fixture(scope="session")
def opened(folder: pathlib.Path) -> Iterator[instances.Instances]:
    with served.opened(folder) as held:
        yield held


@pytest.fixture(scope="session")
def client(
    folder: pathlib.Path, opened: instances.Instances
) -> Iterator[served.Client]:
    with served.client(served.config(folder), opened) as started:
        yield started
