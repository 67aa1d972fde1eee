"""`loading`: weights are checked, converted once, and never trusted when damaged."""

import dataclasses
import importlib.util
import pathlib
import pickle
import shutil
import zipfile
from collections.abc import Sequence

import pytest
import torch

from support import models as toys
from twinsplice import errors
from twinsplice.base_models import catalogue, contract, loading, pangolin
from twinsplice.models import dilated

LAYOUT = dilated.DilatedConfig(blocks=4, channels=6, slope=0.1)


@pytest.fixture(autouse=True)
def _own_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path) -> None:
    monkeypatch.setenv("TWINSPLICE_CACHE", str(tmp_path / "cache"))


def _openspliceai_name(name: str) -> str:
    """The authors' name of one of our parameters, for networks of four blocks."""
    layer, _, field = name.rpartition(".")
    known = {
        "stem": "initial_conv",
        "skips.0": "initial_skip.conv",
        "skips.1": "residual_units.4.conv",
        "head": "final_conv",
    }
    if layer in known:
        return f"{known[layer]}.{field}"
    _, block, part = layer.split(".")
    return f"residual_units.{block}.{part.replace('norm', 'batchnorm')}.{field}"


@pytest.fixture
def members() -> list[contract.Member]:
    return [toys.member(seed, LAYOUT) for seed in (1, 2)]


@pytest.fixture
def folder(tmp_path: pathlib.Path, members: Sequence[contract.Member]) -> pathlib.Path:
    """A folder of small networks saved as OpenSpliceAI's authors save theirs."""
    made = tmp_path / "weights"
    made.mkdir()
    for i, member in enumerate(members):
        state = {_openspliceai_name(name): t for name, t in member.state.items()}
        torch.save(state, made / f"model_80nt_rs1{i}.pt")
    return made


def _converted(tmp_path: pathlib.Path) -> pathlib.Path:
    (path,) = (tmp_path / "cache" / "weights").glob("*.safetensors")
    return path


def _same(one: Sequence[contract.Member], two: Sequence[contract.Member]) -> bool:
    return len(one) == len(two) and all(
        a.config == b.config
        and a.rows == b.rows
        and a.state.keys() == b.state.keys()
        and all(torch.equal(a.state[name], b.state[name]) for name in a.state)
        for a, b in zip(one, two, strict=True)
    )


def _refused(name: str, weights: pathlib.Path | None) -> str:
    """The one line that is said of weights that cannot be used."""
    with pytest.raises(errors.WeightsError) as raised:
        loading.load(name, weights)
    assert "\n" not in str(raised.value)
    return str(raised.value)


@pytest.mark.parametrize("by_name", [True, False])
def test_a_folder_is_loaded_by_its_name_or_told_from_its_files(
    folder: pathlib.Path, members: Sequence[contract.Member], *, by_name: bool
) -> None:
    if by_name:
        found = loading.load("openspliceai", folder)
    else:
        found = loading.load(str(folder))
    assert (found.name, found.info) == ("openspliceai", "OpenSpliceAI")
    assert found.context == 40
    assert _same(found.members, members)


def test_weights_are_converted_once(
    folder: pathlib.Path, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = loading.load("openspliceai", folder)
    before = _converted(tmp_path).stat().st_mtime_ns

    def never(files: object) -> list[contract.Member]:
        raise AssertionError(files)

    monkeypatch.setitem(loading._READERS, "openspliceai", never)
    again = loading.load("openspliceai", folder)
    assert _converted(tmp_path).stat().st_mtime_ns == before
    assert _same(first.members, again.members)
    assert first.sha256 == again.sha256


@pytest.mark.parametrize("damage", ["cut", "changed", "empty", "unsealed"])
def test_a_damaged_copy_is_made_again(
    folder: pathlib.Path, tmp_path: pathlib.Path, damage: str
) -> None:
    first = loading.load("openspliceai", folder)
    path = _converted(tmp_path)
    whole = path.read_bytes()
    if damage == "cut":
        path.write_bytes(whole[:-100])
    elif damage == "changed":
        path.write_bytes(whole[:-5] + bytes([whole[-5] ^ 1]) + whole[-4:])
    elif damage == "empty":
        path.write_bytes(b"")
    else:
        path.with_suffix(".sha256").unlink()
    again = loading.load("openspliceai", folder)
    assert _same(first.members, again.members)
    assert path.read_bytes() == whole
    assert not list(path.parent.glob(".tmp*"))


def test_other_weights_are_another_model(folder: pathlib.Path) -> None:
    first = loading.load("openspliceai", folder)
    (folder / "model_80nt_rs11.pt").unlink()
    second = loading.load("openspliceai", folder)
    assert (len(first.members), len(second.members)) == (2, 1)
    assert first.sha256 != second.sha256


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not weights",
        b"PK\x03\x04" + bytes(50),
        # An archive's end, before it one that says that it spans several disks.
        b"PK\x06\x07" + bytes(12) + b"\2" + bytes(3) + b"PK\x05\x06" + bytes(18),
        # PyTorch warns of newer protocols; warnings are errors here.
        pickle.dumps(print, protocol=2),
    ],
    ids=["empty", "text", "zip", "disks", "code"],
)
def test_a_damaged_original_is_one_line(folder: pathlib.Path, content: bytes) -> None:
    (folder / "model_80nt_rs10.pt").write_bytes(content)
    said = _refused("openspliceai", folder)
    assert "must hold the weights of OpenSpliceAI" in said or "no archive" in said


def _packed(path: pathlib.Path, how: str) -> None:
    """Make an archive that PyTorch would not, of one that it has made."""
    with zipfile.ZipFile(path) as archive:
        parts = {part.filename: archive.read(part) for part in archive.infolist()}
    packing = zipfile.ZIP_DEFLATED if how == "bomb" else zipfile.ZIP_STORED
    with zipfile.ZipFile(path, "w", packing) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
        if how == "bomb":
            archive.writestr("zeros", bytes(50_000_000))
    if how == "encrypted":
        # The flag alone, in the list of parts.
        packed = bytearray(path.read_bytes())
        packed[packed.index(b"PK\x01\x02") + 8] |= 1
        path.write_bytes(packed)
    elif how == "packing":
        packed = bytearray(path.read_bytes())
        packed[packed.index(b"PK\x01\x02") + 10] = 97
        path.write_bytes(packed)


@pytest.mark.parametrize("how", ["bomb", "encrypted", "packing"])
def test_an_archive_that_pytorch_does_not_make_is_one_line(
    folder: pathlib.Path, how: str
) -> None:
    _packed(folder / "model_80nt_rs10.pt", how)
    said = _refused("openspliceai", folder)
    assert "model_80nt_rs10.pt must be the weights its authors published" in said


def test_tensors_larger_than_their_file_are_one_line(folder: pathlib.Path) -> None:
    """One number may stand for any many, and the networks would be as large."""
    path = folder / "model_80nt_rs10.pt"
    state = torch.load(path, weights_only=True)
    state["initial_conv.weight"] = torch.zeros(1).expand(1 << 33, 4, 1)
    torch.save(state, path)
    assert "ValueError: tensors of" in _refused("openspliceai", folder)


@pytest.mark.parametrize("saved", [[], {}, {1: 2}, {"initial_conv.weight": 3}, None])
def test_what_holds_no_parameters_is_one_line(
    folder: pathlib.Path, saved: object
) -> None:
    torch.save(saved, folder / "model_80nt_rs10.pt")
    assert "must hold the weights of OpenSpliceAI" in _refused("openspliceai", folder)


def test_a_cut_original_is_one_line(folder: pathlib.Path) -> None:
    path = folder / "model_80nt_rs10.pt"
    path.write_bytes(path.read_bytes()[:-2_000])
    assert "must hold the weights of OpenSpliceAI" in _refused("openspliceai", folder)


@pytest.mark.parametrize("change", ["less", "more", "shape"])
def test_parameters_that_do_not_fit_are_one_line(
    folder: pathlib.Path, change: str
) -> None:
    path = folder / "model_80nt_rs10.pt"
    state = torch.load(path, weights_only=True)
    if change == "less":
        del state["final_conv.weight"]
    elif change == "more":
        state["other.weight"] = torch.zeros(1)
    else:
        state["final_conv.weight"] = torch.zeros(3, 5, 1)
    torch.save(state, path)
    assert "must hold the weights of OpenSpliceAI" in _refused("openspliceai", folder)


def test_code_in_a_file_is_never_run(
    folder: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    witness = tmp_path / "ran"

    class Evil:
        def __reduce__(self) -> tuple[object, tuple[object, ...]]:
            return pathlib.Path.touch, (witness,)

    torch.save({"initial_conv.weight": Evil()}, folder / "model_80nt_rs10.pt")
    _refused("openspliceai", folder)
    assert not witness.exists()


@pytest.mark.parametrize("name", ["openspliceai", "pangolin"])
def test_a_wrong_folder_is_one_line(tmp_path: pathlib.Path, name: str) -> None:
    assert "got none; give it as --weights FOLDER" in _refused(name, None)
    assert "which is no folder" in _refused(name, tmp_path / "absent")
    empty = tmp_path / "empty"
    empty.mkdir()
    assert "with nothing" in _refused(name, empty)
    (empty / "readme.txt").write_text("hello")
    assert "with readme.txt" in _refused(name, empty)


def test_an_unknown_name_is_one_line() -> None:
    with pytest.raises(errors.InputError, match="did you mean spliceai"):
        loading.load("spliceia")


def test_pangolin_is_told_from_its_files_and_its_checksums(
    tmp_path: pathlib.Path,
) -> None:
    folder = tmp_path / "somewhere"
    folder.mkdir()
    torch.save({}, folder / "final.1.0.3.v2")
    torch.save({}, folder / "other.pt")
    said = _refused(str(folder), None)
    assert said.startswith("final.1.0.3.v2 must be the weights its authors published")


def test_a_wheel_that_is_not_there_is_one_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    for name in ("spliceai", "cispliceai"):
        said = _refused(name, None)
        assert "no such package installed" in said
        assert f"pip install 'twinsplice[{name}]'" in said


@pytest.mark.parametrize("damage", ["missing", "changed"])
def test_a_damaged_wheel_is_one_line(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, damage: str
) -> None:
    copy = tmp_path / "spliceai"
    (copy / "models").mkdir(parents=True)
    for i in range(1, 6):
        name = f"models/spliceai{i}.h5"
        shutil.copyfile(loading.official_file("spliceai", name), copy / name)
    last = copy / "models" / "spliceai3.h5"
    if damage == "missing":
        last.unlink()
    else:
        last.write_bytes(last.read_bytes()[:-1])
    spec = importlib.util.find_spec("spliceai")
    assert spec is not None
    monkeypatch.setattr(spec, "submodule_search_locations", [str(copy)])
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: spec)
    said = _refused("spliceai", None)
    assert "spliceai3.h5" in said
    expected = {
        "missing": "a damaged installation",
        "changed": "a file whose checksum is not the published one",
    }
    assert expected[damage] in said


def test_pangolins_heads_are_its_tissues(tmp_path: pathlib.Path) -> None:
    # A small network named as Pangolin's: twelve heads, of which one is used.
    layout = dilated.DilatedConfig(blocks=4, channels=6, classes=2, kept=(1,))
    member = toys.member(7, layout)
    state: dict[str, torch.Tensor] = {}
    for name, tensor in member.state.items():
        layer, _, field = name.rpartition(".")
        if layer.startswith("blocks"):
            _, block, part = layer.split(".")
            part = part.replace("norm", "bn")
            state[f"resblocks.{block}.{part}.{field}"] = tensor
        else:
            known = {"stem": "conv1", "skips.0": "skip", "skips.1": "convs.0"}
            state[f"{known.get(layer, 'conv_last7')}.{field}"] = tensor
    state["conv_last1.weight"] = torch.zeros(2, 6, 1)
    path = tmp_path / "final.2.6.3.v2"
    torch.save(state, path)
    (found,) = pangolin.read([path])
    assert found.rows == (3,)
    assert found.config.kept == (1,)
    assert found.state.keys() == member.state.keys()
    for name, tensor in member.state.items():
        assert torch.equal(found.state[name], tensor)


def test_the_catalogue_says_what_a_user_must_know() -> None:
    for name, entry in catalogue.entries().items():
        assert catalogue.find(name) is entry
        texts = [v for v in dataclasses.asdict(entry).values() if isinstance(v, str)]
        assert all(texts)
        assert "doi:10." in entry.citation
        assert entry.family in loading._READERS
        assert all(len(each) == 64 for each in entry.sha256.values())
    infos = {entry.info for entry in catalogue.entries().values()}
    assert len(infos) == len(catalogue.entries())
