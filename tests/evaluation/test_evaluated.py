"""A base model held against targets."""

import dataclasses
import pathlib

import numpy as np
import pytest

from support import genomes as paired_input
from support import models as toys
from twinsplice import errors
from twinsplice.base_models import loading
from twinsplice.commands import evaluate_agreement, targets
from twinsplice.settings import evaluate as evaluate_settings
from twinsplice.settings import targets as targets_settings

# A base model held against targets.


def _evaluated(
    config: targets_settings.Config, **options: object
) -> dict[str, dict[str, float]]:
    given: dict[str, object] = {
        "targets": (config.output,),
        "reference": config.reference,
        "annotation": config.annotation,
    }
    asked = evaluate_settings.Config(
        pathlib.Path("cispliceai"),
        **(given | options),  # type: ignore[arg-type]
    )
    return evaluate_agreement.run(asked).summary.groups


def test_a_base_model_agrees_with_the_targets_that_it_made(
    start: paired_input.Start,
) -> None:
    config = start()
    store = paired_input.stored(config)
    found = _evaluated(config)["all"]
    assert found["variants"] == store.rows
    assert found["r"] == pytest.approx(1, abs=1e-6)
    assert found["r_position"] == pytest.approx(1, abs=1e-6)


def test_a_member_of_a_base_model_differs_from_the_mean_of_all(
    start: paired_input.Start,
) -> None:
    config = start()
    store = paired_input.stored(config)
    found = _evaluated(config, member=1)["all"]["r"]
    alone = dataclasses.replace(config, output=config.output.with_name("one.zarr"))
    with pytest.MonkeyPatch.context() as patched:
        one = toys.model([paired_input.MODEL.members[1]])
        patched.setattr(loading, "load", lambda name, weights: one)
        of_one = paired_input.stored(alone)
    sizes = [
        np.abs(each.read("delta")).max(axis=(1, 2)).astype(float)
        for each in (of_one, store)
    ]
    assert found == pytest.approx(np.corrcoef(*sizes)[0, 1], abs=1e-5)
    assert found < 0.999


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"member": 3}, "members 0 to 2"),
        ({"reference": None}, "needs --reference and --annotation"),
        ({"annotation": "grch37"}, "genes that the targets were made from"),
    ],
)
def test_a_base_model_is_not_held_against_what_it_cannot_read(
    start: paired_input.Start, options: dict[str, object], said: str
) -> None:
    config = start()
    targets.run(config)
    with pytest.raises(errors.InputError, match=said):
        _evaluated(config, **options)


def test_another_genome_than_the_targets_is_refused(
    start: paired_input.Start, tmp_path: pathlib.Path
) -> None:
    config = start()
    targets.run(config)
    changed = {name: text[::-1] for name, text in paired_input.CONTIGS.items()}
    other = toys.write_fasta(tmp_path / "other.fa", changed)
    with pytest.raises(errors.InputError, match="sequences that the targets were made"):
        _evaluated(config, reference=other)
