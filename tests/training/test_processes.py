"""Processes that train one model: the first is known before they meet."""

import pytest
import torch

from twinsplice.training import processes


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({}, True),
        ({"LOCAL_RANK": "0"}, True),
        ({"LOCAL_RANK": "1"}, False),
        ({"SLURM_PROCID": "3"}, False),
        # The first of another machine is not the first of all.
        ({"RANK": "4", "LOCAL_RANK": "0"}, False),
        ({"RANK": "", "LOCAL_RANK": "1"}, False),
    ],
)
def test_the_first_is_known_by_its_number(
    told: dict[str, str], monkeypatch: pytest.MonkeyPatch, *, expected: bool
) -> None:
    for name in ("RANK", "LOCAL_RANK", "SLURM_PROCID"):
        monkeypatch.delenv(name, raising=False)
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    assert processes.is_first() == expected


def test_one_process_has_the_mean_of_all() -> None:
    value = torch.tensor(3.0)
    assert processes.mean(value) is value
