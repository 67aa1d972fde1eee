"""`requirements/`: every package of a set-up has one version and a hash.

Also `tools.lock` and `tools.sbom`, as far as they need no network.
"""

import re
import tomllib
from collections.abc import Iterator

import pytest
from packaging import requirements, utils
from tools import lock, sbom

PROJECT = tomllib.loads((lock.ROOT / "pyproject.toml").read_text())["project"]
LOCKS = {
    name: list(lock.entries((lock.FOLDER / f"{name}.txt").read_text()))
    for name in (*lock.EXTRAS, lock.TORCH, lock.CUDA, "tools")
}
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")


def _pin(entry: str) -> requirements.Requirement:
    return requirements.Requirement(entry.partition("\\\n")[0])


def _versions(name: str) -> dict[str, list[str]]:
    """The versions of each package; there are several where platforms differ."""
    found: dict[str, list[str]] = {}
    for pin in map(_pin, LOCKS[name]):
        (only,) = pin.specifier
        assert only.operator == "=="
        found.setdefault(utils.canonicalize_name(pin.name), []).append(only.version)
    return found


@pytest.mark.parametrize("name", list(LOCKS))
def test_every_package_of_a_lock_has_a_version_and_hashes(name: str) -> None:
    assert _versions(name)
    for entry in LOCKS[name]:
        _, *hashes = re.split(r" \\\n\s+", entry)
        assert hashes, entry
        assert all(HASH.fullmatch(each) for each in hashes), entry


def _wanted(name: str) -> Iterator[requirements.Requirement]:
    """What the package asks for, and what builds it."""
    extras = PROJECT["optional-dependencies"]
    for group in (PROJECT["dependencies"], *map(extras.get, lock.EXTRAS[name])):
        yield from map(requirements.Requirement, group)
    for line in (lock.FOLDER / "build.in").read_text().splitlines():
        if not line.startswith("#"):
            yield requirements.Requirement(line)


@pytest.mark.parametrize("name", list(lock.EXTRAS))
def test_a_lock_holds_what_the_package_asks_for(name: str) -> None:
    versions = _versions(name)
    for wanted in _wanted(name):
        for version in versions[utils.canonicalize_name(wanted.name)]:
            assert wanted.specifier.contains(version), wanted


@pytest.mark.parametrize("name", list(lock.EXTRAS))
def test_versions_are_those_of_the_constraints(name: str) -> None:
    versions = _versions(name)
    for line in (lock.ROOT / "constraints.txt").read_text().splitlines():
        if not line or line.startswith("#"):
            continue
        package, _, version = line.partition("==")
        found = versions.get(utils.canonicalize_name(package), [version])
        assert found == [version], line


def test_pytorch_may_be_a_cpu_build_and_cuda_is_apart() -> None:
    for name in (*lock.EXTRAS, lock.TORCH):
        (torch,) = (entry for entry in LOCKS[name] if entry.startswith("torch=="))
        hashes = {each.rpartition(":")[2] for each in HASH.findall(torch)}
        assert set(lock.cpu_hashes()) < hashes
        assert not [entry for entry in LOCKS[name] if entry.startswith("nvidia-")]
    assert [entry for entry in LOCKS[lock.CUDA] if entry.startswith("nvidia-")]
    # On other systems nothing of it is installed.
    assert all(pin.marker is not None for pin in map(_pin, LOCKS[lock.CUDA]))


def test_an_older_pytorch_is_refused() -> None:
    """It would run code of weight files: CVE-2025-32434."""
    (torch,) = (each for each in _wanted("demo") if each.name == "torch")
    assert not torch.specifier.contains("2.5.1")
    assert torch.specifier.contains("2.6.0")


def test_licences_of_a_bill_are_listed_by_package() -> None:
    bill = {
        "components": [
            {"name": "b", "version": "1", "licenses": [{"expression": "MIT"}]},
            {
                "name": "A",
                "version": "2",
                "licenses": [
                    {"license": {"id": "BSD-3-Clause"}},
                    {"license": {"name": "of A", "text": {"content": "All of it"}}},
                    {"license": {"name": "License :: OSI Approved :: BSD\n License"}},
                ],
            },
            {"name": "c"},
            {
                "name": "d",
                "licenses": [
                    {"license": {"name": "of d", "text": {"content": "\n MIT \nAll"}}}
                ],
            },
        ]
    }
    assert list(sbom.licences(bill)) == [
        ("A", "2", "BSD-3-Clause; BSD License"),
        ("b", "1", "MIT"),
        ("c", "", "not stated"),
        ("d", "", "MIT"),
    ]
