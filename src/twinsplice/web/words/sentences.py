"""What numbers mean, in a sentence."""

from twinsplice.web import schemas

TITLES = {
    "AG": "acceptor gain",
    "AL": "acceptor loss",
    "DG": "donor gain",
    "DL": "donor loss",
    "SG": "site gain",
    "SL": "site loss",
}
"""Kinds of change in words, by label."""
SMALL, CLEAR = 0.1, 0.5
"""Sizes below which a change is called small, and from which it is called large."""
THRESHOLD = 0.2


def capital(sentence: str) -> str:
    """Return a sentence with a capital."""
    return sentence[:1].upper() + sentence[1:]


def of_gene(scores: schemas.GeneScores, altered: float | None) -> str:
    """Return what the numbers of a gene mean.

    Args:
        scores: The numbers.
        altered: Probability that a laboratory finds splicing altered, if known.
    """
    change = max(scores.changes, key=lambda change: change.size)
    if change.size < SMALL:
        said = f"No change of splicing is predicted (largest: {change.size:.2f})"
    else:
        said = _change(change)
    if altered is None:
        return f"{said}."
    return (
        f"{said}; that a laboratory finds splicing altered has a probability of "
        f"{altered:.2f}."
    )


def _change(change: schemas.Change) -> str:
    site = {"A": "acceptor", "D": "donor"}.get(change.kind[0], "splice site")
    verb = "gained" if change.kind[1] == "G" else "lost"
    article = "An" if site == "acceptor" else "A"
    if change.size >= CLEAR:
        sure = "is predicted to be"
    elif change.size >= THRESHOLD:
        sure = "may be"
    else:
        sure = "is hardly"
    return (
        f"{article} {site} {sure} {verb} {_where(change.relative)}: its probability "
        f"goes from {change.ref:.2f} to {change.alt:.2f}"
    )


def _where(relative: int) -> str:
    if relative == 0:
        return "at the variant"
    count, side = abs(relative), "after" if relative > 0 else "before"
    return f"{count:,} base{'s' * (count != 1)} {side} the variant"
