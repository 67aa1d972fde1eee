"""Where the index of a FASTA is kept: beside the file, in the cache, or nowhere."""

import os
import pathlib
import tracemalloc
from typing import Any

import pysam
import pytest

from support import fasta_files
from twinsplice import errors
from twinsplice.io import cache, fasta


@pytest.fixture(autouse=True)
def _own_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path) -> None:
    monkeypatch.setenv("TWINSPLICE_CACHE", str(tmp_path / "cache"))


@pytest.fixture(params=["plain", "bgzip"])
def path(request: pytest.FixtureRequest, tmp_path: pathlib.Path) -> pathlib.Path:
    plain = fasta_files.write(tmp_path / "genome.fa", fasta_files.SEQUENCES)
    return plain if request.param == "plain" else fasta_files.bgzip(plain)


def test_the_index_is_built_beside_the_file(path: pathlib.Path) -> None:
    fasta.Reference.open(path).close()
    assert path.with_name(path.name + ".fai").exists()
    assert path.with_name(path.name + ".gzi").exists() == (path.suffix == ".gz")
    assert not list(path.parent.glob(".tmp*"))


def test_in_a_read_only_folder_the_index_is_kept_in_the_cache(
    path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "writable", lambda _: False)
    for _ in range(2):
        with fasta.Reference.open(path) as reference:
            assert reference.sequence("chrM", 0, 7) == "GATTACA"
    assert not path.with_name(path.name + ".fai").exists()
    assert list((cache.folder() / "fasta").glob("*.fai"))


def test_where_no_index_can_be_kept_the_remedy_is_named(
    path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "writable", lambda _: False)
    monkeypatch.setenv("TWINSPLICE_CACHE", "/dev/null/cache")
    message = fasta_files.refusal(path)
    assert f"no {path}.fai" in message
    assert "set TWINSPLICE_CACHE" in message
    assert f"samtools faidx {path}" in message


def test_a_disk_that_is_full_is_not_a_fault_of_the_fasta(
    path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The index goes elsewhere if it can, and else that is what is said."""
    faidx, full = pysam.faidx, [str(path.parent)]

    def failing(fasta: Any, *options: Any) -> object:  # noqa: ANN401
        place = os.fsdecode(options[1])
        if place != os.devnull and any(place.startswith(each) for each in full):
            raise pysam.utils.SamtoolsError("no space")  # type: ignore[no-untyped-call]
        return faidx(fasta, *options)

    monkeypatch.setattr(pysam, "faidx", failing)
    monkeypatch.setenv("TWINSPLICE_CACHE", str(path.parent.with_name("elsewhere")))
    fasta.Reference.open(path).close()
    assert not path.with_name(path.name + ".fai").exists()
    monkeypatch.setenv("TWINSPLICE_CACHE", str(path.parent / "cache"))
    message = fasta_files.refusal(path)
    assert "none can be written" in message
    assert "lines of equal width" not in message


def test_an_index_of_another_users_is_done_without(
    path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of mode 0600, beside the file, in a folder that is not ours."""
    fasta.Reference.open(path).close()
    access = os.access

    def denied(name: Any, mode: int) -> bool:  # noqa: ANN401
        is_index = str(name).startswith(f"{path}.")
        return not is_index and name != path.parent and access(name, mode)

    monkeypatch.setattr(os, "access", denied)
    with fasta.Reference.open(path) as reference:
        assert list(reference.contigs) == list(fasta_files.SEQUENCES)
    assert list((cache.folder() / "fasta").glob("*.fai"))


def test_a_damaged_index_in_the_cache_is_built_anew(
    path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "writable", lambda _: False)
    fasta.Reference.open(path).close()
    for content in (b"", b"nonsense", b"\xff" * 50):
        for index in (cache.folder() / "fasta").iterdir():
            index.write_bytes(content)
        with fasta.Reference.open(path) as reference:
            assert list(reference.contigs) == list(fasta_files.SEQUENCES)


def test_an_outdated_index_is_built_anew(path: pathlib.Path) -> None:
    fasta.Reference.open(path).close()
    index = path.with_name(path.name + ".fai")
    index.write_text("old\t5\t6\t7\t8\n")
    os.utime(index, ns=(0, 0))
    with fasta.Reference.open(path) as reference:
        assert list(reference.contigs) == list(fasta_files.SEQUENCES)


def test_of_many_contigs_little_is_kept(tmp_path: pathlib.Path) -> None:
    """Their names, lengths and numbers; some drafts of genomes have a million."""
    count = 5_000
    path = tmp_path / "x.fa"
    path.write_text("".join(f">scaffold_{n:07}\nA\n" for n in range(count)))
    fasta.Reference.open(path).close()
    tracemalloc.start()
    try:
        with fasta.Reference.open(path) as found:
            kept, peak = (each / count for each in tracemalloc.get_traced_memory())
            assert found.resolve(f"scaffold_{count - 1:07}") is not None
    finally:
        tracemalloc.stop()
    assert kept < 200
    assert peak < 250


def test_a_damaged_index_is_refused(path: pathlib.Path) -> None:
    path.with_name(path.name + ".fai").write_text("nonsense\n")
    if path.suffix == ".gz":
        path.with_name(path.name + ".gzi").write_text("")
    with pytest.raises(errors.InputError, match=r"index.*damaged; delete it"):
        fasta.Reference.open(path)
