"""Settings of all tests."""

import pathlib

import hypothesis
import pytest
import torch

from support import type_checks

# Before anything of the package is imported.
type_checks.install()

from support import cli  # noqa: E402

# Examples are small: a second thread only waits, and costs much on busy machines.
torch.set_num_threads(1)
hypothesis.settings.register_profile("twinsplice", deadline=None, print_blob=True)
# The same examples at every run: what fails was broken by the change at hand.
hypothesis.settings.register_profile(
    "fixed", hypothesis.settings.get_profile("twinsplice"), derandomize=True
)
# A broken law is told at once; to find its smallest example is what takes minutes.
hypothesis.settings.register_profile(
    "quick",
    hypothesis.settings.get_profile("twinsplice"),
    max_examples=40,
    phases=[
        hypothesis.Phase.explicit,
        hypothesis.Phase.reuse,
        hypothesis.Phase.generate,
    ],
)
hypothesis.settings.load_profile("fixed")


@pytest.fixture
def desk(
    tmp_path: pathlib.Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> cli.Desk:
    """A folder with a genome and its genes, and the program."""
    return cli.make_desk(tmp_path, monkeypatch, capfd)
