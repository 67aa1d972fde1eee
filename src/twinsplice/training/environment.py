"""Software versions, machine and commit of a run, for its record."""

import os
import platform
from typing import Any

import numpy as np
import torch

import twinsplice
from twinsplice.io import provenance


def describe() -> dict[str, Any]:
    """Return versions and machine by name; `git` is the commit."""
    return {
        "twinsplice": twinsplice.__version__,
        "git": provenance.commit(),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "numpy": np.__version__,
        "system": platform.system(),
        "machine": platform.machine(),
        "cpus": os.cpu_count(),
        "threads": torch.get_num_threads(),
        "gpu": torch.cuda.get_device_name() if torch.cuda.is_available() else None,
    }
