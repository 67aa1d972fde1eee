"""Convolutions by products of spectra."""

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

from twinsplice.engine import incremental, spectral, stages

LONG = st.sampled_from([15, 21, 31, 41])


def directly(
    x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor, dilation: int
) -> torch.Tensor:
    """The plain convolution, in double precision."""
    image = x.double().transpose(1, 2)
    kernel = weight[:, :, 0].double()
    return F.conv1d(image, kernel, bias.double(), dilation=dilation).transpose(1, 2)


def random_kernel(
    taps: int, inputs: int, outputs: int, seed: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """Weights whose sums have values of about one."""
    torch.manual_seed(seed)
    weight = torch.randn(outputs, inputs, 1, taps) / (inputs * taps) ** 0.5
    return weight, torch.randn(outputs)


@settings(max_examples=40)
@given(
    taps=LONG,
    rows=st.sampled_from([64, 96, 128]),
    dilation=st.integers(1, 26),
    shape=st.tuples(st.integers(1, 5), st.integers(0, 2_000)),
    channels=st.sampled_from([(3, 5), (8, 8)]),
    narrowed=st.integers(0, 30),
)
def test_it_equals_the_direct_convolution(
    taps: int,
    rows: int,
    dilation: int,
    shape: tuple[int, int],
    channels: tuple[int, int],
    narrowed: int,
) -> None:
    """For whatever length, also of a part of a longer value."""
    batch, more = shape
    weight, bias = random_kernel(taps, *channels, seed=more)
    length = rows * dilation + more
    x = torch.randn(batch, length + 2 * narrowed, channels[0])
    x = x[:, narrowed : length + narrowed]
    kernel = spectral.kernel(weight, bias, dilation, rows)
    got = spectral.convolve(kernel, x)
    expected = directly(x, weight, bias, dilation)
    assert got.shape == expected.shape
    assert float((got - expected).abs().max()) < 5e-6


def test_other_layouts_are_taken() -> None:
    """Values whose channels do not lie together."""
    weight, bias = random_kernel(21, 4, 4, seed=1)
    x = torch.randn(2, 4, 700).transpose(1, 2)
    kernel = spectral.kernel(weight, bias, 3, 64)
    expected = directly(x, weight, bias, 3)
    torch.testing.assert_close(
        spectral.convolve(kernel, x), expected.float(), atol=5e-6, rtol=0
    )


@given(taps=st.integers(1, 60), outputs=st.integers(1, 9_000), dilation=LONG)
def test_tiles_fit_and_are_used_where_they_save_work(
    taps: int, outputs: int, dilation: int
) -> None:
    """The result holds a tile; short kernels, and few outputs, are left alone."""
    rows = spectral.tile(outputs, taps, dilation)
    if rows is not None:
        assert taps >= 15
        assert taps % 2 == 1
        assert 0 < (rows - taps + 1) * dilation <= outputs


def test_long_kernels_of_long_values_have_a_spectrum() -> None:
    """As the base models have them: 41 taps, 25 bases apart."""
    weight, bias = random_kernel(41, 32, 32, seed=2)
    stage = stages.convolution(stages.INPUT, weight[:, :, 0], bias, 25)
    spectrum = stage.spectrum(4_000)
    assert spectrum is not None
    assert stage.spectrum(4_000) is spectrum
    assert stage.spectrum(101) is None


@pytest.mark.parametrize("shift", [0, -3])
def test_cones_equal_whole_passes_through_spectra(
    shift: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a network with long kernels, in one thread; both ways are taken."""
    used: list[int] = []
    convolve = spectral.convolve

    def seen(kernel: spectral.Kernel, x: torch.Tensor) -> torch.Tensor:
        used.append(kernel.taps)
        return convolve(kernel, x)

    monkeypatch.setattr(spectral, "convolve", seen)
    first, bias = random_kernel(21, 4, 8, seed=3)
    second, _ = random_kernel(41, 8, 8, seed=4)
    network = stages.Network(
        [
            stages.convolution(0, first[:, :, 0], bias, 10),
            stages.convolution(1, second[:, :, 0], bias, 10),
        ]
    )
    reach, new = 900, 4
    length = 2 * (network.context + reach + 10)
    sequence = torch.eye(4)[torch.randint(0, 4, (1, length))]
    start = length // 2
    bases = torch.eye(4)[torch.randint(0, 4, (1, new))]
    edits = incremental.EditBatch(
        tile=torch.tensor([0]),
        start=torch.tensor([start]),
        shift=torch.tensor([shift]),
        bases=bases,
        left=reach,
        right=reach,
    )
    state = incremental.reference(network, sequence)
    cone = incremental.alternate(state, edits)
    rest = start + new + shift
    edited = torch.cat([sequence[:, :start], bases, sequence[:, rest:]], dim=1)
    whole = incremental.reference(network, edited).profile
    at = start - network.context - reach
    expected = whole[:, at : at + cone.shape[1]]
    torch.testing.assert_close(cone, expected, atol=2e-6, rtol=0)
    assert set(used) == {21, 41}
