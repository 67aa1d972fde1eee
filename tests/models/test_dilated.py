"""The SpliceAI family's trunk: its plain pass, its stages, its contexts."""

import pytest
import torch

from support import networks
from twinsplice.engine import incremental
from twinsplice.models import dilated


@pytest.mark.parametrize(
    ("blocks", "context"), [(4, 40), (8, 200), (12, 1_000), (16, 5_000)]
)
def test_contexts_are_the_published_ones(blocks: int, context: int) -> None:
    config = dilated.DilatedConfig(blocks=blocks)
    assert config.context == context
    assert dilated.DilatedNetwork(config).network().context == context


@pytest.mark.parametrize(
    "config",
    [
        dilated.DilatedConfig(blocks=4),
        dilated.DilatedConfig(blocks=8, slope=0.1, epsilon=1e-3),
        dilated.DilatedConfig(blocks=12, channels=8, classes=2, kept=(1,)),
    ],
)
def test_the_stages_compute_the_plain_pass(config: dilated.DilatedConfig) -> None:
    network = networks.random_network(config, seed=1)
    codes = torch.randint(0, 5, (2, 2 * config.context + 33))
    x = torch.eye(5, 4)[codes]
    plain = network(x.transpose(1, 2)).transpose(1, 2)
    staged = incremental.reference(network.network(), x).profile
    assert staged.shape == (2, 33, len(config.kept))
    torch.testing.assert_close(staged, plain, rtol=0, atol=1e-5)


def test_a_depth_the_family_does_not_have_is_refused() -> None:
    with pytest.raises(ValueError, match="4, 8, 12 or 16; got 5"):
        dilated.DilatedConfig(blocks=5)
