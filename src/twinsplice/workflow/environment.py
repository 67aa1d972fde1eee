"""Where something ran: versions, machine and commit, for its record."""

import os
import pathlib
import platform
import subprocess
from typing import Any

import numpy as np
import torch

import twinsplice


def describe() -> dict[str, Any]:
    """Return what a result may depend on besides its settings; `git` is the commit."""
    return {
        "twinsplice": twinsplice.__version__,
        "git": _git("describe", "--always", "--dirty", "--abbrev=40"),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "numpy": np.__version__,
        "system": platform.system(),
        "machine": platform.machine(),
        "cpus": os.cpu_count(),
        "threads": torch.get_num_threads(),
        "gpu": torch.cuda.get_device_name() if torch.cuda.is_available() else None,
    }


def _git(*words: str) -> str | None:
    try:
        done = subprocess.run(
            ["git", "-C", str(pathlib.Path(__file__).parent), *words],
            check=True,
            capture_output=True,
            text=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout.strip()
