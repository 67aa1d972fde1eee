"""Fixtures of scoring: a small genome."""

from collections.abc import Iterator

import pytest

from support import builders
from support import models as toys
from twinsplice.io import fasta


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Iterator[fasta.Reference]:
    folder = tmp_path_factory.mktemp("genome")
    path = toys.write_fasta(folder / "x.fa", builders.CONTIGS)
    with fasta.Reference.open(path) as opened:
        yield opened
