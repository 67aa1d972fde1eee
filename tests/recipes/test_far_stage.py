"""The recipe of the far stage, on a small genome: whole, cut off, and its parts."""

import dataclasses
import functools
import pathlib
import zlib
from collections.abc import Iterator

import numpy as np
import pytest
import torch
from recipes.far_stage import (
    delta_step,
    encodings,
    fits,
    gene_features,
    genes,
    predictors,
    runs,
    settings,
    strips,
    teachers,
    variants,
)

from support import genomes, stores, trained_models
from support import models as toys
from twinsplice import errors
from twinsplice.engine import encoding
from twinsplice.genome import dna
from twinsplice.io import fasta, reference_map, target_store
from twinsplice.io.annotation import annotations
from twinsplice.models import far_stage, paired
from twinsplice.predictors import checkpoints
from twinsplice.training import batches, inference

FAR = trained_models.FAR
BIN = far_stage.BIN
PLACES = (("1", 100, 500, False), ("1", 250, 800, True), ("2", 0, 300, True))


@dataclasses.dataclass(frozen=True, kw_only=True)
class Files:
    """What the recipe reads."""

    reference: pathlib.Path
    annotation: str
    near: pathlib.Path
    map: pathlib.Path
    store: pathlib.Path

    def config(self, output: pathlib.Path) -> settings.Config:
        """Return the settings of a trial."""
        return settings.Config(
            reference=(self.reference,),
            pairs=(self.store,),
            output=output,
            near=self.near,
            map=self.map,
            annotation=self.annotation,
            stretch=4 * BIN,
            precision="float32",
            trial=True,
        )

    def chosen(self) -> list[genes.Gene]:
        """Return the genes that are read."""
        mapped = reference_map.read(self.map)
        reference = fasta.Reference.open(self.reference)
        return genes.selected(mapped, [reference], runs.SPLIT, None, 0)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Files]:
    """Genes of chromosomes 1 and 2 to learn from, and of one that is never read."""
    folder = tmp_path_factory.mktemp("far")
    with pytest.MonkeyPatch.context() as patch:
        config = genomes.starter(folder, patch)()
        assert config.reference is not None
        store = genomes.stored(config)
        contigs = genomes.CONTIGS | {"chr20": genomes.CONTIGS["chr1"]}
        reference = toys.write_fasta(folder / "more.fa", contigs)
        near = folder / "near.safetensors"
        card = {"base_model_sha256": genomes.MODEL.sha256, "calibration": {}}
        checkpoints.save(near, trained_models.paired_model(), card)
        _write_map(folder / "map.parquet", contigs)
        yield Files(
            reference=reference,
            annotation=str(config.annotation),
            near=near,
            map=folder / "map.parquet",
            store=store.path,
        )


def _write_map(path: pathlib.Path, contigs: dict[str, str]) -> None:
    rng = np.random.default_rng(4)
    mapped, sites = [], []
    for contig, start, end, minus in (*PLACES, ("20", 100, 500, False)):
        codes = dna.encode(contigs[f"chr{contig}"][start:end])
        crc32 = zlib.crc32(codes.tobytes())
        mapped.append(reference_map.MappedGene(contig, start, end, minus, crc32))
        position = np.sort(rng.choice(np.arange(start, end), 60, replace=False))
        log_odds = rng.uniform(-6, 6, (60, 2)).astype(np.float32)
        sites.append(reference_map.Sites(position, log_odds))
    metadata = reference_map.Metadata(
        base_model="toy",
        base_model_sha256=genomes.MODEL.sha256,
        annotation="toy",
        annotation_sha256="1" * 64,
        reference="x.fa",
        floor=1e-3,
        version="0",
    )
    reference_map.write(path, metadata, mapped, sites)


@pytest.fixture(scope="module")
def made(files: Files, tmp_path_factory: pytest.TempPathFactory) -> checkpoints.Trained:
    """Weights of a run that was cut off twice."""
    config = files.config(tmp_path_factory.mktemp("run"))
    for steps in (8, 14):
        with pytest.raises(stores.Killed):
            runs.run(config, FAR, stores.killer(steps))
    return checkpoints.load(runs.run(config, FAR))


def test_a_run_adds_a_far_stage_to_near_weights(
    files: Files, made: checkpoints.Trained
) -> None:
    model, near = made.model, checkpoints.load(files.near)
    assert isinstance(model, paired.PairedDeltaPredictor)
    weights = model.state_dict()
    for name, value in near.model.state_dict().items():
        assert torch.equal(weights[name], value)
    assert weights["adjust.out.weight"].any()
    assert weights["far.blocks.0.linear.weight"].any()
    assert "calibration" not in made.card
    record = made.card["far_stage"]
    assert record["near_sha256"] == near.sha256
    for name in ("teacher", "student", "delta"):
        assert record[name]["steps"] == 4
        assert record[name]["seconds"] > 0
        assert [row["step"] for row in record[name]["losses"]] == [2, 4]


def test_a_run_that_was_cut_off_ends_with_the_weights_of_one_that_was_not(
    files: Files,
    made: checkpoints.Trained,
    tmp_path: pathlib.Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    config = files.config(tmp_path)
    whole = checkpoints.load(runs.run(config, FAR)).model.state_dict()
    for name, value in made.model.state_dict().items():
        torch.testing.assert_close(value, whole[name], rtol=0, atol=0)
    # What is there is not made again, and not mixed with what is made otherwise.
    monkeypatch.setattr(fits, "_fit", None)
    runs.run(config, FAR)
    with pytest.raises(errors.InputError, match="begun with"):
        runs.run(dataclasses.replace(config, seed=1), FAR)


def test_test_chromosomes_are_never_read(files: Files) -> None:
    chosen = {gene.number: gene.fold for gene in files.chosen()}
    assert chosen == {0: "train", 1: "train", 2: "validation"}


def test_inputs_of_two_base_models_are_refused(
    files: Files, tmp_path: pathlib.Path
) -> None:
    near = tmp_path / "near.safetensors"
    card = {"base_model_sha256": "f" * 64}
    checkpoints.save(near, trained_models.paired_model(), card)
    config = dataclasses.replace(files.config(tmp_path / "run"), near=near)
    with pytest.raises(errors.InputError, match="one base model"):
        runs.run(config, FAR)


def test_a_fit_goes_on_where_it_was_cut_off(tmp_path: pathlib.Path) -> None:
    asked: list[int] = []
    layer = torch.nn.Linear(2, 1)

    class Objective(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layer = layer

        def forward(self, batch: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
            return {"loss": self.layer(batch["x"]).square().sum()}

    def batch(number: int, share: batches.Share) -> dict[str, torch.Tensor]:
        asked.append(number + share.process)
        return {"x": torch.ones(1, 2)}

    fit = fits.Fit(
        objective=Objective(),
        parameters=list(layer.parameters()),
        batch=batch,
        evaluate=lambda _: {"score": 0.0},
    )
    step = settings.Step(steps=6, batch=1, learning_rate=0.1, evaluate_every=2)
    path = tmp_path / "fit.pt"
    with pytest.raises(stores.Killed):
        fits.fitted(path, fit, step, stores.killer(4))
    asked.clear()
    record = fits.fitted(path, fit, step)
    assert asked[0] == 4
    assert [row["step"] for row in record["losses"]] == [2, 4, 6]
    asked.clear()
    assert fits.fitted(path, fit, step) == record
    assert not asked


@functools.cache
def model() -> paired.PairedDeltaPredictor:
    return trained_models.paired_model(3, FAR)


@torch.no_grad()
def test_stretches_hold_the_bins_of_every_gene(
    files: Files, tmp_path: pathlib.Path
) -> None:
    stage, chosen = model().far, files.chosen()
    assert stage is not None
    by_fold = gene_features.encoders(model(), 5e-4, short=False)
    gene_features.make(tmp_path, chosen, reference_map.read(files.map), by_fold)
    parts = [gene_features.read(tmp_path, gene) for gene in chosen]
    strip = strips.join(parts, stage.reach, 4 * BIN)
    seen, expected = [], []
    for start in strip.all():
        batch = strip.batch([start])
        bins = stage(encoding.one_hot_tracks(torch.from_numpy(batch["codes"])))[0]
        seen.append(bins[batch["column"][0] // BIN])
    for gene, part in zip(chosen, parts, strict=True):
        for place in (gene.span[0] // BIN * BIN + part["position"]).tolist():
            first = place // BIN * BIN
            codes = gene.view.as_read(first - stage.reach, first + BIN + stage.reach)
            one_hot = encoding.one_hot_tracks(torch.from_numpy(codes[None]))
            expected.append(stage(one_hot)[0])
    torch.testing.assert_close(
        torch.cat(seen), torch.cat(expected), rtol=1e-4, atol=1e-4
    )


def test_near_log_odds_and_the_maps_lie_on_their_bases(
    files: Files, tmp_path: pathlib.Path
) -> None:
    found = reference_map.read(files.map)
    by_fold = gene_features.encoders(model(), 5e-4, short=False)
    gene_features.make(tmp_path, files.chosen(), found, by_fold)
    for gene in files.chosen():
        part = gene_features.read(tmp_path, gene)
        places = gene.span[0] // BIN * BIN + part["position"]
        own = model().context
        for row in range(0, len(places), 7):
            place = int(places[row])
            codes = gene.view.as_read(place - own, place + own + 1)
            one_hot = encoding.one_hot_tracks(torch.from_numpy(codes[None]))
            tracks = model().encode(one_hot)[0, :, 0].numpy()
            np.testing.assert_allclose(part["own"][row], tracks[:2], atol=1e-3)
            skip = tracks[2 + model().config.latents :]
            np.testing.assert_allclose(part["skip"][row], skip, rtol=1e-2, atol=1e-2)
        on_plus = -places - 1 if gene.view.minus else places
        sites = found.sites(gene.number, 0, 10_000)
        told = dict(zip(sites.position.tolist(), sites.log_odds, strict=True))
        for place, base in zip(on_plus.tolist(), part["base"], strict=True):
            np.testing.assert_array_equal(base, told.pop(place, [-np.inf, -np.inf]))
        assert not told


def test_a_teachers_bins_are_the_far_stages() -> None:
    torch.manual_seed(1)
    teacher = teachers.Teacher(FAR, torch.ones(4))
    stage = far_stage.FarStage(FAR)
    beyond = FAR.reach - far_stage.STEM_BINS * BIN
    halves = 2 * (beyond + BIN) // gene_features.POOL + 2
    pooled = torch.randn(1, halves, 6)
    stem = teacher.stem(pooled)
    codes = torch.zeros((1, 4, 2 * (FAR.reach + BIN)))
    assert stem.shape == stage.stem(codes).shape
    assert teacher.channels(stem).shape == stage.channels(stage.stem(codes)).shape
    # The half bins of the first bin of the two, and the one before, move it.
    middle = stem.shape[3] // 2 - 1
    for half in range(halves):
        changed = pooled.clone()
        changed[:, half] += 1
        moved = (teacher.stem(changed) != stem)[0, :, 0, middle].any()
        assert bool(moved) == (2 * middle <= half < 2 * middle + 4)
    teachers.begin_as(stage, teacher)
    torch.testing.assert_close(stage.channels(stem), teacher.channels(stem))


def test_deltas_are_those_that_inference_gives_the_finished_model(
    files: Files, tmp_path: pathlib.Path
) -> None:
    store = target_store.open_store(files.store)
    with fasta.Reference.open(files.reference) as reference:
        genome = [reference], annotations.load(files.annotation).index
        part = variants.read(store, store.done_rows(), "all", 0.5, genome)
        own = trained_models.paired_model(5, FAR)
        encoded = encodings.encoded(tmp_path, part, own, own.network())
        wide = variants.widened(part, slice(None), FAR.reach)
        assert part.pairs.context < FAR.reach <= wide.context
        other = dataclasses.replace(part, sources=part.sources[::-1])
        with pytest.raises(errors.InputError, match="other bases"):
            variants.widened(other, slice(None), FAR.reach)
    scale = torch.linspace(0.5, 2, trained_models.SMALL.channels)
    objective = delta_step.DeltaObjective(own, scale, (1.0, 1.0))
    rows = np.arange(len(wide.codes))
    batch = encodings.tensors(encoded.batch(rows))
    delta, profile = (made.detach().numpy() for made in objective.predicted(batch))
    inferred = inference.infer(predictors.absorb(own, scale), wide)
    np.testing.assert_allclose(delta, inferred.delta, atol=3e-3)
    np.testing.assert_allclose(profile, inferred.reference, atol=3e-3)
    assert np.abs(inferred.delta).max() > 0.05
