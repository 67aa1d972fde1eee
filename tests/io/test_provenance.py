"""The commit of the package, and of no repository around it."""

import pathlib
import subprocess

import pytest

from twinsplice.io import provenance


def test_a_package_within_another_repository_has_no_commit(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git = ["git", "-C", str(tmp_path), "-c", "user.name=a", "-c", "user.email=a@b"]
    for words in (["init", "-q"], ["commit", "-q", "--allow-empty", "-m", "Begin"]):
        subprocess.run([*git, *words], check=True)
    installed = tmp_path / "provenance.py"
    installed.touch()
    monkeypatch.setattr(provenance, "__file__", str(installed))
    assert provenance.commit() is None
    subprocess.run([*git, "add", installed.name], check=True)
    subprocess.run([*git, "commit", "-q", "-m", "Add"], check=True)
    found = provenance.commit()
    assert found is not None
    assert len(found) == 40
