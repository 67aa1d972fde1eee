"""Variants of every sort in two genes, and cards, for trained models."""

from typing import Any

import numpy as np

from support import models as toys
from twinsplice.stats import calibrators

REACH = 15
BASES = "".join(np.random.default_rng(8).choice(list("ACGT"), 700))
ISOTONIC = calibrators.Isotonic(sizes=(0.0, 0.1, 1.0), values=(0.0, 0.05, 0.6))
INTERVALS = calibrators.Intervals(
    level=0.9, edges=(0.1,), below=(0.01, 0.02), above=(0.03, 0.05), quantiles=True
)


def other(at: int, length: int = 1) -> str:
    return "".join("CGTA"["ACGT".index(base)] for base in BASES[at : at + length])


RECORDS = [
    toys.record(200, BASES[200], other(200)),
    toys.record(203, BASES[203], BASES[203] + "GTAAGT", "<DEL>"),
    toys.record(300, BASES[300:304], BASES[300]),
    toys.record(306, BASES[306:309], other(306, 3)),
    toys.record(310, BASES[310:314], other(310, 2)),
    toys.record(315, BASES[315:317], other(315, 4)),
    # At a gene's ends, where much is unknown.
    toys.record(102, BASES[102], other(102), BASES[102] + "AG"),
    toys.record(604, BASES[604:607], BASES[604]),
]
LONG = toys.record(350, BASES[350:374], BASES[350])
"""A deletion that goes on beyond the window."""
SAME = toys.record(250, BASES[250:252], BASES[250:252])

CARDS: dict[str, dict[str, Any]] = {
    "raw": {},
    "isotonic": {"isotonic": calibrators.to_json(ISOTONIC)},
    "intervals": {"intervals": calibrators.to_json(INTERVALS)},
    "both": {
        "isotonic": calibrators.to_json(ISOTONIC),
        "intervals": calibrators.to_json(INTERVALS),
    },
}
