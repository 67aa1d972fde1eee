"""`tools.todays_symbols`: which symbol a gene has today."""

import pytest
from tools import build_gene_tables, todays_symbols

from support import models as toys
from support import transcripts as samples
from twinsplice.genome import genes, transcript_sets, transcripts

EXONS = ((0, 10), (20, 30), (40, 50), (60, 70))


def _gene(name: str, *exons: tuple[int, int], strand: str = "+") -> genes.Gene:
    return toys.gene(
        name,
        exons[0][0],
        exons[-1][1],
        strand,
        left=[end - 1 for _, end in exons[:-1]],
        right=[start for start, _ in exons[1:]],
    )


def _symbols(
    index: list[genes.Gene],
    *rows: transcripts.Transcript,
    sure: dict[str, str] | None = None,
) -> list[str]:
    found = todays_symbols.symbols_of(index, transcript_sets.of(rows), sure)
    return [found[gene.gene_id] for gene in index]


@pytest.mark.parametrize("strand", ["+", "-"])
def test_a_renamed_gene_has_the_symbol_of_its_transcripts(strand: str) -> None:
    index = [_gene("OLD", *EXONS, strand=strand)]
    new = samples.transcript(*EXONS, gene="NEW", strand=strand)
    other = "-" if strand == "+" else "+"
    behind = samples.transcript(*EXONS, gene="OTHER", strand=other)
    assert _symbols(index, behind, new) == ["NEW"]


def test_a_read_through_gene_takes_no_name_of_its_neighbour() -> None:
    index = [_gene("A", *EXONS[:3]), _gene("A-B", *EXONS)]
    rows = (
        samples.transcript(*EXONS[:3], gene="AA"),
        samples.transcript(*EXONS, gene="AA-BB"),
    )
    assert _symbols(index, *rows) == ["AA", "AA-BB"]


def test_a_gene_keeps_what_fits_unless_another_fits_much_better() -> None:
    part = samples.transcript(*EXONS[:3], gene="B")
    whole = samples.transcript(*EXONS, gene="C")
    assert _symbols([_gene("B", *EXONS)], part, whole) == ["C"]
    near = samples.transcript(*EXONS, (80, 90), gene="D")
    assert _symbols([_gene("C", *EXONS)], whole, near) == ["C"]
    place = samples.transcript(*EXONS, gene="LOC1")
    assert _symbols([_gene("B", *EXONS)], part, place) == ["B"]


def test_one_exon_is_known_by_its_place_and_clones_by_their_identifier() -> None:
    single = samples.transcript((42, 48), gene="ONE", coding=(42, 48))
    assert _symbols([_gene("GONE", *EXONS)], single) == ["ONE"]
    between = samples.transcript((32, 38), gene="ONE", coding=(32, 38))
    assert _symbols([_gene("GONE", *EXONS)], between) == ["GONE"]
    clone = _gene("RP11-1.2", *EXONS)
    assert _symbols([clone], between) == ["id.RP11-1.2"]


def test_the_other_assembly_is_believed() -> None:
    new = samples.transcript(*EXONS, gene="NEW")
    assert _symbols([_gene("OLD", *EXONS)], new, sure={"id.OLD": "SURE"}) == ["SURE"]
    index = [_gene("ELSE", (100, 110), (120, 130)), _gene("OLD", *EXONS)]
    assert _symbols(index, new, sure={"id.ELSE": "NEW"}) == ["NEW", "OLD"]


def test_former_names_are_taken_once_and_never_from_a_gene_of_today() -> None:
    rows = [("A", "B", "x"), ("A", "B", "y"), ("b", "C", "x"), ("D", "gone", "x")]
    assert build_gene_tables.former_rows(rows, ["B", "C"]) == [("A", "B", "x")]
