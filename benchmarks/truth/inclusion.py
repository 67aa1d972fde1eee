"""How much own-site loss an exon-inclusion score should hold, from scored labels.

    python -m benchmarks.truth.inclusion scores.tsv [more.tsv]

The tables are those of `twinsplice evaluate --labels ... --scores`. A score of weight w
is w parts own-site loss and the rest the largest |Δ|; the exon-inclusion score is that
of weight 0.5.
"""

import argparse
import pathlib

import numpy as np
import polars as pl

from twinsplice.evaluation import benchmark_scores
from twinsplice.stats import metrics

WEIGHTS = (0.0, 0.25, 0.5, 0.75, 1.0)


def lines(path: pathlib.Path) -> list[str]:
    """Return a line of a Markdown table for each model of a table of scores."""
    frame = pl.read_csv(path, separator="\t", infer_schema=False).filter(
        pl.col("score").is_not_null() & pl.col("altered").is_not_null()
    )
    names = frame["model"].unique(maintain_order=True).to_list()
    found = []
    for name in names:
        if name + benchmark_scores.INCLUSION not in names:
            continue
        rows = frame.filter(pl.col("model") == name)
        altered = (rows["altered"] == "True").to_numpy()
        inclusion = frame.filter(pl.col("model") == name + benchmark_scores.INCLUSION)
        size, mean = (
            each["score"].cast(pl.Float64).to_numpy() for each in (rows, inclusion)
        )
        # The table has six digits.
        loss = np.clip(2 * mean - size, 0, 1)
        cells = [
            f"{metrics.auroc(score, altered):.3f} / "
            f"{metrics.average_precision(score, altered):.3f}"
            for score in ((1 - w) * size + w * loss for w in WEIGHTS)
        ]
        counts = f"{len(altered):,} ({altered.sum():,})"
        found.append(f"| {path.stem}, {name} | {counts} | {' | '.join(cells)} |")
    return found


def main() -> None:
    """Read the command line and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scores", type=pathlib.Path, nargs="+")
    given = parser.parse_args()
    heads = " | ".join(f"w = {weight:g}" for weight in WEIGHTS)
    print(f"| scores | variants (altered) | {heads} |")
    print("|---" * (2 + len(WEIGHTS)) + "|")
    for path in given.scores:
        print("\n".join(lines(path)))


if __name__ == "__main__":
    main()
