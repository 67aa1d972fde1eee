"""Several models that score the same records, over one genome."""

import collections
import dataclasses
import math
from collections.abc import Sequence

from twinsplice import progress
from twinsplice.effect import results
from twinsplice.genome import genes
from twinsplice.io.vcf import vcf
from twinsplice.scoring import build_checks, pipeline, refining


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class ModelSet:
    """Models that score in turn, chunk by chunk.

    Attributes:
        scorers: At least one scorer, each with its own model and context.
        refinement: Where given, the last model refines the first's scores; else it
            scores everything, as the others do.
        build: What is to be said of the annotation's build.
        memory_gb: Memory that a run may take (GB).
    """

    scorers: tuple[pipeline.Scorer, ...]
    refinement: refining.Refinement | None = None
    build: build_checks.BuildCheck = dataclasses.field(
        default_factory=build_checks.BuildCheck
    )
    memory_gb: float = math.inf

    @property
    def keys(self) -> tuple[str, ...]:
        """The INFO key of each model; of equal ones later ones are numbered from 2."""
        seen: collections.Counter[str] = collections.Counter()
        keys = []
        for scorer in self.scorers:
            key = scorer.predictor.info
            seen[key] += 1
            keys.append(f"{key}_{seen[key]}" if seen[key] > 1 else key)
        return tuple(keys)

    def searching(self, reach: int, *, mask: bool) -> "ModelSet":
        """Return the same models with other windows; see `pipeline.Scorer`."""
        scorers = tuple(each.searching(reach, mask=mask) for each in self.scorers)
        return dataclasses.replace(self, scorers=scorers)

    def among(self, index: genes.GeneIndex) -> "ModelSet":
        """Return the same models among other genes, of which no reference is told."""
        scorers = tuple(
            dataclasses.replace(each, builder=each.builder.among(index), anchoring=None)
            for each in self.scorers
        )
        return dataclasses.replace(self, scorers=scorers)

    def alone(self, number: int) -> "ModelSet":
        """Return one of the models, as if it were the only one."""
        return dataclasses.replace(
            self, scorers=(self.scorers[number],), refinement=None
        )

    @property
    def flops_of_allele(self) -> int:
        """Operations that an allele costs at least, of models that score all (FLOP)."""
        everyone = len(self.scorers) - (self.refinement is not None)
        return sum(
            network.flops_of_cone(scorer.builder.reach)
            for scorer in self.scorers[:everyone]
            for network in scorer.predictor.ensemble.networks
        )

    def score(
        self,
        records: Sequence[vcf.Record],
        advance: progress.Advance = progress.silent,
    ) -> list[results.Results]:
        """Return each model's results of records; see `pipeline.Scorer.score`.

        Args:
            records: The records; neighbouring ones share work.
            advance: Called with the queries done since the last call and the fraction
                of the work done, in which models count alike.
        """
        count = len(self.scorers)
        found: list[results.Results] = []
        for number, scorer in enumerate(self.scorers):
            step = advance if count == 1 else _part(advance, number, count)
            if self.refinement is not None and number == count - 1:
                refined = refining.refine(
                    scorer, records, found[0], self.refinement, step
                )
                found.append(refined)
            else:
                found.append(scorer.score(records, step))
        return found


def _part(advance: progress.Advance, number: int, count: int) -> progress.Advance:
    """Return the progress of one of several equal parts of the work."""

    def step(units: int, fraction: float | None) -> None:
        advance(units, None if fraction is None else (number + fraction) / count)

    return step
