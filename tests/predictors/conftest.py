"""Fixtures of predictors: the genome of the small trained models."""

from collections.abc import Iterator

import pytest

from support import models as toys
from support import trained_models
from twinsplice.io import fasta


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Iterator[fasta.Reference]:
    folder = tmp_path_factory.mktemp("genome")
    path = toys.write_fasta(folder / "x.fa", {"1": trained_models.BASES})
    with fasta.Reference.open(path) as opened:
        yield opened
