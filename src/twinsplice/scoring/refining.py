"""Refinement: what may be large by one model, another scores too."""

import dataclasses
from collections.abc import Sequence

import numpy as np
from jaxtyping import Bool, Int64

from twinsplice import progress
from twinsplice.effect import results
from twinsplice.io.vcf import vcf
from twinsplice.scoring import pipeline, queries, query_outcomes

DEFAULT_THRESHOLD = 0.02
"""Threshold where none is given, nor was fitted to the two models."""
Integers = Int64[np.ndarray, " rows"]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Refinement:
    """The condition under which an allele in a gene is refined.

    Attributes:
        threshold: Least size that the first model holds for possible: the upper end of
            its prediction interval, or its size where there is none.
        anchored: The same where it was told the reference.
        is_default: Whether the thresholds are neither given nor fitted.
    """

    threshold: float
    anchored: float
    is_default: bool = False

    @property
    def title(self) -> str:
        """The thresholds in print."""
        if self.threshold == self.anchored:
            return f"{self.threshold:g}"
        return f"{self.threshold:g} ({self.anchored:g} where it was told the reference)"

    def large(self, first: results.Results) -> Bool[np.ndarray, " rows"]:
        """Return which rows of the first model's results are to be refined."""
        least = np.full(len(first), self.threshold)
        if first.reference is not None:
            told = first.reference != results.Reference.OWN
            scored = first.scored >= 0
            least[scored] = np.where(
                told[first.scored[scored]], self.anchored, self.threshold
            )
        large: Bool[np.ndarray, " rows"] = first.highest >= least
        return large


def refine(
    scorer: pipeline.Scorer,
    records: Sequence[vcf.Record],
    first: results.Results,
    refinement: Refinement,
    advance: progress.Advance = progress.silent,
) -> results.Results:
    """Return the results of alleles in genes that may be large by a first model.

    A row that the first model does not have, as two official programs may know other
    genes, is refined with its allele: if any row of it is.

    Args:
        scorer: The model that refines.
        records: The records; neighbouring refined ones share work.
        first: The first model's results of all of them.
        refinement: What is large enough.
        advance: As for `Scorer.score`.
    """
    large = refinement.large(first)
    is_large = dict(zip(first.keys, large.tolist(), strict=True))
    alleles = {key[:2] for key, flag in is_large.items() if flag}
    chosen = np.unique(first.record[large])
    built = scorer.builder.build([records[row] for row in chosen.tolist()])
    outcomes = built.outcomes
    keys = results.keys(
        chosen[outcomes.record].tolist(),
        outcomes.alt,
        [name for name, _ in scorer.names(outcomes)],
        outcomes.minus.tolist(),
    )
    rows = [
        row for row, key in enumerate(keys) if is_large.get(key, key[:2] in alleles)
    ]
    refined = scorer.answer(_taken(built, np.array(rows, dtype=np.int64)), advance)
    return dataclasses.replace(refined, record=chosen[refined.record])


def _taken(built: queries.Built, rows: Integers) -> queries.Built:
    """Return some rows, ascending, with their queries only."""
    outcomes = built.outcomes
    query = outcomes.query[rows]
    asked = np.unique(query[query >= 0])
    number = np.full(len(built.queries), -1)
    number[asked] = np.arange(len(asked))
    return queries.Built(
        outcomes=query_outcomes.Outcomes(
            record=outcomes.record[rows],
            alt=[outcomes.alt[row] for row in rows.tolist()],
            gene=outcomes.gene[rows],
            minus=outcomes.minus[rows],
            reason=outcomes.reason[rows],
            query=np.where(query >= 0, number[query], -1) if len(number) else query,
        ),
        queries=built.queries.take(asked),
        boundary=None if built.boundary is None else built.boundary[asked],
    )
