"""What a laboratory measured, kept beside targets and learned from."""

import dataclasses
import pathlib
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
import torch

from support import models as toys
from support import reference_rules
from twinsplice import errors
from twinsplice.base_models import loading
from twinsplice.commands import targets, train
from twinsplice.genome import dna
from twinsplice.io import target_store as stores
from twinsplice.models import siamese
from twinsplice.predictors import checkpoints
from twinsplice.scoring import constructs
from twinsplice.settings import targets as targets_settings
from twinsplice.settings import train as train_settings
from twinsplice.targets import variant_pairs
from twinsplice.training import (
    batches,
    datasets,
    inference,
    objectives,
    runs,
    splits,
    validation,
)

MODEL = toys.model([toys.member(1), toys.member(2)])
REACH, CONTEXT, LENGTH = 60, 200, 61
CONTIGS = ("1", "2", "3", "5")
SPLIT = splits.holding_out(("5",), ("2",))
Make = Callable[..., stores.Store]


def rows() -> list[dict[str, str]]:
    """Four exons of a chromosome each, six variants of each: SNVs and an insertion."""
    rng = np.random.default_rng(3)
    found = []
    for contig in CONTIGS:
        for exon in range(2):
            ref = "".join(rng.choice(list("ACGT"), LENGTH))
            for number in range(6):
                at = int(rng.integers(5, LENGTH - 5))
                new = "ACGT"["ACGT".index(ref[at]) - 1] + "GT" * (number == 5)
                found.append(
                    {
                        "name": f"{contig}.{exon}.{number}",
                        "chrom": contig,
                        "pos": str(100 * exon + at + 1),
                        "ref": ref[at],
                        "alt": new,
                        "group": f"exon{contig}.{exon}",
                        "ref_seq": ref,
                        "alt_seq": ref[:at] + new + ref[at + 1 :],
                        "label": "" if number == 4 else str(int(number < 2)),
                        "value": "" if number == 3 else f"{-0.2 * number + 0.1:.1f}",
                    }
                )
    return found


def write(path: pathlib.Path, table: list[dict[str, str]]) -> pathlib.Path:
    lines = ["\t".join(table[0]), *("\t".join(row.values()) for row in table)]
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.fixture
def make(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    monkeypatch.setattr(loading, "load", lambda *given: MODEL)

    def made(table: list[dict[str, str]] | None = None) -> stores.Store:
        path = write(tmp_path / "labels.tsv", table or rows())
        config = targets_settings.Config(
            path,
            output=tmp_path / "labelled.zarr",
            format="plain",
            reach=REACH,
            context=CONTEXT,
        )
        made.summary = targets.run(config)  # type: ignore[attr-defined]
        return stores.open_store(config.output)

    return made


def config(folder: pathlib.Path, **changes: object) -> train_settings.Config:
    given: dict[str, Any] = {
        "targets": (folder / "labelled.zarr",),
        "output": folder / "run",
        "validation": ("2",),
        "test": ("5",),
        "blocks": 4,
        "steps": 4,
        "evaluate_every": 4,
        "windows": 0,
        "variants": 8,
        "accelerator": "cpu",
        "ema": 0.5,
    }
    return train_settings.Config(**(given | changes))


def test_base_deltas_of_the_tested_sequences_stand_beside_what_was_measured(
    make: Make,
) -> None:
    store, table = make(), rows()
    assert store.rows == len(table)
    assert len(store.metadata["genes"]) == 2 * len(CONTIGS)
    known = {(row["ref_seq"], row["alt_seq"]): row for row in table}
    beyond = CONTEXT + targets_settings.LONGEST
    contigs = datasets.contigs(store)
    for i in range(store.rows):
        codes = store.read("codes")[i]
        begin = beyond + int(store.read("start")[i])
        alt = store.read("alt")[i][: store.read("alt_length")[i]]
        after = begin + int(store.read("ref_length")[i])
        changed = np.concatenate([codes[:begin], alt, codes[after:]])
        both = [dna.decode(each[each != dna.UNKNOWN]) for each in (codes, changed)]
        row = known[both[0], both[1]]
        assert contigs[i] == row["chrom"]
        assert store.metadata["genes"][store.read("gene")[i]] == row["group"]
        value, altered = store.read("value")[i], store.read("altered")[i]
        assert np.isnan(value) == (row["value"] == "")
        assert np.isnan(value) or value == pytest.approx(float(row["value"]))
        # Without a class the size of the value tells.
        label = row["label"] or str(int(abs(float(row["value"])) >= 0.1))
        assert altered == int(label)
        start, ref_length, alt_length = (
            int(store.read(name)[i]) for name in ("start", "ref_length", "alt_length")
        )
        expected = _delta(row, (start, ref_length, alt_length))
        np.testing.assert_allclose(store.read("delta")[i], expected, atol=1e-5)


def _delta(row: dict[str, str], change: tuple[int, int, int]) -> np.ndarray:
    """The mean delta from plain passes over both sequences, unknown around them.

    Args:
        row: Of the table.
        change: First column of the window that is replaced, how many are, and by how
            many bases.
    """
    start, ref_length, alt_length = change
    width = 2 * REACH + 1
    at = _begin(row["ref_seq"], row["alt_seq"], ref_length, alt_length)
    profiles = []
    for sequence, grown in (
        (row["ref_seq"], 0),
        (row["alt_seq"], alt_length - ref_length),
    ):
        first = MODEL.context - (at - start)
        wide = width + grown + 2 * MODEL.context
        codes = np.full(wide, dna.UNKNOWN, dtype=np.uint8)
        codes[first : first + len(sequence)] = dna.encode(sequence)
        x = torch.from_numpy(dna.one_hot(codes))[None]
        each = [member.network()(x)[0].numpy() for member in MODEL.members]
        profiles.append(np.mean(each, axis=0))
    ref, alt = profiles
    moved = reference_rules.onto_reference(
        alt.tolist(), width, start=start, ref=ref_length, new=alt_length
    )
    difference: np.ndarray = np.array(moved) - ref
    return difference


def _begin(ref: str, alt: str, ref_length: int, alt_length: int) -> int:
    """The leftmost place where replacing so many bases makes one of the other."""
    return next(
        i
        for i in range(len(ref))
        if ref[:i] == alt[:i] and ref[i + ref_length :] == alt[i + alt_length :]
    )


def test_a_variant_whose_sequence_is_missing_is_counted(make: Make) -> None:
    table = rows()
    table[3]["ref_seq"] = table[3]["alt_seq"] = ""
    store = make(table)
    assert store.rows == len(table) - 1
    assert make.summary.skipped == {constructs.NO_SEQUENCES: 1}  # type: ignore[attr-defined]


def test_validated_targets_trust_altered_variants_and_are_zero_for_the_rest(
    make: Make,
) -> None:
    store = make()
    path = store.path
    base = datasets.load([path], SPLIT, 0.5).pairs[0]
    found = datasets.load([path], SPLIT, 0.5, "validated").pairs[0]
    altered = store.read("altered")[np.isin(datasets.contigs(store), ["1", "3"])]
    assert 0 < (altered == 1).sum() < len(altered)
    np.testing.assert_array_equal(found.delta[altered == 1], base.delta[altered == 1])
    assert not found.delta[altered == 0].any()
    assert base.delta[altered == 0].any()
    np.testing.assert_array_equal(found.profile, base.profile)


def test_variants_that_a_laboratory_is_undecided_about_are_left_out(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = make()
    stood = store.read("altered").copy()
    stood[::3] = variant_pairs.UNDECIDED
    store._group["altered"][:] = stood
    found = datasets.load([store.path], SPLIT, 0.5, "validated")
    kept = sum(len(each.codes) for each in (*found.pairs, *found.validation_pairs))
    held = np.isin(datasets.contigs(store), SPLIT.test)
    assert kept == ((stood != variant_pairs.UNDECIDED) & ~held).sum()


def test_the_loss_of_measured_changes_is_the_error_of_the_largest_delta(
    make: Make,
) -> None:
    data = datasets.load([make().path], SPLIT, 0.5).pairs[0]
    settings = config(pathlib.Path(), measured_weight=3.0, quantile_weight=0.0)
    torch.manual_seed(0)
    model, _ = runs.begin(settings)
    objective = objectives.Objective(model, runs.terms(settings, model))
    batch = runs.tensors({"pairs": data.batch(np.arange(12), model.context)})["pairs"]
    with torch.no_grad():
        parts = objective({"pairs": batch})
        delta, _ = inference.deltas(model, data.at(slice(12)))
    assert data.value is not None
    value = np.abs(data.value[:12])
    error = (np.abs(delta).max(axis=(1, 2)) - value) ** 2
    assert np.isnan(value).sum() == 2
    assert float(parts["measured"]) == pytest.approx(np.nanmean(error), rel=1e-4)
    rest = runs.terms(dataclasses.replace(settings, measured_weight=0.0), model)
    with torch.no_grad():
        without = objectives.Objective(model, rest)({"pairs": batch})
    gained = float(parts["loss"] - without["loss"])
    assert gained == pytest.approx(3 * float(parts["measured"]), rel=1e-3)


@pytest.mark.slow
def test_a_run_on_measured_changes_comes_nearer_to_them(
    make: Make, tmp_path: pathlib.Path
) -> None:
    make()
    settings = config(
        tmp_path,
        measured_weight=50.0,
        delta_weight=0.0,
        profile_weight=0.0,
        steps=120,
        evaluate_every=120,
        learning_rate=1e-3,
        weight_decay=0.0,
    )
    data = datasets.load(settings.targets, SPLIT, settings.site_fraction).pairs
    torch.manual_seed(settings.seed)
    before = _error(runs.begin(settings)[0], data)
    train.run(settings)
    trained = checkpoints.load(settings.output)
    assert _error(trained.model, data) < 0.7 * before
    metrics = trained.card["metrics"]["validation"]
    assert metrics["score"] == metrics["r_measured"]


def _error(model: siamese.SiameseModel, data: Sequence[batches.Pairs]) -> float:
    (source,) = data
    size = np.abs(inference.deltas(model, source)[0]).max(axis=(1, 2))
    assert source.value is not None
    return float(np.nanmean((size - np.abs(source.value)) ** 2))


def test_r_of_measured_changes_leaves_out_what_was_not_measured(make: Make) -> None:
    data = datasets.load([make().path], SPLIT, 0.5).pairs
    torch.manual_seed(0)
    model, _ = runs.begin(config(pathlib.Path()))
    found = validation.of_pairs(model, data, 1000, measured=True)
    size = np.abs(inference.deltas(model, data[0])[0]).max(axis=(1, 2))
    assert data[0].value is not None
    value = np.abs(data[0].value)
    known = ~np.isnan(value)
    expected = np.corrcoef(size[known], value[known])[0, 1]
    assert found["r_measured"] == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"target": "validated"}, "needs targets of labelled variants"),
        ({"measured_weight": 1.0}, "needs measured changes"),
    ],
)
def test_labels_that_are_not_there_are_asked_for(
    tmp_path: pathlib.Path,
    monkeypatch: pytest.MonkeyPatch,
    changes: dict[str, Any],
    said: str,
) -> None:
    monkeypatch.setattr(loading, "load", lambda *given: MODEL)
    table = tmp_path / "plain.tsv"
    lines = [
        f"{row['name']}\t{row['ref_seq']}\t{row['alt_seq']}\t{row['chrom']}"
        for row in rows()
    ]
    table.write_text("name\tref\talt\tcontig\n" + "\n".join(lines) + "\n")
    output = tmp_path / "labelled.zarr"
    targets.run(
        targets_settings.Config(table, output=output, reach=REACH, context=CONTEXT)
    )
    with pytest.raises(errors.InputError, match=said):
        train.run(config(tmp_path, **changes))
