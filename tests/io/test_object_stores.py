"""Object stores: addresses, and files that are there whole or not at all."""

import pathlib
import shutil
from typing import BinaryIO

import fsspec
import pytest

from twinsplice import errors
from twinsplice.io import object_stores


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("s3://bucket/folder/in.vcf.gz", "s3://bucket/folder/in.vcf.gz"),
        ("memory://in.vcf", "memory://in.vcf"),
        ("file:///folder/in.vcf", "file:///folder/in.vcf"),
        ("GS://bucket/x", "gs://bucket/x"),
        ("s3://bucket/chr7:1-2/x.vcf", "s3://bucket/chr7:1-2/x.vcf"),
    ],
)
def test_an_address_survives_being_a_path(text: str, expected: str) -> None:
    path = pathlib.Path(text)
    assert object_stores.is_address(path)
    assert object_stores.is_address(text)
    assert object_stores.address(path) == object_stores.address(text) == expected


@pytest.mark.parametrize(
    "value",
    [
        *(
            "-",
            "in.vcf",
            "/a/b.vcf",
            "./s3/x",
            "C:/data/x.vcf",
            "C:\\x.vcf",
            "s3:",
            "s3:/",
        ),
        *("chr7:117559590:A:G", "NM_000492.4:c.1521_1523del", "7-1-A-G", "://x"),
        *(None, 7, ("s3://bucket/x",)),
    ],
)
def test_files_variants_and_drives_are_no_addresses(value: object) -> None:
    assert not object_stores.is_address(value)


def test_a_password_is_not_printed(tmp_path: pathlib.Path) -> None:
    place = pathlib.Path("nostore://me:secret@host/x.vcf")
    assert object_stores.title(place) == "nostore://host/x.vcf"
    with pytest.raises(errors.InputError) as caught:
        object_stores.fetch(place, tmp_path / "x.vcf")
    assert "secret" not in str(caught.value)
    assert object_stores.title(tmp_path) == str(tmp_path)


@pytest.fixture(params=["memory", "file"])
def place(request: pytest.FixtureRequest, tmp_path: pathlib.Path) -> pathlib.Path:
    """An address in a folder that is not there yet."""
    fsspec.filesystem("memory").store.clear()
    root = {"memory": "memory://", "file": f"file://{tmp_path}"}[request.param]
    return pathlib.Path(f"{root}/there/a.vcf")


def _content(place: pathlib.Path) -> bytes:
    system, path = fsspec.core.url_to_fs(object_stores.address(place))
    content: bytes = system.cat_file(path)
    assert [
        each.rpartition("/")[2]
        for each in system.ls("/".join(path.split("/")[:-1]), detail=False)
    ] == ["a.vcf"]
    return content


def test_what_is_put_is_fetched(place: pathlib.Path, tmp_path: pathlib.Path) -> None:
    source, copy = tmp_path / "source", tmp_path / "copy"
    for content in (b"first", b"second, which is longer", b""):
        source.write_bytes(content)
        object_stores.put(source, place)
        assert _content(place) == content
        object_stores.fetch(place, copy)
        assert copy.read_bytes() == content


def test_what_breaks_off_leaves_the_old_file(
    place: pathlib.Path, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"old")
    object_stores.put(source, place)
    object_stores.fetch(place, tmp_path / "copy")

    def half(reader: BinaryIO, writer: BinaryIO) -> None:
        writer.write(reader.read()[:1])
        writer.flush()
        raise ConnectionError("the line went dead")

    source.write_bytes(b"new")
    monkeypatch.setattr(shutil, "copyfileobj", half)
    with pytest.raises(errors.InputError, match=r"be written.*line went dead"):
        object_stores.put(source, place)
    assert _content(place) == b"old"
    with pytest.raises(errors.InputError, match=r"be read.*line went dead"):
        object_stores.fetch(place, tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == b"old"

    def refuse(reader: BinaryIO, writer: BinaryIO) -> None:
        raise NotImplementedError

    monkeypatch.setattr(shutil, "copyfileobj", refuse)
    with pytest.raises(errors.InputError, match=r"be written.*for reading only"):
        object_stores.put(source, place)


def test_what_is_not_there_is_refused(
    place: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    with pytest.raises(errors.InputError, match=r"an address must be .* read"):
        object_stores.fetch(place, tmp_path / "copy")
    assert not (tmp_path / "copy").exists()
