"""From records to answers: questions asked, networks run, changes summarised."""

import dataclasses
import itertools
from collections.abc import Callable, Sequence

from twinsplice.base_models import contract
from twinsplice.effect import results, rules
from twinsplice.engine import planning, profiling
from twinsplice.io.vcf import vcf
from twinsplice.scoring import queries


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Scorer:
    """A model, a genome and its genes, ready to answer.

    Attributes:
        model: What is predicted with.
        asker: What is asked of each record.
        ensemble: The model's networks on their device.
        mask: Disregard gains of annotated sites and losses of others.
    """

    model: contract.Predictor
    asker: queries.Asker
    ensemble: profiling.Ensemble
    mask: bool

    def answer(
        self,
        records: Sequence[vcf.Record],
        advance: Callable[[float], None] = lambda share: None,
    ) -> list[list[results.Answer]]:
        """Return the answers for each record, one for each allele and gene.

        Args:
            records: Any number; those near each other share work.
            advance: Called now and then with the share of the work done, 0 to 1.
        """
        asked = [list(self.asker.ask(record)) for record in records]
        questions = [
            each
            for each in itertools.chain.from_iterable(asked)
            if isinstance(each, queries.Question)
        ]
        scored = iter(self._score(questions, advance))
        return [
            [
                next(scored) if isinstance(each, queries.Question) else each
                for each in of_record
            ]
            for of_record in asked
        ]

    def _score(
        self,
        questions: Sequence[queries.Question],
        advance: Callable[[float], None],
    ) -> list[results.Scored]:
        firsts, sorts = queries.distinct(questions)
        done = 0.0

        def step(queries: float) -> None:
            nonlocal done
            done += queries
            advance(min(done / len(firsts), 1.0))

        asked = [questions[i] for i in firsts]
        compared = self._compare(asked, step)
        of_each = [compared[sort] for sort in sorts]
        changes = [
            self._summarise(question, comparison)
            for question, comparison in zip(questions, of_each, strict=True)
        ]
        finished = self.model.finish(changes, of_each)
        return [
            self._scored(question, *found)
            for question, found in zip(questions, finished, strict=True)
        ]

    def _compare(
        self,
        questions: Sequence[queries.Question],
        step: Callable[[float], None],
    ) -> list[contract.Comparison]:
        """Run the networks, as many questions at once as their encodings allow."""
        areas: dict[queries.Seen, int] = {}
        edits = [
            planning.query(each.window, areas.setdefault(each.seen, len(areas)))
            for each in questions
        ]
        fetchers = [
            planning.Area(seen.strand, seen.fetcher(self.asker.reference))
            for seen in areas
        ]
        compared: list[contract.Comparison] = []
        size = self._most(edits)
        for first in range(0, len(edits), size):
            part = slice(first, first + size)
            found = profiling.run(self.ensemble, fetchers, edits[part], step)
            places = [
                contract.Place(window=each.window, strand=each.seen.strand)
                for each in questions[part]
            ]
            compared += self.model.compare(found, places, self.asker.conventions.align)
        return compared

    def _most(self, queries: Sequence[planning.Query]) -> int:
        """How many queries' profiles fit into a quarter of the memory."""
        widest = max((each.width + each.alt_width for each in queries), default=1)
        of_one = 4 * self.ensemble.tracks * widest
        return max(self.ensemble.memory // (4 * of_one), 1)

    def _summarise(
        self, question: queries.Question, comparison: contract.Comparison
    ) -> contract.Changes:
        case = rules.Case(
            ref=comparison.ref,
            alt=comparison.alt,
            kinds=self.model.kinds,
            window=question.window,
            gene=question.gene,
            mask=self.mask,
        )
        return self.asker.conventions.summarise(case)

    def _scored(
        self,
        question: queries.Question,
        changes: contract.Changes,
        intervals: results.Intervals | None,
    ) -> results.Scored:
        gene = question.gene
        strand = question.seen.strand
        return results.Scored(
            alt=question.alt,
            gene=gene.name if gene else strand.value,
            gene_id=gene.gene_id if gene else strand.value,
            strand=strand,
            window=question.window,
            kinds=self.model.kinds,
            changes=changes,
            intervals=intervals,
        )
