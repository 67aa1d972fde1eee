"""What a run keeps to be resumed from: its settings and its state, damaged or not."""

import hashlib
import io
import json
import pathlib
from typing import Any

import torch

from twinsplice import errors
from twinsplice.io import cache
from twinsplice.training import fitting

_SEAL = b"twinsplice-sealed-sha256:"


def settings(path: pathlib.Path) -> dict[str, Any]:
    """Return the settings that a run was begun with.

    Raises:
        InputError: They are lost or damaged.
    """
    try:
        found: dict[str, Any] = dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, RecursionError) as error:
        raise _damaged(path, error) from error
    return found


def read(path: pathlib.Path) -> fitting.State:
    """Return the state to resume from.

    Raises:
        InputError: It is damaged.
    """
    try:
        content = io.BytesIO(_unsealed(path.read_bytes()))
        state: fitting.State = torch.load(
            content, map_location="cpu", weights_only=True
        )
    # What is unpickled may raise anything.
    except Exception as error:
        raise _damaged(path, error) from error
    return state


def _unsealed(content: bytes) -> bytes:
    """Return what a seal is of; all of it where there is none, of earlier versions.

    Raises:
        ValueError: It is not what was sealed.
    """
    body, mark, digest = content.rpartition(_SEAL)
    if mark and hashlib.sha256(body).digest() != digest:
        raise ValueError("other bytes than were written")
    return body if mark else content


def write(path: pathlib.Path, state: fitting.State) -> None:
    """Store a state with its checksum: PyTorch does not look at its own."""
    content = io.BytesIO()
    torch.save(state, content)
    body = content.getvalue()
    with cache.replacing(path) as draft:
        draft.write_bytes(body + _SEAL + hashlib.sha256(body).digest())


def _damaged(path: pathlib.Path, error: Exception) -> errors.InputError:
    message = " ".join(str(error).split())[:80]
    return errors.InputError(
        "a run is resumed from the files that it has written",
        got=f"{path}, which is damaged ({message})",
        remedy="begin anew, in another folder or without --resume",
    )
