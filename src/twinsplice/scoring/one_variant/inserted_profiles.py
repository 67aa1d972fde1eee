"""Site probabilities of inserted bases, one by one; a profile folds them onto one base.

The variant is asked again with another alignment: the base before the insertion, and
those that follow it, are compared with the inserted bases in turn.
"""

import numpy as np
from jaxtyping import Float32

from twinsplice.effect import alignment, rules
from twinsplice.effect import queries as effect_queries
from twinsplice.scoring import pipeline, queries, query_outcomes


def of(
    scorer: pipeline.Scorer, built: queries.Built, number: int
) -> Float32[np.ndarray, "2 inserted"] | None:
    """Return the probability of an acceptor and a donor at each inserted base.

    Args:
        scorer: The model and the genome.
        built: Queries.
        number: That of the variant.

    Returns:
        A column for each inserted base along the plus strand; None if there are none,
        or more than the window has room for.
    """
    one = built.queries.take(np.array([number]))
    window = one.windows
    ref, alt = int(window.change.ref.length[0]), int(window.change.alt.length[0])
    before = int(window.change.start[0] - window.start[0]) + min(ref, alt) - 1
    inserted = alt - min(ref, alt)
    if not 0 < inserted <= int(window.width[0]) - before or before < 0:
        return None
    asked = _asked(one, before)
    if scorer.anchoring is not None:
        asked, _ = scorer.anchoring.told(_alone(built, number, asked))
    profile = scorer.predictor.predict(asked, profiles=True).alt_profile
    assert profile is not None
    return profile[0, :, before : before + inserted]


def _asked(one: effect_queries.Queries, before: int) -> effect_queries.Queries:
    """Return a query whose columns from one on are compared with those behind them."""
    return effect_queries.Queries(
        views=one.views,
        view=one.view,
        windows=one.windows,
        alignment=alignment.Alignment(
            head=np.array([before]),
            gap=np.array([0]),
            insert=np.array([1]),
            fold=np.array([alignment.NO_FOLD]),
        ),
    )


def _alone(
    built: queries.Built, number: int, asked: effect_queries.Queries
) -> queries.Built:
    """Return a query as that of a gene."""
    first = np.zeros(1, dtype=np.int64)
    outcomes = query_outcomes.Outcomes(
        record=first,
        alt=[""],
        gene=built.gene[number : number + 1],
        minus=asked.minus,
        reason=np.array([rules.SCORED]),
        query=first,
    )
    return queries.Built(outcomes=outcomes, queries=asked, boundary=None)
