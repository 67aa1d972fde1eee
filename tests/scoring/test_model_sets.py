"""`model_sets` and `refining`: every model answers as it does alone."""

import contextlib
import dataclasses
import itertools
import pathlib
import tempfile
from collections.abc import Iterator, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support import models as toys
from support import (
    outcomes,
    problems,
    reference_rules,
    strategies,
)
from twinsplice.base_models import contract
from twinsplice.effect import results
from twinsplice.io import fasta
from twinsplice.io.vcf import vcf
from twinsplice.models import dilated
from twinsplice.scoring import model_sets, refining

OURS, SPLICEAI, CISPLICEAI = (
    reference_rules.TWINSPLICE,
    reference_rules.SPLICEAI,
    reference_rules.CISPLICEAI,
)
# Other contexts: near a contig's end one may be refused and the other not.
FAR = toys.model(
    [toys.member(9, dilated.DilatedConfig(blocks=8, channels=4))], "cispliceai"
)
PAIRS = {
    "ours": ((strategies.MODEL, OURS), (FAR, OURS)),
    "other kinds": ((FAR, OURS), (strategies.UNDIVIDED, OURS)),
    # Two official programs do not even know the same alleles and genes.
    "compat": ((strategies.MODEL, SPLICEAI), (FAR, CISPLICEAI)),
    "compat, turned round": ((FAR, CISPLICEAI), (strategies.MODEL, SPLICEAI)),
}
Members = Sequence[tuple[contract.BaseModel, str]]
Case = tuple[problems.Problem, list[strategies.Written]]


@contextlib.contextmanager
def _opened(
    problem: problems.Problem,
    members: Members,
    threshold: float | None = None,
) -> Iterator[model_sets.ModelSet]:
    with tempfile.TemporaryDirectory() as folder:
        path = toys.write_fasta(pathlib.Path(folder, "x.fa"), problem.contigs)
        with fasta.Reference.open(path) as reference:
            scorers = tuple(
                toys.scorer(
                    model,
                    reference,
                    problem.genes,
                    strategies.CONVENTIONS[rules],
                    reach=problem.reach,
                    mask=problem.mask,
                    intergenic=problem.intergenic,
                )
                for model, rules in members
            )
            refinement = (
                None
                if threshold is None
                else refining.Refinement(threshold=threshold, anchored=threshold)
            )
            yield model_sets.ModelSet(scorers=scorers, refinement=refinement)


def _same(one: outcomes.Outcome, other: outcomes.Outcome) -> None:
    """Hold one outcome to another, sizes to 1e-5."""
    if isinstance(one, outcomes.Skipped) or isinstance(other, outcomes.Skipped):
        assert one == other
        return
    bare = [
        dataclasses.replace(each, changes=(), exon_loss=None) for each in (one, other)
    ]
    assert bare[0] == bare[1]
    losses = [
        np.nan if each.exon_loss is None else each.exon_loss for each in (one, other)
    ]
    assert losses[0] == pytest.approx(losses[1], abs=1e-5, nan_ok=True)
    sizes = [[change.size for change in each.changes] for each in (one, other)]
    assert sizes[0] == pytest.approx(sizes[1], abs=1e-5)


def _size(outcome: outcomes.Outcome) -> float:
    """The largest size of an outcome; nothing of a refusal."""
    if isinstance(outcome, outcomes.Skipped):
        return -np.inf
    return max(change.size for change in outcome.changes)


@pytest.mark.parametrize("name", list(PAIRS))
@settings(max_examples=25)
@given(data=st.data())
def test_each_model_answers_as_alone(name: str, data: st.DataObject) -> None:
    problem, written = data.draw(strategies.drawn(OURS))
    records = strategies.built(written)
    with _opened(problem, PAIRS[name]) as models:
        together = models.score(records)
        alone = [scorer.score(records) for scorer in models.scorers]
    for one, other in zip(together, alone, strict=True):
        for of_record, expected in zip(
            outcomes.unpack(one, len(records)),
            outcomes.unpack(other, len(records)),
            strict=True,
        ):
            for mine, theirs in zip(of_record, expected, strict=True):
                _same(mine, theirs)


@pytest.mark.parametrize("name", list(PAIRS))
@settings(max_examples=30)
@given(data=st.data(), threshold=st.sampled_from([0.0, 0.02, 0.2, 0.6, 1.0]))
def test_refined_are_the_rows_that_the_first_finds_large(
    name: str, data: st.DataObject, threshold: float
) -> None:
    problem, written = data.draw(strategies.drawn(OURS))
    records = strategies.built(written)
    with _opened(problem, PAIRS[name], threshold) as models:
        found = models.score(records)
        alone = models.scorers[1].score(records)
    first, refined, every = (
        outcomes.unpack(each, len(records)) for each in (*found, alone)
    )
    for before, after, expected in zip(first, refined, every, strict=True):
        kept = list(_refined(before, expected, threshold))
        assert len(after) == len(kept)
        for mine, theirs in zip(after, kept, strict=True):
            _same(mine, theirs)


def _refined(
    first: list[outcomes.Outcome], second: list[outcomes.Outcome], threshold: float
) -> Iterator[outcomes.Outcome]:
    """Yield the second model's outcomes of one record that must be there."""
    of_first = {(each.alt, each.gene): _size(each) for each in first}
    for each in second:
        of_allele = [size for (alt, _), size in of_first.items() if alt == each.alt]
        size = of_first.get((each.alt, each.gene), max(of_allele))
        if size >= threshold:
            yield each


def test_an_allele_costs_what_models_that_score_all_take(
    reference: fasta.Reference,
) -> None:
    """What refines is asked of few, and does not count."""
    scorers = tuple(
        toys.scorer(toys.model([toys.member(1)] * count, name), reference, [])
        for count, name in ((1, "spliceai"), (3, "cispliceai"))
    )
    (network,) = scorers[0].predictor.ensemble.networks
    cost = network.flops_of_cone(scorers[0].builder.reach)
    both = model_sets.ModelSet(scorers=scorers)
    assert both.flops_of_allele == 4 * cost > 0
    refinement = refining.Refinement(threshold=0.1, anchored=0.1)
    refined = model_sets.ModelSet(scorers=scorers, refinement=refinement)
    assert refined.flops_of_allele == cost


@settings(max_examples=25)
@given(data=st.data(), threshold=st.sampled_from([0.1, 0.3]))
def test_borders_of_chunks_do_not_change_what_is_refined(
    data: st.DataObject, threshold: float
) -> None:
    problem, written = data.draw(strategies.drawn(OURS))
    records = strategies.built(written)
    cuts = sorted(data.draw(st.sets(st.integers(0, len(records)), max_size=3)))
    with _opened(problem, PAIRS["ours"], threshold) as models:
        whole = outcomes.unpack(models.score(records)[1], len(records))
        parts = [
            outcomes.unpack(models.score(records[low:high])[1], high - low)
            for low, high in itertools.pairwise([0, *cuts, len(records)])
        ]
    for mine, theirs in zip(whole, itertools.chain(*parts), strict=True):
        assert len(mine) == len(theirs)
        for one, other in zip(mine, theirs, strict=True):
            _same(one, other)


PROBLEM = problems.Problem(
    contigs={"1": strategies.sequence_of(3, 900).upper().replace("N", "A")},
    genes=[toys.gene("P", 100, 800), toys.gene("M", 300, 500, "-")],
    rules=OURS,
    reach=20,
    mask=False,
    intergenic=False,
)


def _records() -> list[vcf.Record]:
    (sequence,) = PROBLEM.contigs.values()
    return [
        toys.record(at, sequence[at], *("CGTA"["ACGT".index(sequence[at])], "<DEL>"))
        for at in range(250, 550, 4)
    ]


@pytest.mark.parametrize(("threshold", "share"), [(0.0, 1.0), (1.0, 0.0), (0.3, None)])
def test_all_or_nothing_is_refined_at_the_ends(
    threshold: float, share: float | None
) -> None:
    with _opened(PROBLEM, PAIRS["ours"], threshold) as models:
        first, refined = models.score(_records())
    scored = len(first.predictions)
    assert scored > len(_records())
    fraction = len(refined.predictions) / scored
    assert fraction == share if share is not None else 0 < fraction < 1
    # What the first has no score for is not refined, and so has no reason.
    assert len(refined) == len(refined.predictions)


def test_only_what_is_refined_is_asked() -> None:
    """Other rows cost the second model nothing."""
    asked: list[int] = []

    @dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
    class Counting(contract.EnsemblePredictor):
        def predict(self, query_batch, *args, **kwargs):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN002, ANN003, ANN202
            asked.append(len(query_batch))
            return super().predict(query_batch, *args, **kwargs)

    with _opened(PROBLEM, PAIRS["ours"], 0.3) as models:
        first, second = models.scorers
        plain = second.predictor
        counting = Counting(**{f.name: getattr(plain, f.name) for f in _fields(plain)})
        counted = dataclasses.replace(
            models,
            scorers=(first, dataclasses.replace(second, predictor=counting)),
        )
        found, refined = counted.score(_records())
    assert asked == [len(refined.predictions)] == [int((found.largest >= 0.3).sum())]


def _fields(predictor: contract.Predictor) -> tuple[dataclasses.Field[object], ...]:
    return dataclasses.fields(predictor)


def test_progress_is_that_of_all_models() -> None:
    seen: list[float] = []
    with _opened(PROBLEM, PAIRS["ours"], 0.1) as models:
        models.score(_records(), lambda _, share: seen.append(share or 0.0))
    assert seen == sorted(seen)
    assert seen[-1] == pytest.approx(1.0)
    assert any(share < 0.5 for share in seen)


def test_equal_keys_are_numbered_in_the_order_of_models() -> None:
    members = [(strategies.MODEL, OURS), (FAR, OURS), (strategies.MODEL, OURS)]
    with _opened(PROBLEM, members) as models:
        assert models.keys == ("SpliceAI", "CISpliceAI", "SpliceAI_2")


def test_rows_of_several_models_are_joined_by_allele_and_gene() -> None:
    with _opened(PROBLEM, PAIRS["compat"]) as models:
        chunks = models.score(_records())
    rows = results.joined(chunks)
    assert len({len(each) for each in rows}) == 1
    for chunk, own in zip(chunks, rows, strict=True):
        # Each row once, in its order.
        assert own[own >= 0].tolist() == list(range(len(chunk)))
    for row in zip(*rows, strict=True):
        keys = {chunk.keys[i] for chunk, i in zip(chunks, row, strict=True) if i >= 0}
        assert len(keys) == 1
