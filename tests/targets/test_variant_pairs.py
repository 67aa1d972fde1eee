"""Paired targets: what `score` says, and what plain networks say of the rows."""

import pathlib

import numpy as np
import pytest

from support import genomes as paired_input
from support import models as toys
from support import outcomes, reference_rules
from twinsplice import errors
from twinsplice.commands import targets
from twinsplice.genome import coordinates, dna
from twinsplice.io import fasta
from twinsplice.io import target_store as stores
from twinsplice.io.annotation import annotations
from twinsplice.io.vcf import vcf
from twinsplice.settings import targets as targets_settings
from twinsplice.targets import variant_pairs

# The same as `score`.


def _scored(config: targets_settings.Config) -> dict[tuple[object, ...], list[float]]:
    assert config.input is not None
    assert config.reference is not None
    index = annotations.load(str(config.annotation)).index
    with (
        fasta.Reference.open(config.reference) as reference,
        vcf.read(config.input) as source,
    ):
        scorer = toys.scorer(
            paired_input.MODEL, reference, index.genes, reach=config.reach
        )
        records = list(source)
        found = outcomes.score(scorer, records)
    return {
        _allele(record, each.alt, each.gene): [change.size for change in each.changes]
        for record, of_record in zip(records, found, strict=True)
        for each in of_record
        if isinstance(each, outcomes.Scored)
    }


def _allele(record: vcf.Record, alt: str, gene: str) -> tuple[object, ...]:
    """An allele in its normal form, and the gene it lies in."""
    sequence = paired_input.CONTIGS[record.contig]
    start, ref, alt = reference_rules.normal_form(
        sequence, record.position, record.ref, alt
    )
    contig = coordinates.canonical_contig(record.contig)
    return contig, gene, start, len(ref), alt


def test_targets_are_what_score_reports(start: paired_input.Start) -> None:
    config = start()
    store = paired_input.stored(config)
    arrays = paired_input.arrays(store)
    expected = _scored(config)
    assert store.rows == len(expected) > 60
    for row in range(store.rows):
        alt = paired_input.alt_of(arrays, row)
        if arrays["mirrored"][row]:
            alt = dna.reverse_complement(alt)
        key = (
            store.metadata["contigs"][arrays["contig"][row]],
            store.metadata["genes"][arrays["gene"][row]],
            int(arrays["position"][row]),
            int(arrays["ref_length"][row]),
            dna.decode(alt),
        )
        delta = arrays["delta"][row]
        sizes = [
            max(sign * float(change), 0)
            for track in delta
            for sign, change in ((1, track.max()), (-1, track.min()))
        ]
        assert sizes == pytest.approx(expected.pop(key), abs=1e-5)
    assert not expected


def test_rows_rebuild_both_sequences_and_their_delta(start: paired_input.Start) -> None:
    arrays = paired_input.arrays(paired_input.stored(start()))
    assert {0, 1} == set(arrays["mirrored"])
    assert np.abs(arrays["delta"]).max() > 0.1
    assert arrays["delta_variance"].max() > 0.001
    paired_input.check_rows(arrays, paired_input.REACH)


def test_a_gene_read_from_the_other_strand_has_the_same_rows(
    start: paired_input.Start, tmp_path: pathlib.Path
) -> None:
    sequence = paired_input.CONTIGS["chr1"]
    # Windows are placed and insertions folded along the plus strand: one base is the
    # same either way.
    same = [
        line
        for line in paired_input.every_sort()
        if line[0] == "chr1" and {*map(len, line[2:4])} == {1}
    ]
    plus = paired_input.arrays(paired_input.stored(start(same)))
    on_minus_strand = reference_rules.reverse_complement(sequence)
    length = paired_input.LENGTH
    table = (
        paired_input.TABLE.splitlines()[0] + "\n"
        f"PLUS\t1\t-\t{length - 500}\t{length - 100}\t{length - 500},{length - 200},\t"
        f"{length - 300},{length - 100},\n"
        f"MINUS\t1\t+\t{length - 800}\t{length - 250}\t{length - 800},{length - 400},\t"
        f"{length - 600},{length - 250},\n"
    )
    lines = [
        (
            contig,
            paired_input.LENGTH - at - len(ref),
            reference_rules.reverse_complement(ref),
            reference_rules.reverse_complement(alt),
            info,
        )
        for contig, at, ref, alt, info in same
    ]
    other = tmp_path / "other.tsv"
    other.write_text(table)
    minus = paired_input.arrays(
        paired_input.stored(
            start(
                lines,
                "minus.zarr",
                reference=toys.write_fasta(tmp_path / "y.fa", {"1": on_minus_strand}),
                annotation=str(other),
            )
        )
    )
    names = ("start", "ref_length", "alt", "codes", "region", "distance")
    assert len(plus["start"]) == len(minus["start"]) > 5
    key = {
        _key(plus, row, plus["position"][row]): row for row in range(len(plus["gene"]))
    }
    for row in range(len(minus["gene"])):
        at = paired_input.LENGTH - minus["position"][row] - minus["ref_length"][row]
        twin = key.pop(_key(minus, row, at))
        for name in names:
            np.testing.assert_array_equal(minus[name][row], plus[name][twin])
        for name in ("delta", "profile", "delta_variance", "profile_variance"):
            np.testing.assert_allclose(minus[name][row], plus[name][twin], atol=1e-5)
        assert minus["mirrored"][row] != plus["mirrored"][twin]
    assert not key


def _key(arrays: dict[str, np.ndarray], row: int, position: int) -> tuple[object, ...]:
    alt = tuple(arrays["alt"][row].tolist())
    return int(position), alt, arrays["codes"][row].tobytes()


# Kept whole.


class _StopError(Exception):
    """A run is killed."""


def test_a_run_killed_half_way_is_continued_to_the_same_store(
    start: paired_input.Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(variant_pairs, "CHUNK", 8)
    lines = paired_input.every_sort()[::3]
    whole = paired_input.stored(start(lines, "whole.zarr"))
    config = start(lines)
    told: list[float] = []

    def advance(rows: int, fraction: float | None) -> None:
        assert fraction is not None
        told.append(fraction)
        if len(told) == 3:
            raise _StopError

    with pytest.raises(_StopError):
        targets.run(config, advance)
    broken = stores.open_store(config.output)
    assert 0 < broken.done_rows().sum() == 16 < broken.rows
    summary = targets.run(config, lambda rows, fraction: told.append(fraction or 0))
    assert summary.rows == whole.rows
    assert summary.computed == whole.rows - 16
    assert told[-1] == 1.0
    mended = stores.open_store(config.output)
    assert mended.metadata == whole.metadata
    paired_input.check_same(paired_input.arrays(mended), paired_input.arrays(whole))
    assert targets.run(config).computed == 0


@pytest.mark.parametrize(("lines", "reach"), [(3, 20), (2, paired_input.REACH)])
def test_a_store_of_other_targets_is_not_continued(
    start: paired_input.Start, lines: int, reach: int
) -> None:
    paired_input.stored(start(paired_input.every_sort()[:3]))
    with pytest.raises(errors.InputError, match="can only be continued"):
        targets.run(start(paired_input.every_sort()[:lines], reach=reach))
