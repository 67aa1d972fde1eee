"""How many threads a run has."""

import torch

from support import networks
from twinsplice.engine import batching
from twinsplice.models import dilated


def test_threads_are_as_many_as_have_memory_for_a_tile() -> None:
    """A thread without room for neighbours would compute a pass for each variant."""
    torch.manual_seed(0)
    config = dilated.DilatedConfig(blocks=4, channels=8)
    network = networks.random_network(config, 1).network()
    tile = 2 * network.context + 20_000
    held = 2 * network.bytes_per_position * tile
    for memory, most in ((0, 1), (held, 1), (3 * held, 3), (3 * held + held // 2, 3)):
        assert batching.most_threads([network], memory) == most
