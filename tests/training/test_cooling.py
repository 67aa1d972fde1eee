"""A temperature divides all log odds; `tests/commands/test_calibrate.py` fits one."""

import pytest
import torch

from support import networks, trained_models
from twinsplice.models import far_stage
from twinsplice.training import cooling


@pytest.mark.parametrize("stage", [None, trained_models.FAR])
@torch.no_grad()
def test_log_odds_are_divided_the_corrected_ones_too(
    stage: far_stage.FarConfig | None,
) -> None:
    model = trained_models.paired_model(5, stage).double()
    with torch.no_grad():
        # Beyond what a correction tells apart, too.
        model.site.weight.mul_(30)
    sequences = [networks.bases(80, seed, batch=2) for seed in (1, 2)]
    wide = networks.bases(80 - 2 * model.context + 2 * trained_models.FAR.reach, 3, 2)
    around = model.surroundings(wide)
    ref, alt = (model.encode(x) for x in sequences)
    before = model.log_odds(ref, alt, None, around)
    cooling.divide(model, 1.7)
    ref, alt = (model.encode(x) for x in sequences)
    after = model.log_odds(ref, alt, None, around)
    for hot, cool in zip(before, after, strict=True):
        torch.testing.assert_close(cool, hot / 1.7, rtol=0, atol=1e-6)
