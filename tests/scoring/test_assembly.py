"""Scorers put together: the genome, the genes and the rules that options name."""

import pathlib
from typing import Any

import pytest

from support import models as toys
from support import trained_models
from twinsplice import errors
from twinsplice.base_models import contract
from twinsplice.effect import rules
from twinsplice.predictors import checkpoints, loading
from twinsplice.scoring import assembly

TABLE = (
    "#NAME\tCHROM\tSTRAND\tTX_START\tTX_END\tEXON_START\tEXON_END\n"
    "PLUS\t1\t+\t100\t400\t100,300,\t200,400,\n"
    "MINUS\t1\t-\t150\t260\t150,\t260,\n"
)
SPLICEAI, CISPLICEAI = (
    toys.model([toys.member(1)], name) for name in ("spliceai", "cispliceai")
)


@pytest.fixture
def files(tmp_path: pathlib.Path) -> dict[str, Any]:
    return toys.write_genome(tmp_path, {"1": "ACGT" * 150}, TABLE)


def _trained() -> contract.Predictor:
    checkpoint = checkpoints.Trained(
        model=trained_models.paired_model(), card={}, sha256="0" * 64
    )
    return loading.of_trained(checkpoint, "run", toys.ON_CPU)


def test_a_scorer_is_what_its_options_say(files: dict[str, Any]) -> None:
    predictor = SPLICEAI.predictor(toys.ON_CPU)
    options = assembly.Options(**files, distance=77, mask=True, intergenic=True)
    with assembly.opened(predictor, options) as scorer:
        builder = scorer.builder
        assert scorer.predictor is predictor
        assert [gene.name for gene in builder.index.genes] == ["PLUS", "MINUS"]
        assert builder.reference.path == files["reference"]
        assert dict(builder.reference.contigs) == {"1": 600}
        assert (builder.reach, builder.context) == (77, predictor.context)
        assert (builder.mask, builder.intergenic) == (True, True)
        assert builder.conventions is rules.TWINSPLICE
        (outcome,) = scorer.score([toys.record(120, "A", "C")]).gene
        assert outcome == "PLUS"


@pytest.mark.parametrize(
    ("model", "conventions"),
    [(SPLICEAI, rules.SPLICEAI), (CISPLICEAI, rules.CISPLICEAI)],
)
def test_compat_takes_the_rules_of_the_models_program(
    files: dict[str, Any], model: contract.BaseModel, conventions: rules.Rules
) -> None:
    options = assembly.Options(**files, compat=True)
    with assembly.opened(model.predictor(toys.ON_CPU), options) as scorer:
        assert scorer.builder.conventions is conventions


@pytest.mark.slow
@pytest.mark.parametrize(
    ("model", "other"), [(SPLICEAI, CISPLICEAI), (CISPLICEAI, SPLICEAI)]
)
def test_compat_takes_the_genes_of_the_models_program_for_a_shipped_name(
    files: dict[str, Any], model: contract.BaseModel, other: contract.BaseModel
) -> None:
    def names(of: contract.BaseModel, *, compat: bool) -> set[str]:
        options = assembly.Options(
            reference=files["reference"], annotation="GRCh37", compat=compat
        )
        with assembly.opened(of.predictor(toys.ON_CPU), options) as scorer:
            return {gene.name for gene in scorer.builder.index.genes}

    own = names(model, compat=True)
    assert len(own) > 15_000
    assert own != names(other, compat=True)
    assert own != names(model, compat=False)
    assert names(model, compat=False) == names(other, compat=False)


def test_compat_needs_an_official_program(files: dict[str, Any]) -> None:
    options = assembly.Options(**files, compat=True)
    undivided = toys.undivided_model(1).predictor(toys.ON_CPU)
    for predictor in (_trained(), undivided):
        with (
            pytest.raises(
                errors.InputError, match="--compat needs a model of spliceai"
            ),
            assembly.opened(predictor, options),
        ):
            pass


@pytest.mark.parametrize("name", ["reference", "annotation"])
def test_a_file_that_is_not_there_is_one_line(
    files: dict[str, Any], tmp_path: pathlib.Path, name: str
) -> None:
    missing = tmp_path / "nothing.fa"
    options = assembly.Options(
        **(files | {name: str(missing) if name == "annotation" else missing})
    )
    with (
        pytest.raises(errors.InputError) as caught,
        assembly.opened(SPLICEAI.predictor(toys.ON_CPU), options),
    ):
        pass
    assert "nothing.fa" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_genome_is_closed_at_the_end(files: dict[str, Any]) -> None:
    with assembly.opened(
        SPLICEAI.predictor(toys.ON_CPU), assembly.Options(**files)
    ) as scorer:
        pass
    with pytest.raises(errors.InputError) as caught:
        scorer.builder.reference.codes("1", 0, 100)
    assert "closed file" in str(caught.value.__cause__)
