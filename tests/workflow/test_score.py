"""`score`: the whole pipeline, against a second one; its laws; its files.

The second implementation (`oracles.Naive`) builds both sequences of every allele and
gene as strings and runs plain networks over each.
"""

import dataclasses
import gzip
import itertools
import pathlib
import tempfile
from collections.abc import Callable, Sequence

import numpy as np
import polars as pl
import pysam
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import agreement
import oracles
import toys
from twinsplice import cli, errors
from twinsplice.base_models import contract, loading
from twinsplice.effect import answers, deltas, rules
from twinsplice.genome import genes, variants
from twinsplice.io import fasta, vcf
from twinsplice.models import dilated
from twinsplice.workflow import score, score_config

CONVENTIONS = {
    rule.name: rule for rule in (rules.TWINSPLICE, rules.SPLICEAI, rules.CISPLICEAI)
}
MODEL = toys.model([toys.member(1), toys.member(2)])
UNDIVIDED = toys.undivided_model(3)
# As much context as the official programs': their bounds outside genes then matter.
DEEP = toys.model(
    [toys.member(4, dilated.DilatedConfig(blocks=16, channels=2))], "cispliceai"
)
PLAIN = {id(model): oracles.plain(model) for model in (MODEL, UNDIVIDED, DEEP)}
slow = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
Written = tuple[int, str, list[str], str]
"""Position, REF, ALTs and contig: beartype draws lots over the parts of a `Record`,
which hypothesis does not allow inside a strategy."""


# Problems.


def _sequence(seed: int, length: int) -> str:
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
def problems(
    draw: st.DrawFn, conventions: str
) -> tuple[oracles.Problem, list[Written]]:
    """A small genome with genes, settings and records."""
    length = draw(st.integers(30, 420))
    sequence = _sequence(draw(st.integers(0, 2**32)), length)
    problem = oracles.Problem(
        contigs={draw(st.sampled_from(["1", "chr1"])): sequence},
        genes=draw(annotations(length)),
        rules=conventions,
        reach=draw(st.integers(1, 60)),
        mask=draw(st.booleans()),
        intergenic=draw(st.booleans()),
    )
    some = st.lists(records(sequence, problem.reach), min_size=1, max_size=4)
    return problem, draw(some)


def _built(written: Sequence[Written]) -> list[vcf.Record]:
    return [toys.record(at, ref, *alts, contig=c) for at, ref, alts, c in written]


def _answers(
    problem: oracles.Problem,
    model: contract.BaseModel,
    asked: Sequence[vcf.Record],
    split: Sequence[int] = (),
) -> list[list[answers.Answer]]:
    """Answer records in one go, or in several that end at `split`."""
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
            parts = [scorer.answer(asked[low:high]) for low, high in cuts]
    return [found for part in parts for found in part]


def _naive(problem: oracles.Problem, model: contract.BaseModel) -> oracles.Naive:
    return oracles.Naive(problem, PLAIN[id(model)], model.context, model.kinds)


# The second implementation.


@pytest.mark.parametrize("name", list(CONVENTIONS))
@slow
@given(data=st.data())
def test_scores_and_reasons_are_those_of_a_naive_scorer(
    name: str, data: st.DataObject
) -> None:
    problem, written = data.draw(problems(name))
    asked = _built(written)
    found = _answers(problem, MODEL, asked)
    naive = _naive(problem, MODEL)
    for record, said in zip(asked, found, strict=True):
        agreement.check(said, record, naive.answer(record))


@settings(slow, max_examples=15)
@given(case=problems(oracles.TWINSPLICE))
def test_undivided_tracks_are_those_of_a_naive_scorer(
    case: tuple[oracles.Problem, list[Written]],
) -> None:
    problem, asked = case[0], _built(case[1])
    found = _answers(problem, UNDIVIDED, asked)
    naive = _naive(problem, UNDIVIDED)
    for record, said in zip(asked, found, strict=True):
        agreement.check(said, record, naive.answer(record))


@pytest.mark.parametrize("name", list(CONVENTIONS))
def test_a_context_of_5000_is_bounded_as_the_rules_say(name: str) -> None:
    sequence = _sequence(11, 11_000).upper().replace("N", "A")
    alts = "C" if sequence[5_400] != "C" else "G"
    problem = oracles.Problem(
        contigs={"1": sequence},
        genes=[toys.gene("FAR", 200, 800), toys.gene("P", 5_500, 9_000, "-")],
        rules=name,
        reach=30,
        mask=False,
        intergenic=True,
    )
    asked = [
        toys.record(5_400, sequence[5_400], alts),
        toys.record(5_401, sequence[5_401:5_405], "A"),
        toys.record(5_402, sequence[5_402], sequence[5_402] + "GTAAGT"),
        toys.record(5_600, sequence[5_600:5_603], sequence[5_600]),
        toys.record(300, sequence[300], sequence[300] + "T"),
    ]
    found = _answers(problem, DEEP, asked)
    naive = _naive(problem, DEEP)
    for record, said in zip(asked, found, strict=True):
        agreement.check(said, record, naive.answer(record))


# Laws.


@pytest.mark.parametrize("name", list(CONVENTIONS))
@settings(slow, max_examples=15)
@given(data=st.data())
def test_an_allele_equal_to_ref_changes_nothing(name: str, data: st.DataObject) -> None:
    problem, _ = data.draw(problems(name))
    sequence = next(iter(problem.contigs.values()))
    position = data.draw(st.integers(0, len(sequence) - 1))
    width = data.draw(st.integers(1, min(3, len(sequence) - position)))
    ref = sequence[position : position + width].upper()
    if name == oracles.CISPLICEAI and _may_hide(problem, position, position + width):
        return
    for said in _answers(problem, MODEL, [toys.record(position, ref, ref)])[0]:
        if isinstance(said, answers.Scored):
            assert [abs(change.size) for change in said.changes] == pytest.approx(
                [0.0] * 4, abs=1e-6
            )


def _may_hide(problem: oracles.Problem, start: int, end: int) -> bool:
    """Whether CI-SpliceAI can take bases of REF for N, though it sees all of ALT."""
    (sequence,) = problem.contigs.values()
    read = end + (end - start) % 2 + problem.reach + MODEL.context
    cut = any(start < gene.span.end - 1 < end for gene in problem.genes)
    return cut or read > len(sequence)


@settings(slow, max_examples=25)
@given(data=st.data(), name=st.sampled_from([oracles.TWINSPLICE, oracles.SPLICEAI]))
def test_a_gene_mirrored_to_the_other_strand_gives_mirrored_changes(
    data: st.DataObject, name: str
) -> None:
    problem, _ = data.draw(problems(name))
    ((contig, sequence),) = problem.contigs.items()
    sequence = sequence.upper()
    # Ties, and the mask of the nearest boundary, are not symmetric.
    problem = dataclasses.replace(
        problem, mask=problem.mask and name == oracles.TWINSPLICE
    )
    there = dataclasses.replace(problem, contigs={contig: sequence})
    back = dataclasses.replace(
        problem,
        contigs={contig: oracles.reverse_complement(sequence)},
        genes=[_mirrored(gene, len(sequence)) for gene in problem.genes],
    )
    position = data.draw(st.integers(0, len(sequence) - 1))
    alt = data.draw(st.sampled_from("ACGT"))
    one = toys.record(position, sequence[position], alt)
    two = toys.record(
        len(sequence) - 1 - position,
        oracles.reverse_complement(sequence[position]),
        oracles.reverse_complement(alt),
    )
    mirrored = _answers(back, MODEL, [two])[0]
    expected = _naive(there, MODEL).answer(one)[0]
    if isinstance(expected, oracles.Refusal):
        assert {type(each) for each in mirrored} == {answers.Skipped}
        return
    scores = [each for each in expected if isinstance(each, oracles.Score)]
    assert len(scores) == len(expected)
    if not there.genes or scores[0].gene == "+":
        scores = scores[::-1]
    for said, score_expected in zip(mirrored, scores, strict=True):
        assert isinstance(said, answers.Scored)
        for change, sizes in zip(said.changes, score_expected.sizes, strict=True):
            reversed_sizes = oracles.Sizes(sizes.rank[::-1], sizes.size[::-1])
            assert reversed_sizes.agree(change.size, change.column)


def _mirrored(gene: genes.Gene, length: int) -> genes.Gene:
    plus = gene.strand.value == "+"
    return toys.gene(
        gene.name,
        length - gene.span.end,
        length - gene.span.start,
        "-" if plus else "+",
        left=[length - 1 - int(at) for at in (gene.acceptors if plus else gene.donors)],
        right=[
            length - 1 - int(at) for at in (gene.donors if plus else gene.acceptors)
        ],
        contig=gene.span.contig,
    )


@pytest.mark.parametrize("name", list(CONVENTIONS))
@settings(slow, max_examples=15)
@given(data=st.data())
def test_batching_and_order_change_no_answer(name: str, data: st.DataObject) -> None:
    problem, written = data.draw(problems(name))
    asked = _built(written)
    order = data.draw(st.permutations(range(len(asked))))
    shuffled = [asked[i] for i in order]
    cuts = data.draw(st.sets(st.integers(0, len(asked)), max_size=3))
    together = _answers(problem, MODEL, asked)
    apart = _answers(problem, MODEL, shuffled, sorted(cuts))
    for i, said in zip(order, apart, strict=True):
        assert len(said) == len(together[i])
        for one, two in zip(said, together[i], strict=True):
            assert _numberless(one) == _numberless(two)
            assert _sizes(one) == pytest.approx(_sizes(two), abs=1e-6)


def _numberless(answer: answers.Answer) -> answers.Answer:
    if isinstance(answer, answers.Skipped):
        return answer
    return dataclasses.replace(answer, changes=())


def _sizes(answer: answers.Answer) -> list[float]:
    if isinstance(answer, answers.Skipped):
        return []
    return [change.size for change in answer.changes]


@pytest.mark.parametrize("name", [oracles.TWINSPLICE])
@settings(slow, max_examples=25)
@given(data=st.data())
def test_the_way_a_variant_is_written_does_not_change_its_scores(
    name: str, data: st.DataObject
) -> None:
    problem, _ = data.draw(problems(name))
    ((contig, sequence),) = problem.contigs.items()
    sequence = sequence.upper().replace("N", "A")
    problem = dataclasses.replace(problem, contigs={contig: sequence}, reach=30)
    position = data.draw(st.integers(0, len(sequence) - 1))
    end = min(position + data.draw(st.integers(1, 4)), len(sequence))
    alt = data.draw(st.text("ACGT", min_size=1, max_size=5))
    low = max(position - data.draw(st.integers(0, 6)), 0)
    high = min(end + data.draw(st.integers(0, 6)), len(sequence))
    one = toys.record(position, sequence[position:end], alt)
    if sequence[position:end] == alt:
        return
    two = toys.record(
        low,
        sequence[low:high].lower(),
        sequence[low:position] + alt + sequence[end:high],
    )
    found = _answers(problem, MODEL, [one, two])
    for first, second in zip(*found, strict=True):
        if isinstance(first, answers.Skipped):
            assert isinstance(second, answers.Skipped)
            assert (first.gene, first.reason) == (second.gene, second.reason)
            continue
        assert isinstance(second, answers.Scored)
        assert first.gene == second.gene
        for here, there in zip(first.changes, second.changes, strict=True):
            # The same base of the contig, counted from either POS.
            assert first.position(here) == second.position(there)
            shift = two.position - one.position
            assert second.offset(there) == first.offset(here) - shift
            assert here.size == pytest.approx(there.size, abs=1e-6)


# Known answers, from a network that knows GT and AG.


EMPTY = "C" * 200


def _motif_scores(
    sequence: str,
    record: vcf.Record,
    strand: str = "+",
    *,
    mask: bool = False,
    left: Sequence[int] = (),
    right: Sequence[int] = (),
) -> dict[str, tuple[float, int]]:
    """The scores of a record that are not 0, with their offsets."""
    gene = toys.gene("G", 0, len(sequence), strand, left=left, right=right)
    problem = oracles.Problem(
        contigs={"1": sequence},
        genes=[gene],
        rules=oracles.TWINSPLICE,
        reach=20,
        mask=mask,
        intergenic=False,
    )
    (said,) = _answers(problem, toys.motif_model(), [record])[0]
    assert isinstance(said, answers.Scored)
    return {
        kind.label: (round(change.size, 6), said.offset(change))
        for kind, change in zip(said.kinds, said.changes, strict=True)
        if change.size > 1e-6
    }


def _with(sequence: str, position: int, motif: str) -> str:
    return sequence[:position] + motif + sequence[position + len(motif) :]


@pytest.mark.parametrize(
    ("sequence", "record", "strand", "expected"),
    [
        # A donor is the base before GT, an acceptor the base after AG.
        (_with(EMPTY, 90, "GC"), toys.record(91, "C", "T"), "+", {"DG": -2}),
        (_with(EMPTY, 90, "GT"), toys.record(91, "T", "C"), "+", {"DL": -2}),
        (_with(EMPTY, 90, "AG"), toys.record(90, "A", "C"), "+", {"AL": 2}),
        # On the minus strand GT is AC, and before is behind.
        (_with(EMPTY, 90, "AC"), toys.record(90, "A", "G"), "-", {"DL": 2}),
        (_with(EMPTY, 90, "CC"), toys.record(90, "C", "A"), "-", {"DG": 2}),
        # A site made inside an insertion is seen at the base it was put behind; the
        # second can be shifted by a base.
        (EMPTY, toys.record(90, "C", "CAAGTA"), "+", {"AG": 0, "DG": 0}),
        (EMPTY, toys.record(90, "C", "CCGTC"), "+", {"DG": -1}),
        # a lost one where it was; what merely moves along neither gains nor loses.
        (
            _with(EMPTY, 90, "AGTC"),
            toys.record(90, "AGT", "A"),
            "+",
            {"AL": 2, "DL": 0},
        ),
        (_with(EMPTY, 95, "GT"), toys.record(90, "CCC", "C"), "+", {}),
        (_with(EMPTY, 85, "GT"), toys.record(90, "C", "CAA"), "+", {}),
        # Two letters changed at once.
        (EMPTY, toys.record(90, "CC", "GT"), "+", {"DG": -1}),
        (EMPTY, toys.record(90, "CCC", "AGC"), "+", {"AG": 2}),
    ],
)
def test_answers_that_follow_by_reasoning(
    sequence: str, record: vcf.Record, strand: str, expected: dict[str, int]
) -> None:
    found = _motif_scores(sequence, record, strand)
    sizes = {label: size for label, (size, _) in found.items()}
    assert sizes == dict.fromkeys(expected, toys.MOTIF_PROBABILITY)
    assert {label: offset for label, (_, offset) in found.items()} == expected


def test_a_mask_leaves_what_it_must() -> None:
    # The record destroys the donor at 89 and makes another at 91.
    sequence = _with(EMPTY, 90, "GTCT")
    record = toys.record(90, "GTC", "CCG")
    both = {"DG": (0.9, 1), "DL": (0.9, -1)}
    assert _motif_scores(sequence, record) == both
    known = _motif_scores(sequence, record, mask=True, left=[89], right=[150])
    assert known == both
    new = _motif_scores(sequence, record, mask=True, left=[91], right=[150])
    assert new == {}


# Files.


TABLE = (
    "#NAME\tCHROM\tSTRAND\tTX_START\tTX_END\tEXON_START\tEXON_END\n"
    "PLUS\t1\t+\t100\t400\t100,300,\t200,400,\n"
    "MINUS\t1\t-\t150\t260\t150,\t260,\n"
)
HEADER = (
    "##fileformat=VCFv4.2\n##contig=<ID=1>\n"
    '##INFO=<ID=AC,Number=A,Type=Integer,Description="Count">\n'
    "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
)
Start = Callable[..., score_config.Config]


@pytest.fixture
def start(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Start:
    """Make a small input on disk; return what makes a configuration for it."""
    monkeypatch.setenv("TWINSPLICE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(loading, "load", lambda name, weights: MODEL)
    sequence = _sequence(5, 600).upper().replace("N", "C")
    reference = toys.write_fasta(tmp_path / "x.fa", {"1": sequence})
    table = tmp_path / "genes.tsv"
    table.write_text(TABLE)
    other = {base: "ACGT"["ACGT".index(base) - 1] for base in "ACGT"}

    def make(output: str = "out.vcf", **options: object) -> score_config.Config:
        lines = [
            (180, sequence[180], other[sequence[180]], "AC=1"),
            (199, sequence[199], f"{other[sequence[199]]},{sequence[199]}GT", "."),
            (250, other[sequence[250]], "N", "."),
            (300, sequence[300:302], f"{sequence[300]},<DEL>", "X=y;SpliceAI=old"),
            (500, sequence[500], other[sequence[500]], "."),
            (501, sequence[501], ".", "TwinSplice_SKIP=old"),
        ]
        if options.pop("unsorted", False):
            lines.reverse()
        text = "".join(
            f"1\t{at + 1}\tid{at}\t{ref}\t{alt}\t.\t.\t{info}\n"
            for at, ref, alt, info in lines
        )
        path = tmp_path / "in.vcf"
        path.write_text(HEADER + text)
        return score_config.Config(
            path,
            reference=reference,
            annotation=str(table),
            output=tmp_path / output,
            model="spliceai",
            **options,  # type: ignore[arg-type]
        )

    return make


def _records(path: pathlib.Path) -> list[list[str]]:
    packed = path.name.endswith(".gz")
    text = gzip.decompress(path.read_bytes()).decode() if packed else path.read_text()
    return [line.split("\t") for line in text.splitlines() if line[0] != "#"]


def _field(info: str, key: str) -> list[str]:
    values = [each.split("=", 1)[1] for each in info.split(";") if f"{key}=" in each]
    assert len(values) <= 1
    return values[0].split(",") if values else []


def test_a_vcf_has_the_fields_that_downstream_tools_read(start: Start) -> None:
    config = start()
    summary = score.run(config)
    lines = _records(config.output)
    scores = [_field(line[7], "SpliceAI") for line in lines]
    skips = [_field(line[7], "TwinSplice_SKIP") for line in lines]
    alt = [line[4].split(",") for line in lines]
    heads = [[entry.split("|")[:2] for entry in of_record] for of_record in scores]
    assert heads == [
        [[alt[0][0], "PLUS"], [alt[0][0], "MINUS"]],
        [[each, gene] for each in alt[1] for gene in ("PLUS", "MINUS")],
        [],
        [[alt[3][0], "PLUS"]],
        [],
        [],
    ]
    assert [len(each) for each in skips] == [0, 0, 1, 1, 1, 1]
    assert skips[2][0].startswith("N|.|")
    assert skips[3] == ["<DEL>|.|symbolic_allele"]
    assert skips[4] == [f"{alt[4][0]}|.|outside_genes"]
    assert skips[5] == [".|.|no_alt_allele"]
    for entry in itertools.chain.from_iterable(scores):
        parts = entry.split("|")
        assert len(parts) == 10
        assert all(0 <= float(size) <= 1 and len(size) == 4 for size in parts[2:6])
        assert all(abs(int(offset)) <= 50 + 2 for offset in parts[6:])
    assert summary.records == 6
    assert summary.scored == sum(map(len, scores))
    assert sum(summary.skipped.values()) == sum(map(len, skips))
    assert summary.strict_failures == 3


def test_what_was_there_stays_and_older_scores_go(start: Start) -> None:
    config = start()
    score.run(config)
    before, after = _records(config.input), _records(config.output)
    assert [line[:7] for line in after] == [line[:7] for line in before]
    assert after[0][7].startswith("AC=1;SpliceAI=")
    assert after[3][7].startswith("X=y;SpliceAI=")
    assert "old" not in config.output.read_text()
    header = [line for line in config.output.read_text().split("\n") if line[:1] == "#"]
    assert [line for line in header if "SpliceAI," in line or "_SKIP," in line]
    old = HEADER.splitlines()
    assert [line for line in header if line in old] == old
    # htslib finds nothing to complain of.
    with pysam.VariantFile(str(config.output)) as file:
        assert sum(1 for _ in file) == 6
    about = next(line for line in header if "ID=SpliceAI," in line)
    assert "rules TwinSplice, " in about
    assert "distance 50, mask off" in about
    labels = "DS_AG|DS_AL|DS_DG|DS_DL|DP_AG|DP_AL|DP_DG|DP_DL"
    assert f"Format: ALLELE|SYMBOL|{labels}" in about


@pytest.mark.parametrize("name", ["out.tsv", "out.tsv.gz", "out.parquet"])
def test_a_table_has_the_unrounded_numbers_of_the_vcf(start: Start, name: str) -> None:
    text, table = start(mask=True), start(name, mask=True)
    score.run(text)
    score.run(table)
    if name.endswith("parquet"):
        frame = pl.read_parquet(table.output)
    else:
        frame = pl.read_csv(table.output, separator="\t", infer_schema=False)
    labels = [kind.label for kind in deltas.SITE_KINDS]
    prefixes = ("DS", "DP", "POS", "REF", "ALT")
    assert frame.columns == [
        *("chrom", "pos", "ref", "alt", "gene", "gene_id", "strand", "max_delta"),
        *(f"{prefix}_{label}" for prefix in prefixes for label in labels),
        "skip_reason",
    ]
    rows = frame.to_dicts()
    scored = [row for row in rows if row["skip_reason"] is None]
    lines = _records(text.output)
    entries = [
        (line, entry.split("|"))
        for line in lines
        for entry in _field(line[7], "SpliceAI")
    ]
    assert len(scored) == len(entries)
    for row, (line, parts) in zip(scored, entries, strict=True):
        assert [str(row["chrom"]), str(row["pos"])] == line[:2]
        assert [row["ref"], row["alt"], row["gene"]] == [line[3], *parts[:2]]
        assert row["strand"] == {"PLUS": "+", "MINUS": "-"}[row["gene"]]
        sizes = [float(row[f"DS_{each}"]) for each in labels]
        assert float(row["max_delta"]) == max(sizes)
        for i, label in enumerate(labels):
            assert sizes[i] == pytest.approx(float(parts[2 + i]), abs=0.005001)
            assert int(row[f"DP_{label}"]) == int(parts[6 + i])
            place = int(row["pos"]) + int(row[f"DP_{label}"])
            assert int(row[f"POS_{label}"]) == place
            rise = float(row[f"ALT_{label}"]) - float(row[f"REF_{label}"])
            if sizes[i] > 0.001:
                sign = 1 if label.endswith("G") else -1
                assert sizes[i] == pytest.approx(sign * rise, abs=1e-5)
    reasons = [row["skip_reason"] for row in rows if row["skip_reason"] is not None]
    assert reasons[1:] == ["symbolic_allele", "outside_genes", "no_alt_allele"]
    assert len(rows) == len(scored) + 4


def test_unsorted_records_keep_their_order(start: Start) -> None:
    there, back = start("a.vcf"), start("b.vcf")
    score.run(there)
    score.run(start("b.vcf", unsorted=True))
    assert _records(there.output) == _records(back.output)[::-1]


def test_a_packed_output_is_indexed_and_must_be_sorted(
    start: Start, tmp_path: pathlib.Path
) -> None:
    config = start("out.vcf.gz")
    score.run(config)
    assert (tmp_path / "out.vcf.gz.tbi").exists()
    with pysam.VariantFile(str(config.output)) as file:
        assert [record.pos for record in file.fetch("1", 180, 201)] == [181, 200]
    with pytest.raises(errors.InputError, match="sorted"):
        score.run(start("bad.vcf.gz", unsorted=True))
    assert not list(tmp_path.glob("*bad.vcf.gz*"))


@pytest.mark.parametrize("name", ["out.vcf", "out.vcf.gz", "out.tsv", "out.parquet"])
def test_a_failed_run_leaves_the_old_output_alone(
    start: Start, tmp_path: pathlib.Path, name: str
) -> None:
    config = start(name)
    config.output.write_text("precious")
    with config.input.open("a") as file:
        file.write("1\tnowhere\t.\tA\tC\t.\t.\t.\n")
    before = sorted(each.name for each in tmp_path.iterdir())
    with pytest.raises(errors.InputError, match="POS must be a whole number"):
        score.run(config)
    assert config.output.read_text() == "precious"
    after = sorted(each.name for each in tmp_path.iterdir() if each.name != "cache")
    assert [each for each in after if each not in before] in ([], ["x.fa.fai"])


def test_chunks_change_nothing(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    whole, cut = start("a.vcf"), start("b.vcf")
    score.run(whole)
    monkeypatch.setattr(score, "CHUNK_RECORDS", 2)
    seen: list[tuple[int, float]] = []
    score.run(cut, lambda records, share: seen.append((records, share or 0.0)))
    assert _records(whole.output) == _records(cut.output)
    assert sum(records for records, _ in seen) == 6
    assert all(records >= 0 for records, _ in seen)
    shares = [share for _, share in seen]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


@pytest.mark.parametrize(("strict", "code"), [(False, 0), (True, 1)])
def test_strict_is_an_exit_code(start: Start, *, strict: bool, code: int) -> None:
    assert cli.score(start(strict=strict, quiet=True)) == code


def test_only_lying_outside_genes_is_no_failure(start: Start) -> None:
    config = start(strict=True, quiet=True)
    lines = config.input.read_text().splitlines(keepends=True)
    config.input.write_text("".join([*lines[:6], lines[8]]))
    assert cli.score(config) == 0


def test_an_empty_vcf_is_an_empty_output(start: Start) -> None:
    config = start()
    config.input.write_text(HEADER)
    summary = score.run(config)
    assert (summary.records, summary.scored, summary.skipped) == (0, 0, {})
    assert _records(config.output) == []


def test_compat_follows_the_models_own_program(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = start(compat=True)
    score.run(config)
    assert "rules SpliceAI 1.3.1, " in config.output.read_text()
    monkeypatch.setattr(loading, "load", lambda name, weights: UNDIVIDED)
    with pytest.raises(errors.InputError, match="--compat needs a model of"):
        score.run(config)


def test_what_the_official_program_declines_is_dots(start: Start) -> None:
    config = start(compat=True)
    text = config.input.read_text().splitlines(keepends=True)
    ref = text[7].split("\t")[3]
    alt = "".join({"A": "C", "C": "A", "G": "T", "T": "G"}[base] for base in ref)
    text[7] = f"1\t301\t.\t{ref}\t{alt}\t.\t.\t.\n"
    config.input.write_text("".join(text))
    score.run(config)
    info = _records(config.output)[3][7]
    assert _field(info, "SpliceAI") == [f"{alt}|PLUS|.|.|.|.|.|.|.|."]
    reason = variants.SkipReason.UNSUPPORTED_BY_OFFICIAL
    assert _field(info, "TwinSplice_SKIP") == [f"{alt}|PLUS|{reason}"]
