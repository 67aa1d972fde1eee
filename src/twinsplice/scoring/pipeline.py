"""From records to results: queries, predictions, and the sizes that rules report."""

import dataclasses
from collections.abc import Sequence

from twinsplice import progress
from twinsplice.base_models import contract
from twinsplice.effect import results, rules
from twinsplice.io.vcf import vcf
from twinsplice.scoring import queries, query_outcomes
from twinsplice.scoring.anchoring import anchors


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Scorer:
    """A model, a genome and its genes, ready to score.

    Attributes:
        predictor: The model.
        builder: Builds the queries; it has the rules and the genome.
        anchoring: What the model is told of references, if it can be told any.
    """

    predictor: contract.Predictor
    builder: queries.QueryBuilder
    anchoring: anchors.Anchoring | None = None

    def searching(self, reach: int, *, mask: bool) -> "Scorer":
        """Return a scorer of other windows, with the same model and genome.

        Args:
            reach: Bases searched each side (bp).
            mask: Disregard gains of annotated sites and losses of others.
        """
        anchoring = self.anchoring
        if anchoring is not None:
            networks = self.predictor.ensemble.networks
            cone = sum(network.flops_of_cone(reach) for network in networks)
            anchoring = anchoring.searching(cone)
        builder = self.builder.searching(reach, mask=mask)
        return dataclasses.replace(self, builder=builder, anchoring=anchoring)

    def score(
        self,
        records: Sequence[vcf.Record],
        advance: progress.Advance = progress.silent,
    ) -> results.Results:
        """Return the results of records, a row for each allele and gene.

        Args:
            records: The records; neighbouring ones share work.
            advance: Called with the queries done since the last call and the fraction
                of the work done.
        """
        return self.answer(self.builder.build(records), advance)

    def answer(
        self,
        built: queries.Built,
        advance: progress.Advance = progress.silent,
        *,
        profiles: bool = False,
    ) -> results.Results:
        """Return the results of records whose queries are built; see `score`.

        Args:
            built: The queries.
            advance: As for `score`.
            profiles: Also give whole profiles; all windows must be equally wide.
        """
        query_batch, reference = built.queries, None
        if self.anchoring is not None:
            query_batch, reference = self.anchoring.told(built)
        predictions = self.predictor.predict(query_batch, advance, profiles=profiles)
        predictions = self.builder.conventions.finish(predictions, built.boundary)
        outcomes, window = built.outcomes, built.queries.windows
        names = self.names(outcomes)
        return results.Results(
            record=outcomes.record,
            alt=outcomes.alt,
            gene=[name for name, _ in names],
            gene_id=[identifier for _, identifier in names],
            minus=outcomes.minus,
            reason=[
                None if number == rules.SCORED else rules.REASONS[number]
                for number in outcomes.reason.tolist()
            ],
            scored=outcomes.query,
            origin=window.origin,
            start=window.start,
            predictions=predictions,
            reference=reference,
        )

    def names(self, outcomes: query_outcomes.Outcomes) -> list[tuple[str, str]]:
        """Return the name and the identifier of each row's gene; see `Results.gene`."""
        pairs = zip(outcomes.gene.tolist(), outcomes.minus.tolist(), strict=True)
        return [self._names(*pair) for pair in pairs]

    def _names(self, gene: int, minus: bool) -> tuple[str, str]:  # noqa: FBT001
        """Return a gene's name and identifier."""
        if gene == query_outcomes.ALLELE:
            return "", ""
        if gene == query_outcomes.STRAND:
            sign = "-" if minus else "+"
            return sign, sign
        named_gene = self.builder.index.genes[gene]
        return named_gene.name, named_gene.gene_id
