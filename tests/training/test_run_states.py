"""`run_states`: what is kept is read back, and what is damaged is refused."""

import json
import pathlib
from typing import Any

import numpy as np
import pytest
import torch

from twinsplice import errors
from twinsplice.training import run_states

STATE: Any = {"step": 3, "model": {"a": torch.arange(1_000.0)}}


def test_no_bit_of_a_state_changes_without_being_noticed(
    tmp_path: pathlib.Path,
) -> None:
    path, rng = tmp_path / "state.pt", np.random.default_rng(2)
    run_states.write(path, STATE)
    whole = path.read_bytes()
    seal = whole.rindex(b"twinsplice-sealed")
    for at in rng.integers(seal, size=30).tolist():
        changed = bytes([whole[at] ^ (1 << int(rng.integers(8)))])
        path.write_bytes(whole[:at] + changed + whole[at + 1 :])
        with pytest.raises(errors.InputError, match="other bytes than were written"):
            run_states.read(path)
    for size in rng.integers(len(whole), size=10).tolist():
        path.write_bytes(whole[:size])
        if size < seal:
            with pytest.raises(errors.InputError, match="which is damaged"):
                run_states.read(path)
    path.write_bytes(whole)
    found: Any = run_states.read(path)
    assert torch.equal(found["model"]["a"], STATE["model"]["a"])


@pytest.mark.parametrize("text", ["", "{", "3", "null", "[1]", "[" * 100_000, "\xff"])
def test_settings_that_are_none_are_refused(tmp_path: pathlib.Path, text: str) -> None:
    path = tmp_path / "config.json"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(errors.InputError, match="which is damaged"):
        run_states.settings(path)
    path.write_text(json.dumps({"steps": 3}))
    assert run_states.settings(path) == {"steps": 3}
