"""What is sent: unpacked within bounds, read by the reader of every input."""

import gzip
import pathlib
import stat

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twinsplice.web import refusals, uploads

VCF = b"##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
LINE = b"chr1\t500\t.\tA\tC,G\t.\t.\t.\n"
MOST = 10_000


@settings(max_examples=50)
@given(
    members=st.lists(st.binary(min_size=1, max_size=200), min_size=1, max_size=4),
    packed=st.booleans(),
)
def test_what_is_packed_is_what_is_read(
    tmp_path_factory: pytest.TempPathFactory,
    members: list[bytes],
    packed: bool,  # noqa: FBT001
) -> None:
    path = tmp_path_factory.getbasetemp() / "kept"
    members = [b"x" + member for member in members]
    body = b"".join(map(gzip.compress, members) if packed else members)
    uploads.keep(body, path, MOST)
    assert path.read_bytes() == b"".join(members)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "body",
    [
        gzip.compress(b"0" * 50_000_000, mtime=0),
        b"".join(gzip.compress(b"0" * 4_000, mtime=0) for _ in range(4)),
        b"0" * (MOST + 1),
    ],
)
def test_a_bomb_is_refused_before_it_bursts(
    tmp_path: pathlib.Path, body: bytes
) -> None:
    path = tmp_path / "kept"
    with pytest.raises(refusals.RefusedError) as refused:
        uploads.keep(body, path, MOST)
    assert refused.value.status == 413
    assert path.stat().st_size <= MOST


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" \n\n ",
        gzip.compress(VCF, mtime=0)[:-9],
        gzip.compress(VCF, mtime=0)[:12],
        b"\x1f\x8b" + b"nothing of the sort",
        gzip.compress(VCF, mtime=0)[:-4] + b"\0\0\0\0",
    ],
)
def test_what_is_broken_is_refused(tmp_path: pathlib.Path, body: bytes) -> None:
    with pytest.raises(refusals.RefusedError) as refused:
        uploads.keep(body, tmp_path / "kept", MOST)
    assert refused.value.status == 422


def _kept(folder: pathlib.Path, body: bytes) -> pathlib.Path:
    path = folder / "kept"
    uploads.keep(body, path, MOST)
    return path


def test_alternates_are_counted(tmp_path: pathlib.Path) -> None:
    path = _kept(tmp_path, VCF + 3 * LINE)
    assert uploads.count(path, 6) == (3, False)
    with pytest.raises(refusals.RefusedError) as refused:
        uploads.count(path, 5)
    assert refused.value.status == 413
    assert uploads.count(_kept(tmp_path, b"#x\nchr1-5-A-C\n\nBRCA1:c.1A>G"), 6) == (
        2,
        True,
    )


@pytest.mark.parametrize(
    "body", [b"rubbish\n", b"##fileformat=VCF\nfoo\n", VCF + b"chr1\t5\n", b"\0\xff\n"]
)
def test_refusals_do_not_name_the_private_file(
    tmp_path: pathlib.Path, body: bytes
) -> None:
    with pytest.raises(refusals.RefusedError) as refused:
        uploads.count(_kept(tmp_path, body), 6)
    assert str(tmp_path) not in refused.value.said.error
    assert "what was sent" in refused.value.said.error
