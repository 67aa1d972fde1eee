"""Tables and picture of what a score means, from interpretation.json."""

import math
import pathlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from twinsplice.report.evaluation import benchmark_table
from twinsplice.stats import likelihood

RESULTS = pathlib.Path("benchmarks/truth/interpretation.json")
PAGE = pathlib.Path("docs/interpretation.md")
PICTURE = pathlib.Path("docs/interpretation/likelihood.png")
THREE = ("twinsplice", "cispliceai", "spliceai")
"""Models that are in every set."""
TITLES = {
    "twinsplice": "TwinSplice, plain",
    "twinsplice, map": "TwinSplice, told a reference",
    "twinsplice, live": "TwinSplice, told it live",
    "twinsplice, map, EXON_INCLUSION": "its EXON_INCLUSION",
    "cispliceai": "CI-SpliceAI",
    "spliceai": "SpliceAI",
    "spliceai, published": "SpliceAI, published scores",
    "pangolin, published": "Pangolin, published scores",
}
PUBLISHED = "spliceai, published"
"""SpliceAI's scores that come with MFASS, of all variants."""
BESIDE = ("twinsplice", PUBLISHED, "pangolin, published")
"""Models whose bins are shown beside the default one's."""
SHOWN = (0.05, 0.1, 0.2, 0.5, 0.8)
DEFAULT = "twinsplice, map"
"""The model as `score` has it without further options."""
FEWEST = 50
"""Altered variants that a threshold is found on at least."""
LIVE = "twinsplice, live"
"""Ranked, but not shown on the page: it is nearly the default."""
PRIORS = (0.1, 0.5)
_DRAWN = {
    "twinsplice, map": ("#0072B2", "o"),
    "twinsplice": ("#56B4E9", "s"),
    "cispliceai": ("#D55E00", "^"),
    "spliceai, published": ("#000000", "D"),
    "pangolin, published": ("#009E73", "v"),
}
"""Colour (Okabe and Ito's) and marker of each model of the picture."""
_PANELS = {"positive": "score at least this", "negative": "score below this"}
_SCALES = {
    "positive": (0.8, 500, (1, 2, 5, 10, 20, 50, 100, 200)),
    "negative": (0.08, 1.2, (0.1, 0.2, 0.3, 0.5, 0.7, 1)),
}
"""Limits and ticks of the ratios."""
_LEVELS = {"supporting": 1, "moderate": 2, "strong": 4}


def tables(results: Mapping[str, Any]) -> dict[str, str]:
    """Return the page's tables by the name of their markers."""
    return {
        "bins": "\n".join(_bins(results)),
        "thresholds": "\n".join(_thresholds(results["mfass"], SHOWN)),
        "models": "\n".join(_thresholds(results["mfass, all models"], SHOWN)),
        "equivalents": "\n".join(_equivalents(results)),
        "tried": "\n".join(_tried(results)),
        "commands": "\n".join(_commands(results)),
    }


def counted(found: Mapping[str, Any]) -> str:
    """Return how many variants there are, in words."""
    return (
        f"{found['variants']:,} variants of {found['groups']:,} exons, "
        f"{found['altered']:,} altered"
    )


def _bins(results: Mapping[str, Any]) -> Iterator[str]:
    """Yield the ratio of each bin of the default model's score, and what follows."""
    found = results["mfass"]
    yield f"{TITLES[DEFAULT]} (`--map auto`), MFASS in the genome: {counted(found)}."
    yield ""
    after = " | ".join(f"{prior:.0%} becomes" for prior in PRIORS)
    ratios = " | ".join(f"ratio, {TITLES[name]}" for name in BESIDE)
    yield f"| score | altered of variants | ratio | points | {after} | {ratios} |"
    yield "|---" * (4 + len(PRIORS) + len(BESIDE)) + "|"
    others = [found["models"][name]["bins"] for name in BESIDE]
    for row, *beside in zip(found["models"][DEFAULT]["bins"], *others, strict=True):
        ratio = row["ratio"]
        cells = [
            _between(row["low"], row["high"]),
            f"{row['altered']:,} of {row['altered'] + row['others']:,}",
            benchmark_table.ratio(ratio),
            _points(ratio),
            *(f"{likelihood.posterior(p, ratio['value']):.0%}" for p in PRIORS),
            *(benchmark_table.ratio(each["ratio"]) for each in beside),
        ]
        yield _row(cells)


def _between(low: float, high: float) -> str:
    if low == 0:
        return f"below {high:g}"
    return f"{low:g} or more" if math.isinf(high) else f"{low:g} to {high:g}"


def _points(ratio: Mapping[str, float]) -> str:
    value, low, high = (
        f"{likelihood.points(ratio[name]):+.1f}" for name in ("value", "low", "high")
    )
    return f"{value} ({low}, {high})"


def _thresholds(found: Mapping[str, Any], shown: Sequence[float]) -> Iterator[str]:
    """Yield accuracy of all models at thresholds."""
    yield f"{counted(found)[0].upper()}{counted(found)[1:]}."
    yield ""
    yield (
        "| model | score from | altered called | others called | sensitivity "
        "| specificity | LR+ (called) | LR- (not called) |"
    )
    yield "|---" * 8 + "|"
    for name, of_model in found["models"].items():
        for at in of_model["accuracies"]:
            if at["threshold"] in shown and name != LIVE:
                yield _row([TITLES[name], *_accuracy(at, of_model)])


def _accuracy(at: Mapping[str, Any], of_model: Mapping[str, Any]) -> list[str]:
    altered = of_model["altered"]
    return [
        f"{at['threshold']:g}",
        f"{at['called_altered']:,} of {altered:,}",
        f"{at['called_others']:,} of {of_model['variants'] - altered:,}",
        *(
            benchmark_table.estimate(at[rate])
            for rate in ("sensitivity", "specificity")
        ),
        *(benchmark_table.ratio(at[side]) for side in ("positive", "negative")),
    ]


def _equivalents(results: Mapping[str, Any]) -> Iterator[str]:
    """Yield the thresholds that correspond to ClinGen's of SpliceAI."""
    found = results["mfass, found on"]
    by_threshold = {
        at["threshold"]: at for at in found["models"][PUBLISHED]["accuracies"]
    }
    called, not_called = by_threshold[0.2]["positive"], by_threshold[0.1]["negative"]
    yield (
        f"On chromosomes other than 2 ({counted(found)}) SpliceAI's published scores "
        f"of 0.2 or more have a ratio of {benchmark_table.ratio(called)}, those below "
        f"0.1 one of {benchmark_table.ratio(not_called)}. The same ratio has"
    )
    yield ""
    yield (
        "| model | from (as 0.2: PP3) | ratio on chromosome 2 | below (as 0.1: BP4) "
        "| ratio on chromosome 2 |"
    )
    yield "|---|---|---|---|---|"
    for name, codes in results["equivalents"].items():
        if name == LIVE:
            continue
        if codes["altered"] < FEWEST:
            few = f"too few variants ({codes['altered']} altered)"
            yield _row([TITLES[name], few, "", few, ""])
            continue
        cells = (
            cell
            for code in ("PP3", "BP4")
            for cell in (
                _estimate(codes[code]["at"]),
                benchmark_table.ratio(codes[code]["tried"]),
            )
        )
        yield _row([TITLES[name], *cells])


def _estimate(found: Mapping[str, float]) -> str:
    if math.isnan(found["value"]):
        return "none"
    return f"{found['value']:.3g} ({found['low']:.3g}, {found['high']:.3g})"


def _tried(results: Mapping[str, Any]) -> Iterator[str]:
    """Yield the ratios at ClinGen's thresholds on other variants."""
    titles = {
        "mfass, tried on": "MFASS, chromosome 2",
        "vexseq": "Vex-seq, chromosomes 1, 3, 5 and 7, constructs",
    }
    yield "| variants | model | LR+ from 0.2 | LR- below 0.1 | LR+ from 0.5 |"
    yield "|---" * 5 + "|"
    for key, title in titles.items():
        found = results[key]
        for name, of_model in found["models"].items():
            if name == LIVE:
                continue
            at = {each["threshold"]: each for each in of_model["accuracies"]}
            cells = (
                at[0.2]["positive"],
                at[0.1]["negative"],
                at[0.5]["positive"],
            )
            yield _row(
                [
                    f"{title}: {counted(found)}",
                    TITLES[name],
                    *map(benchmark_table.ratio, cells),
                ]
            )


RANKED = {
    "mfass": "MFASS in the genome",
    "mfass, all models": "MFASS in the genome, where there is sequence for all models",
    "mfass, chr 2": "MFASS in the genome, chromosome 2",
    "constructs": "MFASS in constructs, chromosomes 2, 4, 8, 12 and 16",
    "constructs, chr 2": "MFASS in constructs, chromosome 2",
    "vexseq": "Vex-seq in constructs, chromosomes 1, 3, 5 and 7",
}
"""Sets that models are ranked on, in words."""


def rankings(results: Mapping[str, Any]) -> str:
    """Return how well models order variants, for the benchmark's own page."""
    lines = []
    for key, title in RANKED.items():
        found = results["rankings"][key]
        lines += [f"{title}: {counted(found)}; 95 % intervals over exons.", ""]
        lines += ["| model | AUROC | AP | Pearson |", "|---|---|---|---|"]
        lines += [
            _row([TITLES[name], *map(benchmark_table.estimate, of_model.values())])
            for name, of_model in found["models"].items()
        ]
        lines += [
            _row(
                [
                    f"{TITLES[name]}, less {TITLES[other]}",
                    *map(benchmark_table.estimate, less.values()),
                ]
            )
            for name, other, less in found["differences"]
        ]
        lines += [""]
    return "\n".join([*lines, *_commands(results)])


def _commands(results: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"    {command}" for command in results["commands"].values())


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def draw(results: Mapping[str, Any]) -> None:
    """Draw likelihood ratios against thresholds."""
    import matplotlib as mpl  # noqa: PLC0415
    from matplotlib import pyplot as plt  # noqa: PLC0415

    mpl.use("Agg")
    figure, panels = plt.subplots(2, 2, figsize=(11, 8.6), layout="constrained")
    for row, key in zip(panels, ("mfass", "mfass, all models"), strict=True):
        for axes, (side, words) in zip(row, _PANELS.items(), strict=True):
            _panel(axes, results[key], side)
            axes.set_xlabel(words)
            axes.set_title(counted(results[key]), fontsize=10)
        row[0].set_ylabel("likelihood ratio (95 % interval)")
        row[0].legend(loc="upper left", frameon=False, fontsize=9)
    PICTURE.parent.mkdir(exist_ok=True)
    figure.savefig(PICTURE, dpi=100, metadata={"Software": None})
    plt.close(figure)


def _panel(axes: Any, found: Mapping[str, Any], side: str) -> None:  # noqa: ANN401
    """Draw the ratios of one side of the thresholds."""
    sign = 1 if side == "positive" else -1
    drawn = {name: how for name, how in _DRAWN.items() if name in found["models"]}
    for number, (name, (colour, marker)) in enumerate(drawn.items()):
        rows = found["models"][name]["accuracies"]
        values, lows, highs = (
            [row[side][end] for row in rows] for end in ("value", "low", "high")
        )
        axes.errorbar(
            [i + (number - len(drawn) / 2) * 0.13 for i in range(len(rows))],
            values,
            yerr=[
                [value - low for value, low in zip(values, lows, strict=True)],
                [high - value for value, high in zip(values, highs, strict=True)],
            ],
            color=colour,
            marker=marker,
            markersize=5,
            linewidth=0.8,
            elinewidth=1.2,
            label=TITLES[name],
        )
    axes.set_xticks(range(len(rows)), [f"{row['threshold']:g}" for row in rows])
    low, high, ticks = _SCALES[side]
    axes.set_yscale("log")
    axes.set_ylim(low, high)
    axes.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.minorticks_off()
    axes.axhline(1, color="0.4", linewidth=0.8)
    for word, count in _LEVELS.items():
        level = 350 ** (sign * count / 8)
        if low <= level <= high:
            axes.axhline(level, color="0.6", linewidth=0.8, linestyle=":")
            edge = axes.get_yaxis_transform()
            axes.text(1.01, level, word, fontsize=8, va="center", transform=edge)
    axes.spines[["top", "right"]].set_visible(False)
