"""Dense targets: a naive pass over whole strips says the same of every base."""

import pathlib
from collections.abc import Callable

import numpy as np
import pytest
import torch
from jaxtyping import Float32, UInt8

from support import models as toys
from support import reference_rules
from twinsplice import errors
from twinsplice.base_models import loading
from twinsplice.commands import targets
from twinsplice.genome import dna
from twinsplice.io import target_store as stores
from twinsplice.settings import targets as targets_settings
from twinsplice.targets import profiles

MODEL = toys.model([toys.member(1), toys.member(2)])
NETWORKS = [member.network() for member in MODEL.members]
WINDOW, CONTEXT = 100, 30
# Half precision, of numbers up to 1.
TOLERANCE = 1e-3
TABLE = (
    "#NAME\tCHROM\tSTRAND\tTX_START\tTX_END\tEXON_START\tEXON_END\n"
    "PLUS\t1\t+\t100\t630\t100,300,\t200,630,\n"
    "MINUS\tchr2\t-\t50\t500\t50,400,\t250,500,\n"
    "CUT\t2\t+\t400\t900\t400,\t900,\n"
)


def _sequence(seed: int, length: int) -> str:
    return "".join(np.random.default_rng(seed).choice(list("ACGT"), length))


CONTIGS = {
    "chr1": _sequence(1, 300) + "N" * 7 + _sequence(2, 400),
    "2": _sequence(3, 600),
}
# In the direction of transcription.
PLUS = CONTIGS["chr1"][100:630]
MINUS = reference_rules.reverse_complement(CONTIGS["2"][50:500])
Start = Callable[..., targets_settings.Config]


@pytest.fixture
def start(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Start:
    """Make a small genome on disk; return what makes a configuration for it."""
    monkeypatch.setenv("TWINSPLICE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(loading, "load", lambda name, weights: MODEL)
    genome = toys.write_genome(tmp_path, CONTIGS, TABLE)

    def make(output: str = "out.zarr", **options: object) -> targets_settings.Config:
        given: dict[str, object] = {
            "output": tmp_path / output,
            "profiles": True,
            "window": WINDOW,
            "context": CONTEXT,
        }
        return targets_settings.Config(**(genome | given | options))

    return make


def _arrays(config: targets_settings.Config) -> dict[str, np.ndarray]:
    targets.run(config)
    store = stores.open_store(config.output)
    assert store.done_rows().all()
    names = (*profiles.columns(1, 1), "contig", "start", "how")
    return {name: store.read(name) for name in names}


def _naive(
    codes: UInt8[np.ndarray, " length"],
) -> tuple[Float32[np.ndarray, "2 inner"], Float32[np.ndarray, "2 inner"]]:
    """Mean and variance of plain networks, all codes but those of the context."""
    x = torch.from_numpy(dna.one_hot(codes))[None]
    found = np.stack([network(x)[0].numpy() for network in NETWORKS])
    return found.mean(axis=0), found.var(axis=0)


def _padded(text: str, flank: int) -> UInt8[np.ndarray, " length"]:
    """A sequence up to the end of its last window, N to both sides."""
    missing = -len(text) % WINDOW
    return dna.encode("N" * flank + text + "N" * (missing + flank))


def _check(
    arrays: dict[str, np.ndarray], rows: slice, codes: UInt8[np.ndarray, " length"]
) -> None:
    """Rows side by side are those of codes with the base model's context about."""
    mean, variance = _naive(codes)
    spare = MODEL.context - CONTEXT
    for i, row in enumerate(range(rows.start, rows.stop)):
        at = i * WINDOW
        np.testing.assert_array_equal(
            arrays["codes"][row],
            codes[spare + at : spare + at + WINDOW + 2 * CONTEXT],
        )
        for name, values in (("profile", mean), ("profile_variance", variance)):
            np.testing.assert_allclose(
                arrays[name][row], values[:, at : at + WINDOW], atol=TOLERANCE
            )


def test_rows_are_those_of_a_naive_pass_over_whole_genes(start: Start) -> None:
    config = start()
    arrays = _arrays(config)
    assert arrays["start"].tolist() == [*range(0, 600, WINDOW), *range(0, 500, WINDOW)]
    metadata = stores.open_store(config.output).metadata
    contigs = [metadata["contigs"][i] for i in arrays["contig"]]
    assert contigs == ["1"] * 6 + ["2"] * 5
    assert metadata["native"] == metadata["rows"] == 11
    assert (arrays["codes"] == dna.UNKNOWN).any()
    assert np.ptp(arrays["profile"]) > 0.3
    _check(arrays, slice(0, 6), _padded(PLUS, MODEL.context))
    _check(arrays, slice(6, 11), _padded(MINUS, MODEL.context))


def test_a_context_wider_than_the_models_is_kept_whole(start: Start) -> None:
    wide = MODEL.context + 25
    arrays = _arrays(start(context=wide))
    mean, _ = _naive(_padded(PLUS, MODEL.context))
    codes = _padded(PLUS, wide)
    for row in range(6):
        at = row * WINDOW
        np.testing.assert_array_equal(
            arrays["codes"][row], codes[at : at + WINDOW + 2 * wide]
        )
        np.testing.assert_allclose(
            arrays["profile"][row], mean[:, at : at + WINDOW], atol=TOLERANCE
        )


def test_margins_are_left_unlabelled(start: Start) -> None:
    arrays = _arrays(start(margin=150))
    assert arrays["start"].tolist() == [150, 250, 350, 150, 250]
    padded = _padded(PLUS, MODEL.context)
    _check(arrays, slice(0, 3), padded[150 : 150 + 3 * WINDOW + 2 * MODEL.context])


def test_mutated_copies_follow_and_keep_unknown_bases(start: Start) -> None:
    arrays = _arrays(start(mutate=2))
    assert arrays["how"].tolist() == [profiles.NATIVE] * 11 + [profiles.MUTATED] * 22
    for copy in (slice(11, 22), slice(22, 33)):
        native, mutated = arrays["codes"][:11], arrays["codes"][copy]
        np.testing.assert_array_equal(native == dna.UNKNOWN, mutated == dna.UNKNOWN)
        share = (native != mutated).mean()
        assert 0.001 < share < 0.2
        np.testing.assert_array_equal(arrays["start"][copy], arrays["start"][:11])
        np.testing.assert_array_equal(arrays["contig"][copy], arrays["contig"][:11])
    # The two copies are not the same.
    assert (arrays["codes"][11:22] != arrays["codes"][22:]).any()


def _joined(arrays: dict[str, np.ndarray], rows: slice) -> UInt8[np.ndarray, " length"]:
    """Codes of rows side by side, put together from their windows."""
    codes = arrays["codes"][rows]
    middle = codes[:, CONTEXT : CONTEXT + WINDOW].ravel()
    whole: UInt8[np.ndarray, " length"]
    whole = np.concatenate([codes[0, :CONTEXT], middle, codes[-1, -CONTEXT:]])
    return whole


@pytest.mark.parametrize("options", [{"mutate": 1}, {"recombine": 1.0}])
def test_made_sequence_is_labelled_as_it_is_written(
    start: Start, options: dict[str, float]
) -> None:
    arrays = _arrays(start(**options))
    rows = slice(11, 22)
    assert (arrays["how"][rows] != profiles.NATIVE).all()
    spare = MODEL.context - CONTEXT
    # Rows of one gene, or all recombined ones, lie side by side; what is beyond the
    # kept context of the first and last is not in the store.
    run = slice(11, 17) if "mutate" in options else rows
    codes = _joined(arrays, run)
    for i, row in enumerate(range(run.start, run.stop)):
        part = codes[i * WINDOW : i * WINDOW + WINDOW + 2 * CONTEXT]
        np.testing.assert_array_equal(arrays["codes"][row], part)
    mean, _ = _naive(codes)
    labelled = np.concatenate(list(arrays["profile"][run]), axis=1)
    np.testing.assert_allclose(labelled[:, spare:-spare], mean, atol=TOLERANCE)


def test_recombined_rows_are_pieces_of_genes_on_no_contig(start: Start) -> None:
    config = start(recombine=0.5)
    arrays = _arrays(config)
    made = arrays["how"] == profiles.RECOMBINED
    assert made.sum() == round(0.5 * 11)
    assert (arrays["contig"][made] == -1).all()
    text = dna.decode(_joined(arrays, slice(11, 17)))
    whole = PLUS + "|" + MINUS
    found = sum(text[i : i + 20] in whole for i in range(len(text) - 20))
    # All but what lies across a seam.
    assert found > 0.6 * len(text)


class _StopError(Exception):
    """A run is killed."""


def test_a_run_killed_half_way_is_continued_to_the_same_store(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(profiles, "CHUNK", 4)
    options = {"mutate": 1, "recombine": 0.5}
    whole = _arrays(start("whole.zarr", **options))
    config = start(**options)
    calls = 0

    def advance(rows: int, fraction: float | None) -> None:
        nonlocal calls
        calls += 1
        if calls == 4:
            raise _StopError

    with pytest.raises(_StopError):
        targets.run(config, advance)
    assert stores.open_store(config.output).done_rows().sum() == 12
    mended = _arrays(config)
    for name, values in whole.items():
        tolerance = TOLERANCE if np.issubdtype(values.dtype, np.floating) else 0
        np.testing.assert_allclose(mended[name], values, rtol=0, atol=tolerance)


def test_the_same_window_has_the_same_label_whatever_the_chunk(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = _arrays(start("one.zarr"))
    monkeypatch.setattr(profiles, "CHUNK", 3)
    other = _arrays(start("other.zarr"))
    np.testing.assert_array_equal(one["codes"], other["codes"])
    np.testing.assert_allclose(one["profile"], other["profile"], atol=TOLERANCE)


def test_sequences_of_a_fasta_are_labelled(
    start: Start, tmp_path: pathlib.Path
) -> None:
    path = tmp_path / "constructs.fa"
    path.write_text(
        f">one chr7:101-250 of GRCh37\n{PLUS[:150].lower()}\n>two\n{MINUS[:60]}\n"
        ">X:5-64\nACGTNNRY\n"
    )
    options = {"input": path, "reference": None, "annotation": None}
    config = start(**options)
    arrays = _arrays(config)
    metadata = stores.open_store(config.output).metadata
    names = [metadata["contigs"][i] for i in arrays["contig"]]
    assert names == ["7", "7", "two", "X"]
    _check(arrays, slice(0, 2), _padded(PLUS[:150], MODEL.context))
    _check(arrays, slice(2, 3), _padded(MINUS[:60], MODEL.context))
    _check(arrays, slice(3, 4), _padded("ACGTNNNN", MODEL.context))
    seven = start("seven.zarr", contigs=("chr7",), **options)
    assert _arrays(seven)["start"].tolist() == [0, 100]


@pytest.mark.parametrize(
    ("name", "message"),
    [("missing.fa", "must be a FASTA file"), ("empty.fa", "needs genes or sequences")],
)
def test_what_is_no_fasta_is_refused(
    start: Start, tmp_path: pathlib.Path, name: str, message: str
) -> None:
    (tmp_path / "empty.fa").touch()
    config = start(input=tmp_path / name, reference=None, annotation=None)
    with pytest.raises(errors.InputError, match=message):
        targets.run(config)


def test_contigs_are_taken_or_left_out(start: Start) -> None:
    for options in ({"contigs": ("1",)}, {"exclude": ("chr2",)}):
        config = start(f"{next(iter(options))}.zarr", **options)
        assert targets.run(config).rows == 6
    with pytest.raises(errors.InputError, match="needs genes or sequences to label"):
        targets.run(start(exclude=("1", "2")))


def test_undivided_tracks_are_refused(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "load", lambda *_: toys.undivided_model(1))
    with pytest.raises(errors.InputError, match="tells acceptors from donors"):
        targets.run(start())
