"""Put trained weights into the package as the default, their card completed.

python tools/ship_default.py default.safetensors chr20.json chr20.map.json --hours 1.5 \
    --hardware "..."
"""

import argparse
import json
import pathlib
from typing import Any

from twinsplice.predictors import checkpoints

_FACTS = {
    "title": "TwinSplice 2, a paired delta predictor",
    "citation": (
        "TwinSplice; and CI-SpliceAI, which it is distilled from: Strauch et al. 2022, "
        "PLoS ONE 17:e0269159, doi:10.1371/journal.pone.0269159"
    ),
    "licence": "CC BY 4.0",
    "attribution": (
        "Distilled from the five networks of CI-SpliceAI (Strauch, Lord, Niranjan and "
        "Baralle, CC BY 4.0), whose first layers its encoder began as; changed since."
    ),
    "intended_use": (
        "Research: ranking and triage of human SNVs, insertions and deletions by what "
        "CI-SpliceAI's ensemble would say of them within 50 bases."
    ),
    "limits": [
        "It predicts a base model's prediction, not splicing: where CI-SpliceAI is "
        "wrong, it is wrong too.",
        "It reads {context:,} bases to either side closely, and {reach:,} of the "
        "reference coarsely; the base model reads 5,000. Told the base model's "
        "reference (score --map), it knows how strong sites are, and reads the "
        "{context:,} alone.",
        "Changes deep in introns and exons are small and rare, and agreement is lower "
        "there (metrics.test).",
        "Trained and calibrated on changes within 50 bases of a variant, of alleles up "
        "to 40 bases.",
        "Not a medical device.",
    ],
}


def main() -> None:
    """Read the command line and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("trained", type=pathlib.Path, help="calibrated weights")
    parser.add_argument("evaluation", type=pathlib.Path, help="JSON of evaluate")
    parser.add_argument(
        "anchored", type=pathlib.Path, help="JSON of evaluate --anchored map"
    )
    parser.add_argument("--hours", type=float, required=True)
    parser.add_argument("--hardware", required=True)
    given = parser.parse_args()
    found = checkpoints.load(given.trained)
    evaluation, anchored = (
        json.loads(path.read_text(encoding="utf-8"))
        for path in (given.evaluation, given.anchored)
    )
    known = {k: v for k, v in found.card.items() if k not in ("format", "model")}
    sizes = {"context": found.model.context, "reach": found.model.reach}
    limits = [each.format(**sizes) for each in _FACTS["limits"]]
    card: dict[str, Any] = {
        **{k: v for k, v in _FACTS.items() if k != "limits"},
        "limits": limits,
        "hardware": given.hardware,
        "hours": given.hours,
        **{k: v for k, v in known.items() if k not in _FACTS},
    }
    card["metrics"] = {
        **card["metrics"],
        "test": evaluation,
        "test_anchored": anchored,
    }
    checkpoints.save(checkpoints.shipped(), found.model, card)


if __name__ == "__main__":
    main()
