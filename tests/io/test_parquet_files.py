"""`parquet_files`: what stops its reader stops another process."""

import io
import pathlib

import polars as pl
import pytest

from support import model_readers
from twinsplice import errors
from twinsplice.io import constructs, parquet_files, reference_map, sealing

ABORTS = pathlib.Path(__file__).parents[1] / "fuzz/maps/polars-aborts"


def test_a_file_at_which_polars_aborts_is_refused(
    tmp_path: pathlib.Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "x.parquet"
    path.write_bytes(ABORTS.read_bytes())
    with pytest.raises(errors.InputError, match=r"x.parquet, at which its reader"):
        constructs.read(path)
    # Nor is its trace to be seen.
    assert capfd.readouterr() == ("", "")


def test_what_is_sound_passes_and_so_do_errors_that_are_foreseen() -> None:
    content = io.BytesIO()
    pl.DataFrame({"a": [1]}).write_parquet(content)
    parquet_files.require_sound(content.getvalue(), "x")
    parquet_files.require_sound(content.getvalue()[:-9], "x")
    parquet_files.require_sound(b"no Parquet", "x")


def test_a_map_that_somebody_forged_is_refused_and_a_sound_one_tried_once(
    tmp_path: pathlib.Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its seal is right, and at what is sealed Polars aborts the process."""
    monkeypatch.setenv("TWINSPLICE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(parquet_files, "_written", set())
    path = tmp_path / "x.parquet"
    path.write_bytes(model_readers.resealed(ABORTS.read_bytes()))
    assert sealing.is_whole(path.read_bytes())
    with pytest.raises(errors.InputError, match=r"x.parquet, at which its reader"):
        reference_map.read(path)
    assert capfd.readouterr() == ("", "")

    path.write_bytes((ABORTS.parent / "whole").read_bytes())
    tried: list[str] = []
    monkeypatch.setattr(
        parquet_files, "require_sound", lambda _, name: tried.append(name)
    )
    assert [len(reference_map.read(path)) for _ in range(2)] == [2, 2]
    assert tried == [str(path)]
