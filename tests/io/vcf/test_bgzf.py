"""`bgzf`: what is written is whole, and what cannot be is an error of Python's."""

import gzip
import pathlib

import pytest

from twinsplice.io.vcf import bgzf


def test_what_is_written_is_gzip(tmp_path: pathlib.Path) -> None:
    content = b"line\n" * 100_000
    with bgzf.open_file(tmp_path / "x.gz") as packed:
        packed.write(content)
    assert gzip.decompress((tmp_path / "x.gz").read_bytes()) == content


@pytest.mark.parametrize("name", ["none/x.gz", ".", "x" * 300])
def test_a_file_that_cannot_be_made_is_an_error_and_no_crash(
    tmp_path: pathlib.Path, name: str
) -> None:
    """The library below would end the process."""
    with pytest.raises(OSError, match=r"No such file|directory|too long"):
        bgzf.open_file(tmp_path / name)
