"""Put trained weights into the package as the default, their card completed.

The README's table of how near they come to their base model is written anew.

python tools/ship_default.py default.safetensors chr20.json --hours 1.5 --hardware "..."
"""

import argparse
import json
import pathlib
from typing import Any

from twinsplice.report import agreement
from twinsplice.workflow import weights

_FACTS = {
    "title": "TwinSplice 1, a paired delta predictor",
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
        "It reads {context} bases to either side; the base model reads 5,000.",
        "Changes deep in introns and exons are small and rare, and agreement is lower "
        "there (metrics.test).",
        "Trained and calibrated on changes within 50 bases of a variant, of alleles up "
        "to 40 bases.",
        "Not a medical device.",
    ],
}

_README = pathlib.Path("README.md")
_BEGIN, _END = "<!-- accuracy:start -->", "<!-- accuracy:end -->"
_COLUMNS = ("r", "r_position", "r_notable", "spearman", "ap_0.2", "ap_0.5", "position")
_GROUPS = ("SNVs", "indels", "SNVs, deep intronic")


def table(evaluation: dict[str, Any]) -> str:
    """Return the README's table: agreement on the test chromosome, by group."""
    names = ["n", *(agreement.COLUMNS[each] for each in _COLUMNS)]
    lines = ["| | " + " | ".join(names) + " |", "|---" * (len(names) + 1) + "|"]
    for group in _GROUPS:
        figures = evaluation["groups"][group]
        cells = [f"{figures['variants']:,.0f}"]
        cells += [agreement.cell(each, figures[each]) for each in _COLUMNS]
        lines.append(f"| {group} | " + " | ".join(cells) + " |")
    held = evaluation["groups"]["all"]
    lines += [
        "",
        f"Chromosome {', '.join(evaluation['contigs'])}, not learned from. Intervals "
        f"of 90 % hold {held['coverage']:.1%} of all scores and "
        f"{held['coverage_largest']:.1%} of each variant's largest.",
    ]
    return "\n".join(lines)


def main() -> None:
    """Read the command line and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("trained", type=pathlib.Path, help="calibrated weights")
    parser.add_argument("evaluation", type=pathlib.Path, help="JSON of evaluate")
    parser.add_argument("--hours", type=float, required=True)
    parser.add_argument("--hardware", required=True)
    given = parser.parse_args()
    found = weights.load(given.trained)
    evaluation = json.loads(given.evaluation.read_text(encoding="utf-8"))
    known = {k: v for k, v in found.card.items() if k not in ("format", "model")}
    limits = [each.format(context=found.model.context) for each in _FACTS["limits"]]
    card: dict[str, Any] = {
        **{k: v for k, v in _FACTS.items() if k != "limits"},
        "limits": limits,
        "hardware": given.hardware,
        "hours": given.hours,
        **{k: v for k, v in known.items() if k not in _FACTS},
    }
    card["metrics"] = {**card["metrics"], "test": evaluation}
    weights.save(weights.shipped(), found.model, card)
    head, _, rest = _README.read_text(encoding="utf-8").partition(_BEGIN)
    tail = rest.partition(_END)[2]
    text = f"{head}{_BEGIN}\n{table(evaluation)}\n{_END}{tail}"
    _README.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
