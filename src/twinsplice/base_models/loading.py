"""Loading of base models: original weights are checked, converted once, and cached.

Converted weights are one safetensors file in the user's cache, named after the
checksum of the originals. Its own checksum is stored beside it, so that a damaged
copy is detected and converted anew.
"""

import contextlib
import hashlib
import importlib.util
import json
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

from twinsplice import errors
from twinsplice.base_models import (
    catalogue,
    contract,
    pangolin,
    spliceai_family,
    tensor_files,
)
from twinsplice.effect import deltas
from twinsplice.io import cache
from twinsplice.models import dilated

_VERSION = 1
"""Version of the converted form."""

_READERS: dict[str, Callable[[Sequence[Path]], list[contract.Member]]] = {
    "spliceai": spliceai_family.read_spliceai,
    "cispliceai": spliceai_family.read_cispliceai,
    "openspliceai": spliceai_family.read_openspliceai,
    "pangolin": pangolin.read,
}
_PACKAGED = ("spliceai", "cispliceai")
"""Families whose weights come in packages."""
_SITE_TRACKS: tuple[str, ...] = ("acceptor", "donor")


_PACKED = 4
"""How much larger tensors may be than their files: those of HDF5 may be packed."""


def load(name: str, weights: Path | None = None) -> contract.BaseModel:
    """Return a base model, from the cache if it was converted before.

    Args:
        name: A name in the catalogue, or the path of a folder of weights, whose
            family follows from its files.
        weights: The folder of weights, for the models that need one.

    Raises:
        InputError: The name is unknown.
        WeightsError: The weights are missing or damaged.
    """
    unknown = bool(name) and name not in catalogue.entries()
    if weights is None and unknown and Path(name).is_dir():
        name, weights = _family(Path(name)), Path(name)
    entry = catalogue.find(name)
    files = _originals(entry, weights)
    sums = {path.name: _sha256(path) for path in files}
    _check(entry, files, sums)
    _check_set(entry, files)
    checksum = hashlib.sha256("".join(sums.values()).encode()).hexdigest()
    members = _converted(entry, files, checksum)
    tracks, kinds = _SITE_TRACKS, deltas.SITE_KINDS
    if entry.family == "pangolin":
        tracks = pangolin.TISSUES
        kinds = deltas.site_agnostic_kinds(range(len(tracks)))
    return contract.BaseModel(
        name=name,
        info=entry.info,
        tracks=tracks,
        kinds=kinds,
        members=members,
        sha256=checksum,
    )


def needs_folder(name: str) -> bool:
    """Return whether a name is that of a base model whose weights lie in a folder."""
    entry = catalogue.entries().get(name)
    return entry is not None and entry.family not in _PACKAGED


def is_installed(name: str) -> bool:
    """Return whether the package that a base model's weights come in is installed."""
    entry = catalogue.entries().get(name)
    if entry is None or entry.family not in _PACKAGED:
        return False
    return importlib.util.find_spec(entry.family) is not None


def official_file(package: str, name: str) -> Path:
    """Return a file inside an installed wheel, without importing the package.

    Raises:
        WeightsError: The wheel is not installed, or lacks the file.
    """
    spec = importlib.util.find_spec(package)
    folders = list(spec.submodule_search_locations or []) if spec else []
    for folder in folders:
        if (path := Path(folder) / name).is_file():
            return path
    raise errors.WeightsError(
        f"this needs {name} of the PyPI wheel {package}",
        got="a damaged installation" if folders else "no such package installed",
        remedy=f"pip install 'twinsplice[{package}]'",
    )


def _family(folder: Path) -> str:
    if any(pangolin.FILE_NAME.fullmatch(path.name) for path in folder.iterdir()):
        return "pangolin"
    return "openspliceai"


def _originals(entry: catalogue.Entry, weights: Path | None) -> list[Path]:
    """The weight files of a model, sorted by name."""
    if entry.family in _PACKAGED:
        if weights is not None:
            raise errors.InputError(
                f"{entry.title} takes its weights from {entry.source}",
                got=f"--weights {weights}",
                remedy="leave --weights out, or name another --model",
            )
        return [official_file(entry.family, name) for name in entry.sha256]
    if weights is None or not weights.is_dir():
        raise errors.WeightsError(
            f"{entry.title} needs the folder of its weights",
            got="none" if weights is None else f"{weights}, which is no folder",
            remedy="give it as --weights FOLDER",
        )
    if entry.family == "pangolin":
        matches = (p for p in weights.iterdir() if pangolin.FILE_NAME.fullmatch(p.name))
        files = sorted(matches)
    else:
        files = sorted(weights.glob("*.pt"))
    if not files:
        inside = sorted(path.name for path in weights.iterdir())[:5]
        raise errors.WeightsError(
            f"{entry.title}'s weights are {entry.source}",
            got=f"{weights} with {', '.join(inside) or 'nothing'}",
            remedy="name the folder that the weight files lie in",
        )
    return files


def _check_set(entry: catalogue.Entry, files: Sequence[Path]) -> None:
    """Refuse a published ensemble that lacks members, since its mean would differ."""
    missing = {Path(name).name for name in entry.sha256} - {p.name for p in files}
    if missing:
        raise errors.WeightsError(
            f"{entry.title} is all of its {len(entry.sha256)} files",
            got=f"{files[0].parent} without {', '.join(sorted(missing)[:3])}",
            remedy="copy or download the rest",
        )


def _check(entry: catalogue.Entry, files: Sequence[Path], sums: dict[str, str]) -> None:
    published = {Path(name).name: sha256 for name, sha256 in entry.sha256.items()}
    for path in files:
        if sums[path.name] != published.get(path.name, sums[path.name]):
            raise _damaged(path, "a file whose checksum is not the published one")
        # PyTorch's files are zip archives, whose checksums it does not verify. What
        # tells whether one is an archive raises errors of its own.
        try:
            bad = _damaged_part(path) if zipfile.is_zipfile(path) else None
        except Exception as error:
            raise _damaged(path, f"a file that is no archive ({error})") from error
        if bad:
            raise _damaged(path, f"a file with a damaged part, {bad}")


def _damaged_part(path: Path) -> str | None:
    """Return the name of a part of an archive that is not as it was written."""
    with zipfile.ZipFile(path) as archive:
        parts, size = archive.infolist(), path.stat().st_size
        # PyTorch packs nothing; what is packed may unpack to any size.
        if sum(part.file_size for part in parts) > size:
            return "one larger than the file"
        return archive.testzip()


def _require_sizes(members: Sequence[contract.Member], files: Sequence[Path]) -> None:
    """Refuse tensors that are larger than the files that hold them.

    A file may say that a number stands for any many.

    Raises:
        ValueError: They are.
    """
    held = sum(
        tensor.numel() * tensor.element_size()
        for member in members
        for tensor in member.state.values()
    )
    if held > _PACKED * sum(path.stat().st_size for path in files):
        raise ValueError(f"tensors of {held:,} bytes")


def _damaged(path: Path, got: str) -> errors.WeightsError:
    return errors.WeightsError(
        f"{path.name} must be the weights its authors published",
        got=got,
        remedy="install or download it again",
    )


def _converted(
    entry: catalogue.Entry, files: Sequence[Path], checksum: str
) -> tuple[contract.Member, ...]:
    """Return the members from the cache, converting them first if need be."""
    path = cache.folder() / "weights" / f"{entry.name}-{checksum[:16]}-v{_VERSION}"
    path = path.with_name(path.name + ".safetensors")
    if _is_sealed(path):
        return _load(path)
    try:
        members = tuple(_READERS[entry.family](files))
        _require_sizes(members, files)
        for member in members:
            member.network()
    # Files of others may hold anything, and their readers raise what they like.
    except Exception as error:
        message = " ".join(str(error).split())[:120]
        raise errors.WeightsError(
            f"{', '.join(file.name for file in files[:3])} must hold the weights of "
            f"{entry.title}",
            got=f"{type(error).__name__}: {message}",
            remedy="install or download them again",
        ) from error
    if len({member.config.context for member in members}) > 1:
        raise errors.WeightsError(
            "the networks of a folder must have one context",
            got=f"several in {files[0].parent}",
            remedy="name a folder with those of one context only",
        )
    # A cache that cannot be written costs time, never the result.
    with contextlib.suppress(OSError):
        _keep(path, members)
    return members


def _is_sealed(path: Path) -> bool:
    """Return whether a converted file exists and matches its checksum."""
    seal = path.with_suffix(".sha256")
    exists = cache.is_there(path) and cache.is_there(seal)
    return exists and seal.read_bytes() == _sha256(path).encode()


def _keep(path: Path, members: Sequence[contract.Member]) -> None:
    with cache.replacing(path) as draft:
        _save(draft, members)
        checksum = _sha256(draft)
    with cache.replacing(path.with_suffix(".sha256")) as draft:
        draft.write_text(checksum)


def _save(path: Path, members: Sequence[contract.Member]) -> None:
    tensors = {
        f"{i}.{name}": tensor.contiguous()
        for i, member in enumerate(members)
        for name, tensor in member.state.items()
    }
    metadata = [
        {"config": vars(member.config), "rows": member.rows} for member in members
    ]
    packed = tensor_files.packed(tensors, {"members": json.dumps(metadata)})
    path.write_bytes(packed)


def _load(path: Path) -> tuple[contract.Member, ...]:
    content = path.read_bytes()
    tensors = tensor_files.tensors(content)
    metadata = json.loads(tensor_files.header(content).metadata["members"])
    members = []
    for i, member in enumerate(metadata):
        config = member["config"] | {"kept": tuple(member["config"]["kept"])}
        prefix = f"{i}."
        state = {
            name.removeprefix(prefix): tensor
            for name, tensor in tensors.items()
            if name.startswith(prefix)
        }
        members.append(
            contract.Member(
                config=dilated.DilatedConfig(**config),
                state=state,
                rows=tuple(member["rows"]),
            )
        )
    return tuple(members)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
