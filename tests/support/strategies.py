"""Problems at random for `score`, and what both implementations say of them."""

import itertools
import pathlib
import tempfile
from collections.abc import Sequence

import numpy as np
from hypothesis import strategies as st

from support import models as toys
from support import outcomes, problems, reference_rules, reference_scorer
from twinsplice.base_models import contract
from twinsplice.effect import rules
from twinsplice.genome import genes
from twinsplice.io import fasta
from twinsplice.io.vcf import vcf
from twinsplice.models import dilated

CONVENTIONS = {
    rule.name: rule for rule in (rules.TWINSPLICE, rules.SPLICEAI, rules.CISPLICEAI)
}
MODEL = toys.model([toys.member(1), toys.member(2)])
UNDIVIDED = toys.undivided_model(3)
# As much context as the official programs': their bounds outside genes then matter.
DEEP = toys.model(
    [toys.member(4, dilated.DilatedConfig(blocks=16, channels=2))], "cispliceai"
)
PLAIN = {id(model): reference_rules.plain(model) for model in (MODEL, UNDIVIDED, DEEP)}
Written = tuple[int, str, list[str], str]
"""Position, REF, ALTs and contig: beartype draws lots over the parts of a `Record`,
which hypothesis does not allow inside a strategy."""


def sequence_of(seed: int, length: int) -> str:
    """Random bases with repeats, lower-case stretches and some that are unknown."""
    source = np.random.default_rng(seed)

    def bases(most: int) -> str:
        return "".join(source.choice(list("ACGT"), source.integers(1, most + 1)))

    found = ""
    while len(found) < length:
        found += bases(3) * int(source.integers(2, 7)) if source.random() < 0.3 else ""
        piece = bases(25)
        found += piece.lower() if source.random() < 0.3 else piece
        found += "N" if source.random() < 0.05 else ""
    return found[:length]


@st.composite
def annotations(draw: st.DrawFn, length: int) -> list[genes.Gene]:
    """A few genes, on both strands, overlapping, small, or at the contig's ends."""
    found = []
    for name in draw(st.lists(st.sampled_from("PQRS"), max_size=3, unique=True)):
        edges = st.integers(0, length)
        start, end = sorted(draw(st.tuples(edges, edges)))
        start, end = min(start, length - 1), max(end, start + 1)
        inside = st.lists(st.integers(start, end - 1), max_size=6)
        found.append(
            toys.gene(
                name,
                start,
                end,
                draw(st.sampled_from("+-")),
                left=draw(inside),
                right=draw(inside),
                contig=draw(st.sampled_from(["1", "chr1"])),
            )
        )
    return found


@st.composite
def records(draw: st.DrawFn, sequence: str, reach: int) -> Written:
    """A record in any form: most are sound, some must be refused."""
    position = draw(st.integers(0, len(sequence) - 1))
    # With 5,000 bases of context no REF can outgrow what the official programs read.
    most = min(2 * reach + 2, reach + MODEL.context)
    longest = draw(st.sampled_from([1, 1, 2, 3, 8, most]))
    end = min(position + draw(st.integers(1, longest)), len(sequence))
    ref = sequence[position:end]
    if draw(st.integers(0, 3)):
        ref = ref.upper()
    bases = st.text("ACGT", min_size=1, max_size=draw(st.sampled_from([1, 3, 9])))
    alt = (
        bases
        | st.text("ACGTacgt", min_size=1, max_size=3)
        # Bases before and after that change nothing.
        | bases.map(lambda new: ref[:1] + new)
        | bases.map(lambda new: ref[:1] + new + ref[1:])
        | st.just(ref[:1])
        | st.just(ref[:-1] or "G")
        | st.sampled_from(["*", "<DEL>", "N", "AN", "A[1:5[", "R"])
    )
    alts = draw(st.lists(alt, max_size=3, unique=True))
    if not draw(st.integers(0, 9)):
        ref = draw(st.sampled_from(["A", "T", "GATTACA", "AN", "R"]))
    # What equals REF has a law of its own.
    alts = [each for each in alts if each.upper() != ref.upper()]
    contig = draw(st.sampled_from(["1", "1", "chr1", "2"]))
    return position, ref, alts, contig


@st.composite
def drawn(draw: st.DrawFn, conventions: str) -> tuple[problems.Problem, list[Written]]:
    """A small genome with genes, settings and records."""
    length = draw(st.integers(30, 420))
    sequence = sequence_of(draw(st.integers(0, 2**32)), length)
    problem = problems.Problem(
        contigs={draw(st.sampled_from(["1", "chr1"])): sequence},
        genes=draw(annotations(length)),
        rules=conventions,
        reach=draw(st.integers(1, 60)),
        mask=draw(st.booleans()),
        intergenic=draw(st.booleans()),
    )
    some = st.lists(records(sequence, problem.reach), min_size=1, max_size=4)
    return problem, draw(some)


def built(written: Sequence[Written]) -> list[vcf.Record]:
    return [toys.record(at, ref, *alts, contig=c) for at, ref, alts, c in written]


def scored(
    problem: problems.Problem,
    model: contract.BaseModel,
    asked: Sequence[vcf.Record],
    split: Sequence[int] = (),
) -> list[list[outcomes.Outcome]]:
    """Score records in one go, or in several that end at `split`."""
    with tempfile.TemporaryDirectory() as folder:
        path = toys.write_fasta(pathlib.Path(folder, "x.fa"), problem.contigs)
        with fasta.Reference.open(path) as reference:
            scorer = toys.scorer(
                model,
                reference,
                problem.genes,
                CONVENTIONS[problem.rules],
                reach=problem.reach,
                mask=problem.mask,
                intergenic=problem.intergenic,
            )
            cuts = itertools.pairwise([0, *split, len(asked)])
            parts = [outcomes.score(scorer, asked[low:high]) for low, high in cuts]
    return [found for part in parts for found in part]


def second(
    problem: problems.Problem, model: contract.BaseModel
) -> reference_scorer.Naive:
    return reference_scorer.Naive(problem, PLAIN[id(model)], model.context, model.kinds)
