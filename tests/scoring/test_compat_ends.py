"""CI-SpliceAI's own rules at a contig's ends, where the program's counts go astray.

Against `reference_scorer.Naive`, which counts letters of the fetched text as that
program does, and answers known by reasoning.
"""

import dataclasses
import itertools
import pathlib
import tempfile
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support import agreement, outcomes, problems, reference_rules, reference_scorer
from support import models as toys
from twinsplice.base_models import contract
from twinsplice.effect import deltas, rules
from twinsplice.genome import genes, variants
from twinsplice.io import fasta
from twinsplice.io.vcf import vcf
from twinsplice.models import dilated

MODEL = toys.model([toys.member(1), toys.member(2)], "cispliceai")
DEEP = toys.model(
    [toys.member(4, dilated.DilatedConfig(blocks=16, channels=2))], "cispliceai"
)
MOTIFS = toys.motif_model("cispliceai")
CONTEXT = MODEL.context
NEAR_END = variants.SkipReason.NEAR_CONTIG_END
Written = tuple[int, str, str]
"""Position, REF and ALT."""


def _bases(seed: int, length: int) -> str:
    return "".join(np.random.default_rng(seed).choice(list("ACGT"), length))


def _said(
    model: contract.BaseModel,
    contigs: dict[str, str],
    annotation: Sequence[genes.Gene],
    written: Sequence[Written],
    *,
    reach: int,
    mask: bool = False,
) -> list[list[outcomes.Outcome]]:
    """Answer records on contig 1 by CI-SpliceAI's rules."""
    with tempfile.TemporaryDirectory() as folder:
        path = toys.write_fasta(pathlib.Path(folder, "x.fa"), contigs)
        with fasta.Reference.open(path) as reference:
            scorer = toys.scorer(
                model, reference, annotation, rules.CISPLICEAI, reach=reach, mask=mask
            )
            return outcomes.score(scorer, _records(written))


def _records(written: Sequence[Written]) -> list[vcf.Record]:
    return [toys.record(at, ref, alt) for at, ref, alt in written]


def _agree(
    model: contract.BaseModel,
    problem: problems.Problem,
    written: Sequence[Written],
    tolerance: float = reference_rules.TOLERANCE,
) -> list[outcomes.Outcome]:
    """Hold answers to the second implementation's; return them all."""
    found = _said(
        model,
        dict(problem.contigs),
        problem.genes,
        written,
        reach=problem.reach,
        mask=problem.mask,
    )
    predict = reference_rules.plain(model)
    naive = reference_scorer.Naive(problem, predict, model.context, model.kinds)
    for said, record in zip(found, _records(written), strict=True):
        agreement.check(said, record, naive.answer(record), tolerance)
    return [answer for said in found for answer in said]


def _problem(
    sequence: str, annotation: Sequence[genes.Gene], reach: int, *, mask: bool
) -> problems.Problem:
    return problems.Problem(
        contigs={"1": sequence},
        genes=annotation,
        rules=reference_rules.CISPLICEAI,
        reach=reach,
        mask=mask,
        intergenic=False,
    )


# The second implementation.


@st.composite
def problems_at_ends(draw: st.DrawFn) -> tuple[problems.Problem, list[Written]]:
    """Genes and alleles near both ends of a contig, whose windows pass them."""
    length = draw(st.integers(CONTEXT // 2, 3 * CONTEXT))
    reach = draw(st.sampled_from([2, 10, CONTEXT, 2 * CONTEXT]))
    sequence = _bases(draw(st.integers(0, 2**32)), length)
    annotation = []
    for name in draw(st.sampled_from(["", "P", "PQ"])):
        start = draw(st.just(0) | st.integers(0, length - 1))
        # Genes may outgrow their contig.
        end = draw(st.just(length) | st.integers(start + 1, length + 9))
        inside = st.lists(st.integers(start, end - 1), max_size=2)
        strand = draw(st.sampled_from("+-"))
        left, right = draw(inside), draw(inside)
        annotation.append(toys.gene(name, start, end, strand, left=left, right=right))
    written = []
    for _ in range(draw(st.integers(1, 4))):
        most = min(length, reach + CONTEXT)
        place = draw(st.integers(0, most - 1))
        position = draw(st.sampled_from([place, length - 1 - place]))
        width = draw(st.sampled_from([1, 2, 3, CONTEXT]))
        ref = sequence[position : position + width]
        bases = st.text("ACGT", min_size=1, max_size=7)
        alt = draw(bases | st.just(ref[0]) | bases.map(lambda new: ref[0] + new))  # noqa: B023
        written.append((position, ref, alt))
    return _problem(sequence, annotation, reach, mask=draw(st.booleans())), written


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(case=problems_at_ends())
def test_scores_and_refusals_are_those_of_a_program_that_counts_letters(
    case: tuple[problems.Problem, list[Written]],
) -> None:
    _agree(MODEL, *case)


@pytest.mark.slow
@pytest.mark.parametrize("reach", [50, 1_000])
def test_a_contig_of_12000_bases_is_scored_as_the_program_does(reach: int) -> None:
    length = 12_000
    sequence = _bases(7, length)
    annotation = [
        toys.gene("LEFT", 30, 6_500, left=[140, 3_000], right=[900, 4_200]),
        toys.gene("BACK", 0, 11_990, "-", left=[95, 6_000], right=[2_000, 6_900]),
        toys.gene("RIGHT", 6_600, 12_000, left=[6_650, 6_700], right=[6_660, 6_800]),
    ]
    written: list[Written] = []
    for at in (0, 3, 100, 2_000, 5_049, 6_640, 6_950, 6_997, 7_000, 7_200, 11_995):
        base = sequence[at]
        written += [
            (at, base, "C" if base != "C" else "G"),
            (at, base, base + "GTAAGT"),
            (at, sequence[at : at + 5], base),
            (at, sequence[at : at + 3], "CAGGT"),
        ]
    problem = _problem(sequence, annotation, reach, mask=True)
    # A deep network of random weights makes more of rounding.
    said = _agree(DEEP, problem, written, tolerance=1e-4)
    kinds = [type(answer) for answer in said]
    assert kinds.count(outcomes.Scored) > len(said) // 2
    assert kinds.count(outcomes.Skipped) > 5


# Known answers.


@dataclasses.dataclass(frozen=True)
class _Asked:
    """What is asked of one allele in one gene."""

    window: tuple[int, int]
    alt_width: int
    seen: tuple[int | None, int | None]
    sites: dict[deltas.Site, list[int]]


def _asked(
    sequence: str, gene: genes.Gene, written: Sequence[Written], reach: int
) -> list[_Asked]:
    """What is asked of alleles in a gene, with a mask."""
    with tempfile.TemporaryDirectory() as folder:
        path = toys.write_fasta(pathlib.Path(folder, "x.fa"), {"1": sequence})
        with fasta.Reference.open(path) as reference:
            scorer = toys.scorer(
                MODEL, reference, [gene], rules.CISPLICEAI, reach=reach, mask=True
            )
            asked = scorer.builder.build(_records(written)).queries
    assert len(asked) == len(written)
    found = []
    for row in range(len(asked)):
        start, view = int(asked.windows.start[row]), asked.views[asked.view[row]]
        own = asked.sites.query == row
        sites = {
            site: (
                start + asked.sites.column[own & (asked.sites.site == site)]
            ).tolist()
            for site in deltas.Site
        }
        window = start, int(asked.windows.end[row])
        width = int(asked.windows.alt_width[row])
        found.append(_Asked(window, width, (view.start, view.end), sites))
    return found


def test_at_the_start_a_gene_lies_left_by_the_padding() -> None:
    sequence = _bases(1, 4 * CONTEXT)
    padding, far = 4, 2 * CONTEXT
    at = 10 + CONTEXT - padding
    window = (at - 10, at + 12)
    # The second donor lies beyond the window, the first acceptor leaves it.
    donors, acceptors = [at, window[1], far], [window[0] + 3, window[0] + 9]
    gene = toys.gene("G", 8, 3 * CONTEXT, left=donors, right=acceptors)
    written = [(each, sequence[each], "N") for each in (at, far)]
    asked, away = _asked(sequence, gene, written, reach=10)
    assert asked.window == window
    # Its last base counts for nothing; its end is in the right place.
    assert asked.seen == (8 - padding, 3 * CONTEXT - 1)
    # A site beyond the window is none, wherever it would be moved to.
    assert asked.sites == {
        deltas.Site.DONOR: [at - padding],
        deltas.Site.ACCEPTOR: [window[0] + 9 - padding],
    }
    # What lies in the same batch but away from the start is not moved.
    assert away.window == (far - 10, far + 12)
    assert away.sites == {deltas.Site.DONOR: [far], deltas.Site.ACCEPTOR: []}


def test_at_the_end_the_window_is_cut_and_less_is_seen() -> None:
    length = 4 * CONTEXT
    sequence = _bases(1, length)
    at = length - CONTEXT - 4
    gene = toys.gene("G", CONTEXT, length, left=[at], right=[at + 1])
    (asked,) = _asked(sequence, gene, [(at, sequence[at], "N")], reach=10)
    # Twelve bases from POS on were wanted, and four have all their context.
    assert asked.window == (at - 10, length - CONTEXT)
    assert asked.alt_width == asked.window[1] - asked.window[0]
    assert asked.seen == (CONTEXT, length - 1 - 8)
    assert asked.sites[deltas.Site.DONOR] == [at]


@pytest.mark.parametrize(("moved", "masked"), [(True, True), (False, False)])
def test_at_the_start_a_site_masks_another_base(*, moved: bool, masked: bool) -> None:
    # The new GT makes base 60 a donor.
    sequence = "C" * 8 * CONTEXT
    written, donor, reach = (50, "C" * 13, "C" * 11 + "GT"), 60, 20
    padding = reach + MOTIFS.context - 50
    assert padding > 0
    site = donor + padding if moved else donor
    gene = toys.gene("G", 0, len(sequence), left=[site], right=[len(sequence) - 1])
    ((said,),) = _said(
        MOTIFS, {"1": sequence}, [gene], [written], reach=reach, mask=True
    )
    assert isinstance(said, outcomes.Scored)
    gain = said.changes[2]
    assert gain.size == pytest.approx(0 if masked else toys.MOTIF_PROBABILITY, abs=1e-4)
    assert masked or said.position(gain) == donor


LENGTH = 4 * CONTEXT
OUTPUTS = LENGTH - CONTEXT
"""The base after the last that has all its context."""


@pytest.mark.parametrize(
    ("at", "ref", "alt", "scored"),
    [
        (9, 1, "C", True),
        (10, 1, "C", False),
        (-2, 1, "GC", True),
        (-1, 1, "GC", False),
        # Of a deletion, the alternate must have an output or just none.
        (6, 5, "G", True),
        (7, 5, "G", False),
        # Of alleles as long as each other nothing more is asked.
        (9, 5, "CCCCC", True),
    ],
)
def test_where_the_program_stops_there_is_no_score(
    at: int, ref: int, alt: str, *, scored: bool
) -> None:
    written = (OUTPUTS + at, "G" * ref, alt)
    (strands,) = _said(MODEL, {"1": "G" * LENGTH}, [], [written], reach=10)
    assert len(strands) == 2
    for said in strands:
        if scored:
            assert isinstance(said, outcomes.Scored)
            # What lies behind the last output has no size.
            assert all(said.position(each) < OUTPUTS for each in said.changes)
        else:
            assert isinstance(said, outcomes.Skipped)
            assert said.reason is NEAR_END


@pytest.mark.parametrize(
    ("site", "scored"), [(-6, True), (-1, True), (0, False), (11, False), (12, True)]
)
def test_a_site_where_no_output_is_left_stops_the_program(
    site: int, *, scored: bool
) -> None:
    gene = toys.gene("G", 0, LENGTH, left=[2], right=[OUTPUTS + site])
    beside = toys.gene("H", 0, LENGTH, left=[2], right=[3])
    # The window was to end at base 12 from there.
    written = (OUTPUTS, "G", "C")
    ((said, other),) = _said(
        MODEL, {"1": "G" * LENGTH}, [gene, beside], [written], reach=10
    )
    assert isinstance(other, outcomes.Scored)
    assert isinstance(said, outcomes.Scored) == scored
    assert isinstance(said, outcomes.Scored) or said.reason is NEAR_END


@pytest.mark.parametrize(("start", "scored"), [(-2, True), (-1, False)])
def test_a_gene_shorter_than_what_is_cut_stops_the_program(
    start: int, *, scored: bool
) -> None:
    # Twelve bases are cut, and one is never seen: what is seen ends before -2.
    gene = toys.gene("G", OUTPUTS + start, OUTPUTS + 11)
    written = (OUTPUTS, "G", "C")
    ((said,),) = _said(MODEL, {"1": "G" * LENGTH}, [gene], [written], reach=10)
    assert isinstance(said, outcomes.Scored) == scored


def test_slices_do_not_say_where_a_contig_ends() -> None:
    sequence = _bases(3, 4 * CONTEXT)
    middle, late = 2 * CONTEXT, 3 * CONTEXT - 5
    written = [(at, sequence[at], "N") for at in (10, middle, late)]
    whole = _said(MODEL, {"1": sequence}, [], written, reach=20)
    name = f"1:1-{len(sequence)}"
    sliced = _said(MODEL, {name: sequence}, [], written, reach=20)
    both_strands = (itertools.chain.from_iterable(x[:2]) for x in (sliced, whole))
    for found, expected in zip(*both_strands, strict=True):
        assert isinstance(found, outcomes.Scored)
        assert isinstance(expected, outcomes.Scored)
        assert (found.start, found.origin) == (expected.start, expected.origin)
        for change, other in zip(found.changes, expected.changes, strict=True):
            # The batch is another, for one of them has no score.
            assert change.column == other.column or other.size < 1e-5
            assert change.size == pytest.approx(other.size, abs=1e-5)
    assert all(isinstance(said, outcomes.Scored) for said in whole[2])
    assert all(isinstance(said, outcomes.Skipped) for said in sliced[2])
