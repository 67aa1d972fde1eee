"""`fasta_files`: a reference in plain gzip is read as it would be unpacked."""

import gzip
import os
import pathlib
import shutil
import subprocess
import sys
import threading
import types

import pytest

from twinsplice import errors
from twinsplice.io import cache, fasta, fasta_files

SOURCE = pathlib.Path(__file__).parents[2] / "src"
# More than a block of bgzip.
TEXT = "".join(f">{name}\n" + "ACGGTTAA" * 10 + "\n" for name in range(1_500))


@pytest.fixture
def packed(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> pathlib.Path:
    monkeypatch.setenv("TWINSPLICE_CACHE", str(tmp_path / "cache"))
    path = tmp_path / "genome.fa.gz"
    path.write_bytes(gzip.compress(TEXT.encode()))
    return path


def _copies() -> list[pathlib.Path]:
    return sorted((cache.folder() / "fasta").glob("*.gz"))


def test_it_is_read_as_the_unpacked_file(packed: pathlib.Path) -> None:
    plain = packed.with_suffix("")
    plain.write_text(TEXT)
    with fasta.Reference.open(packed) as one, fasta.Reference.open(plain) as other:
        assert one.contigs == other.contigs
        for contig in ("0", "777", "1499"):
            assert one.sequence(contig, 3, 80) == other.sequence(contig, 3, 80)
        # What lies beside a reference is beside the file that was given.
        assert one.path == packed


def test_it_is_converted_once_and_a_replaced_one_anew(packed: pathlib.Path) -> None:
    for _ in range(2):
        fasta.Reference.open(packed).close()
        (copy,) = _copies()
    assert fasta_files.form(copy) is fasta_files.Form.BGZIP
    assert not list(copy.parent.glob(".tmp*"))
    first = copy.stat().st_mtime_ns
    fasta.Reference.open(packed).close()
    assert copy.stat().st_mtime_ns == first
    # As long, but of another time: older, as a download may be.
    packed.write_bytes(gzip.compress(TEXT.replace("ACGG", "TTTT").encode()))
    os.utime(packed, ns=(5, 5))
    with fasta.Reference.open(packed) as reference:
        assert reference.sequence("3", 0, 4) == "TTTT"
    assert len(_copies()) == 2


def test_runs_at_once_read_the_same(packed: pathlib.Path) -> None:
    start = threading.Barrier(4)
    found: list[str] = []

    def read() -> None:
        start.wait()
        with fasta.Reference.open(packed) as reference:
            found.append(reference.sequence("9", 0, 8))

    runs = [threading.Thread(target=read) for _ in range(4)]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    assert found == ["ACGGTTAA"] * 4
    assert len(_copies()) == 1


@pytest.mark.parametrize("damage", ["copy", "index"])
def test_a_damaged_copy_is_made_anew(packed: pathlib.Path, damage: str) -> None:
    fasta.Reference.open(packed).close()
    (copy,) = _copies()
    path = copy if damage == "copy" else copy.with_name(copy.name + ".fai")
    path.write_bytes(path.read_bytes()[:-30] if damage == "copy" else b"nonsense\n")
    with fasta.Reference.open(packed) as reference:
        assert reference.sequence("9", 0, 8) == "ACGGTTAA"


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (gzip.compress(TEXT.encode(), mtime=0)[:-9], "must be whole"),
        (gzip.compress(TEXT.encode(), mtime=0)[:-40] + bytes(40), "must be whole"),
        (gzip.compress(b"##fileformat=VCFv4.2\n", mtime=0), "a FASTA file is"),
        (gzip.compress(b">a\nAC\nACGT\nA\n", mtime=0), "a FASTA file is"),
        (gzip.compress(b"", mtime=0), "a FASTA file is"),
        (b"\x1f\x8b", "must be whole"),
    ],
)
def test_what_cannot_be_converted_is_refused_and_leaves_nothing(
    packed: pathlib.Path, content: bytes, rule: str
) -> None:
    packed.write_bytes(content)
    with pytest.raises(errors.InputError, match=rule) as caught:
        fasta.Reference.open(packed)
    assert str(packed) in str(caught.value)
    assert not [path for path in cache.folder().rglob("*") if path.is_file()]


def test_without_room_it_is_refused_before_work(
    packed: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = types.SimpleNamespace(free=9)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    with pytest.raises(errors.InputError, match="must have room") as caught:
        fasta.Reference.open(packed)
    assert "TWINSPLICE_CACHE" in str(caught.value)
    assert f"gunzip {packed} && bgzip {packed.with_suffix('')}" in str(caught.value)
    assert not cache.folder().exists()


def test_telling_a_file_loads_nothing_slow() -> None:
    code = (
        "import sys\n"
        "from twinsplice.io import fasta_files\n"
        "print({'numpy', 'pysam', 'polars', 'torch'} & sys.modules.keys())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONPATH": str(SOURCE)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "set()\n"


@pytest.mark.parametrize("name", ["/dev/zero", "/dev/null"])
def test_a_device_is_no_reference(name: str) -> None:
    device = pathlib.Path(name)
    if not device.exists():
        pytest.skip("a device of Unix")
    with pytest.raises(errors.InputError, match=r"FASTA"):
        fasta_files.form(device)
