"""The tables of an ablation, as Markdown: the write-up's r beside ours."""

from collections.abc import Iterator, Mapping

from benchmarks.ablation import settings as ablation_settings

_COLUMNS = {
    "r_position": "r per position",
    "spearman": "Spearman",
    "ap_0.2": "AP at 0.2",
    "r_minus": "r, minus strand",
    "r_indels": "r, indels",
    "largest": "largest abs Δ",
}
"""Titles of the figures, in the order of columns."""
_HEAD = (
    "model",
    "training variants",
    "write-up's r",
    "r of max abs Δ",
    "95 % over runs",
    "95 % over test genes",
)


def text(summary: ablation_settings.Summary) -> str:
    """Return the tables of rows and of differences, and their notes."""
    return _blocks(_rows(summary, _COLUMNS), _differences(summary), _notes(summary))


def _blocks(*parts: Iterator[str]) -> str:
    blocks = ("".join(f"{line}\n" for line in part) for part in parts)
    return "\n".join(block for block in blocks if block)


def _rows(
    summary: ablation_settings.Summary, columns: Mapping[str, str]
) -> Iterator[str]:
    head = (*_HEAD, *columns.values())
    yield _joined(*head)
    yield _joined(*["---"] * len(head))
    for line in summary.lines:
        yield _joined(
            line.title,
            f"{line.variants:,}",
            _number(line.seed_r),
            _number(line.by_seed.value),
            _range(line.by_seed),
            _range(line.by_gene),
            *(_number(line.figures.get(name)) for name in columns),
        )


def _differences(summary: ablation_settings.Summary) -> Iterator[str]:
    if not summary.contrasts:
        return
    yield _joined("difference of r", "value", "95 % over test genes")
    yield _joined(*["---"] * 3)
    for contrast in summary.contrasts:
        value = contrast.difference.value
        yield _joined(
            contrast.title,
            "-" if value is None else f"{value:+.3f}",
            _range(contrast.difference),
        )


def _notes(summary: ablation_settings.Summary) -> Iterator[str]:
    facts = summary.facts
    if facts["quick"]:
        yield "A trial (--quick): these figures say nothing of the models."
        yield ""
    yield (
        f"Test: n = {facts['n']:,} variants of {facts['genes']:,} genes "
        f"on chromosome {', '.join(facts['contigs'])}, "
        f"{facts['positives']:,} positives (abs Δ >= 0.2), {facts['indels']:,} indels, "
        f"{facts['minus']:,} on the minus strand; chromosomes "
        f"{', '.join(facts['held_out'])} are never learned from, "
        f"{', '.join(facts['validation'])} decides which weights are kept. "
        f"Runs a row: {facts['seeds']}, each of {facts['steps']:,} steps of "
        f"{facts['batch']} variants. Rows of faults are judged by the right targets."
    )
    yield ""
    yield f"`{facts['command']}` (commit {_short(facts['git'])})"


def _short(commits: str) -> str:
    """Return abbreviated commits; runs may have different ones."""
    parts = (commit.partition("-") for commit in commits.split(", "))
    return ", ".join(f"{name[:9]}{dash}{state}" for name, dash, state in parts)


def _joined(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _range(interval: ablation_settings.Interval) -> str:
    if interval.low is None or interval.high is None:
        return "-"
    return f"{interval.low:.3f} to {interval.high:.3f}"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
