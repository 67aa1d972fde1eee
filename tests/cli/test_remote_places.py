"""Files elsewhere: scored as if they were here, and put back whole or not at all."""

import contextlib
import pathlib

import fsspec
import polars as pl
import pytest

from support import cli
from twinsplice import errors
from twinsplice.cli import remote_places
from twinsplice.io import object_stores
from twinsplice.settings import score as score_settings

BASE = cli.GENOME["chr1"][cli.SITE - 1]


@pytest.fixture(autouse=True)
def cache(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> pathlib.Path:
    """A cache of one's own, and an empty store."""
    fsspec.filesystem("memory").store.clear()
    folder = tmp_path.with_name("cache")
    monkeypatch.setenv("TWINSPLICE_CACHE", str(folder))
    return folder / "remote"


def _kept(cache: pathlib.Path) -> list[pathlib.Path]:
    return [*cache.rglob("*")]


def _stored() -> dict[str, bytes]:
    store = fsspec.filesystem("memory").store
    return {name.lstrip("/"): bytes(file.getvalue()) for name, file in store.items()}


@pytest.mark.parametrize("name", ["out.vcf.gz", "out.parquet", "out.tsv"])
@pytest.mark.parametrize("as_list", [True, False])
def test_scores_are_those_of_files_here(
    desk: cli.Desk, cache: pathlib.Path, name: str, *, as_list: bool
) -> None:
    if as_list:
        source = desk.write("in.txt", f"chr1-{cli.SITE}-{BASE}-{cli.other(BASE)}\n")
    else:
        source = desk.vcf(cli.record(), cli.record(cli.SITE + 40))
    assert desk.score(source, output=desk.folder / name).code == 0
    fsspec.filesystem("memory").pipe(f"/b/{source.name}", source.read_bytes())
    outcome = desk.score(f"memory://b/{source.name}", output=f"memory://b/done/{name}")
    assert outcome.code == 0
    assert f"memory://b/done/{name}" in outcome.err
    stored = _stored()
    del stored[f"b/{source.name}"]
    here = {f"b/done/{path.name}": path for path in desk.folder.glob("out*")}
    assert stored.keys() == here.keys()
    if name.endswith(".parquet"):
        fsspec.filesystem("memory").get(f"/b/done/{name}", str(desk.folder / "x"))
        table = pl.read_parquet(desk.folder / "x")
        assert table.equals(pl.read_parquet(desk.folder / name))
    else:
        assert stored == {key: path.read_bytes() for key, path in here.items()}
    assert not _kept(cache)


def test_an_input_elsewhere_has_an_output_here(desk: cli.Desk) -> None:
    source = desk.vcf(cli.record())
    outcome = desk.score(f"file://{source}", output=desk.folder / "out.tsv")
    assert outcome.code == 0
    assert len(pl.read_csv(desk.folder / "out.tsv", separator="\t")) == 1


def test_a_scan_puts_its_tracks_there(desk: cli.Desk, cache: pathlib.Path) -> None:
    files = ("-r", desk.folder / "genome.fa", "-a", desk.folder / "genes.tsv")
    words = ("--tracks", "memory://b/t.bedgraph", "--model", "cispliceai")
    outcome = desk.call("scan", "chr1:391-410", *map(str, files), *words)
    assert outcome.code == 0
    assert _stored().keys() == {"b/t.gain.bedgraph", "b/t.loss.bedgraph"}
    assert "memory://b/t.gain.bedgraph" in outcome.err
    assert not _kept(cache)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"reference": "memory://b/genome.fa"},
            "the reference must be a file on this",
        ),
        ({"annotation": "memory://b/genes.gtf"}, "the annotation must be a file on"),
        ({"map": "s3://b/map.parquet"}, "the map must be a file on this"),
        ({"output": "memory://b/in.vcf"}, "the output must not be the input"),
        ({"input": "nostore://b/in.vcf"}, "an address must be one that can be read"),
        ({"input": "memory://b/none.vcf"}, "an address must be one that can be read"),
    ],
)
def test_what_cannot_be_elsewhere_is_refused(
    changes: dict[str, str], message: str, cache: pathlib.Path
) -> None:
    fsspec.filesystem("memory").pipe("/b/in.vcf", b"old")
    given = {"input": "memory://b/in.vcf", "reference": "x.fa", "output": "x.vcf"}
    values = {"annotation": "grch38", "map": "auto", **given, **changes}
    paths = ("input", "reference", "output")
    typed = {k: pathlib.Path(v) if k in paths else v for k, v in values.items()}
    config = score_settings.Config(**typed)  # type: ignore[arg-type]
    with (
        pytest.raises(errors.InputError, match=message),
        remote_places.here(config, "input"),
    ):
        pass
    assert _stored() == {"b/in.vcf": b"old"}
    assert not _kept(cache)


def test_a_run_that_fails_puts_nothing(desk: cli.Desk, cache: pathlib.Path) -> None:
    fsspec.filesystem("memory").pipe("/b/out.vcf", b"old")
    broken = desk.vcf("chr1\tno number\t.\tA\tC\t.\t.\t.\n")
    assert desk.score(broken, output="memory://b/out.vcf").code != 0
    assert _stored() == {"b/out.vcf": b"old"}
    assert not _kept(cache)


def test_what_a_later_run_can_go_on_from_is_kept(
    tmp_path: pathlib.Path, cache: pathlib.Path
) -> None:
    fsspec.filesystem("memory").pipe("/b/in.vcf", b"x")
    config = score_settings.Config(
        pathlib.Path("memory://b/in.vcf"),
        reference=tmp_path / "x.fa",
        annotation="grch38",
        output=pathlib.Path("memory://b/out.vcf"),
    )
    stopped = contextlib.ExitStack()
    here = stopped.enter_context(remote_places.here(config, "input"))
    parts = here.output.with_name(".out.vcf.parts")
    parts.mkdir()
    with pytest.raises(errors.InputError, match="another run is writing"):
        contextlib.ExitStack().enter_context(remote_places.here(config, "input"))
    stopped.__exit__(KeyboardInterrupt, KeyboardInterrupt(), None)
    with remote_places.here(config, "input") as again:
        assert again == here
        assert parts.is_dir()
        again.output.write_text("done")
    assert _stored()["b/out.vcf"] == b"done"
    assert not _kept(cache)
    assert object_stores.title(config.output) == "memory://b/out.vcf"
