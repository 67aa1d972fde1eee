"""The calibration wrappers, and the write-up's own lines of code."""

import json
import math

import pytest
import torch

from support import networks
from twinsplice import errors, models
from twinsplice.models import siamese
from twinsplice.models.reported import calibrated, original, single_pass

# The write-up's "Best configuration"; only the import line is ours.
SNIPPET = """
from twinsplice.models import (
    SimpleCNNDeltaPredictor,
    create_calibrated_predictor
)
# Best architecture
base_model = SimpleCNNDeltaPredictor(
    hidden_dim=64,
    n_layers=6,
    kernel_size=15
)
# Best calibration: Quantile loss
model = create_calibrated_predictor(
    base_predictor=base_model,
    strategy='quantile',
    quantile=0.9 # Focus on large deltas
)
"""
STRATEGIES = ("quantile", "scaled", "temperature", "multitask")


def within(kind: type[siamese.SiameseModel]) -> siamese.SiameseModel:
    torch.manual_seed(0)
    made = kind(3, 3, 3).double()
    networks.shuffled(made, seed=1)
    return made


def wrap(
    strategy: str,
    kind: type[siamese.SiameseModel] = original.SimpleCNNDeltaPredictor,
) -> calibrated.CalibratedPredictor:
    made = calibrated.create_calibrated_predictor(within(kind), strategy)
    return made.double()


def test_the_write_up_s_lines_run_as_they_are() -> None:
    names: dict[str, object] = {}
    exec(SNIPPET, names)
    model = names["model"]
    assert isinstance(model, calibrated.QuantilePredictor)
    assert model.quantile == 0.9
    assert model.predictor is names["base_model"]
    ref, alt = (networks.bases(30, seed, batch=2).float() for seed in (0, 1))
    assert model(ref, alt).shape == (2, 30, 2)


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize(
    "kind",
    [
        original.DeltaPredictor,
        original.DeltaPredictorV2,
        original.SimpleCNNDeltaPredictor,
        single_pass.ValidatedDeltaPredictor,
    ],
)
def test_a_fresh_wrapper_changes_nothing(
    strategy: str, kind: type[siamese.SiameseModel]
) -> None:
    model, inner = wrap(strategy, kind), within(kind)
    ref, alt = (networks.bases(50, seed, batch=2) for seed in (0, 1))
    assert torch.equal(model(ref, alt), inner(ref, alt))
    assert model.context == inner.context
    encodings = model.encode(ref), model.encode(alt)
    change = single_pass.first_change(ref, alt)
    assert torch.equal(encodings[0], inner.encode(ref))
    assert torch.equal(
        model.compare(*encodings, change), inner.compare(*encodings, change)
    )


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_the_engine_s_encodings_are_the_plain_ones(strategy: str) -> None:
    model = wrap(strategy)
    for edit in (networks.SNV, networks.DELETION, networks.INSERTION):
        networks.check_cone(model.encode, model.network(), edit)


def test_scales_multiply_donor_and_acceptor() -> None:
    model = wrap("scaled")
    assert isinstance(model, calibrated.ScaledPredictor)
    torch.nn.init.constant_(model.log_scale, math.log(2))
    with torch.no_grad():
        model.log_scale[1] = math.log(5)
    ref, alt = (networks.bases(50, seed) for seed in (0, 1))
    wanted = model.predictor(ref, alt) * torch.tensor([2, 5])
    torch.testing.assert_close(model(ref, alt), wanted)


def test_the_temperature_divides_both() -> None:
    model = wrap("temperature")
    assert isinstance(model, calibrated.TemperaturePredictor)
    torch.nn.init.constant_(model.log_temperature, math.log(4))
    ref, alt = (networks.bases(50, seed) for seed in (0, 1))
    torch.testing.assert_close(model(ref, alt), model.predictor(ref, alt) / 4)


def test_scales_and_temperatures_are_positive_whatever_is_learned() -> None:
    scaled, temperature = wrap("scaled"), wrap("temperature")
    assert isinstance(scaled, calibrated.ScaledPredictor)
    assert isinstance(temperature, calibrated.TemperaturePredictor)
    with torch.no_grad():
        scaled.log_scale.fill_(-20)
        temperature.log_temperature.fill_(-20)
    assert bool((scaled.scale > 0).all())
    assert temperature.temperature > 0


def test_the_second_task_has_a_logit_for_each_position() -> None:
    model = wrap("multitask")
    assert isinstance(model, calibrated.MultiTaskPredictor)
    x = networks.bases(50, seed=0, batch=2)
    ref, alt = model.encode(x), model.encode(networks.substituted(x, 25))
    logits, none = model.classify(ref, alt), model.classify(ref, ref)
    assert logits.shape == (2, 50 - 2 * model.context)
    assert bool((logits != none).any())
    # Beyond reach of the variant both have the encodings of no change.
    torch.testing.assert_close(logits[:, 0], none[:, 0], rtol=0, atol=1e-12)


def test_the_second_head_reads_alternate_less_reference() -> None:
    model = wrap("multitask")
    assert isinstance(model, calibrated.MultiTaskPredictor)
    model.classifier = torch.nn.Sequential()
    ref, alt = (model.encode(networks.bases(50, seed)) for seed in (0, 1))
    assert torch.equal(model.classify(ref, alt), (alt - ref)[:, 0])


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_every_parameter_learns(strategy: str) -> None:
    model = wrap(strategy)
    ref, alt = (networks.bases(50, seed, batch=4) for seed in (0, 1))
    loss = model(ref, alt).square().sum()
    if isinstance(model, calibrated.MultiTaskPredictor):
        logits = model.classify(model.encode(ref), model.encode(alt))
        loss = loss + torch.nn.functional.softplus(logits).sum()
    loss.backward()
    assert networks.unmoved(model) == []


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_no_change_has_a_delta_all_the_same(strategy: str) -> None:
    """A wrapper does not mend the law that the models within break."""
    ref = networks.bases(50, seed=0)
    assert bool((wrap(strategy)(ref, ref).abs() > 1e-3).all())


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_settings_and_weights_make_the_wrapper_again(strategy: str) -> None:
    model = wrap(strategy)
    read = json.loads(json.dumps(model.settings))
    again = models.create_calibrated_predictor(
        base_predictor=original.SimpleCNNDeltaPredictor(3, 3, 3), **read
    ).double()
    again.load_state_dict(model.state_dict())
    ref, alt = (networks.bases(50, seed) for seed in (0, 1))
    assert type(again) is type(model)
    assert again.settings == model.settings
    assert torch.equal(again(ref, alt), model(ref, alt))


def test_the_quantile_is_nine_tenths_unless_given() -> None:
    model = wrap("quantile")
    assert isinstance(model, calibrated.QuantilePredictor)
    assert model.quantile == 0.9


@pytest.mark.parametrize("quantile", [-0.1, 0.0, 1.0, 90.0, math.nan])
def test_a_quantile_out_of_range_is_refused(quantile: float) -> None:
    inner = within(original.SimpleCNNDeltaPredictor)
    with pytest.raises(errors.InputError, match="between 0 and 1"):
        models.create_calibrated_predictor(inner, "quantile", quantile=quantile)


def test_an_unknown_strategy_is_refused() -> None:
    inner = within(original.SimpleCNNDeltaPredictor)
    with pytest.raises(errors.InputError, match="got 'platt'; use one of quantile, s"):
        models.create_calibrated_predictor(inner, strategy="platt")


@pytest.mark.parametrize(
    ("strategy", "option", "takes"),
    [
        ("quantile", "tau", "takes quantile; got tau"),
        ("scaled", "quantile", "takes no options; got quantile"),
        ("temperature", "temperature", "takes no options; got temperature"),
        ("multitask", "weight", "takes no options; got weight"),
    ],
)
def test_an_option_that_a_strategy_does_not_take_is_refused(
    strategy: str, option: str, takes: str
) -> None:
    inner = within(original.SimpleCNNDeltaPredictor)
    with pytest.raises(errors.InputError, match=takes):
        models.create_calibrated_predictor(inner, strategy, **{option: 0.5})
