"""Exact incremental inference of alternate profiles from a reference pass.

A change of one base spreads by half a kernel at each convolution, so outside that
cone every value of a network (see `stages`) equals the reference's, shifted by the
change of length to the right of an insertion or deletion. `reference` runs a network
once over tiles of sequence and keeps the values that cones need; `alternate` runs a
batch of edits and computes only values that changed and that an output depends on.

The module is independent of a network's purpose. Tensors are channels-last,
`[batch, position, channel]`; positions are those of the input.

Source: the idea is fastISM's, Nair et al. 2022, doi:10.1093/bioinformatics/btac135.
"""

import dataclasses
import functools
from collections.abc import Iterator

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int64
from torch import Tensor

from twinsplice.engine import spectral, stages


@dataclasses.dataclass(frozen=True, eq=False, slots=True)
class Reference:
    """The result of one pass over reference tiles.

    Attributes:
        network: The network that ran.
        values: Stored values over the positions where cones need them.
        profile: The output; position 0 is input position `network.context`.
    """

    network: stages.Network
    values: dict[int, Float[Tensor, "batch _ _"]]
    profile: Float[Tensor, "batch outputs tracks"]


@dataclasses.dataclass(frozen=True, eq=False, slots=True)
class EditBatch:
    """A batch of replacements, all with the same number of new bases.

    The new bases, at least one, may extend beyond the allele by bases of the
    reference, so that alleles of different lengths share a batch.

    Attributes:
        tile: Number of the edited reference tile.
        start: First changed position of that tile.
        shift: Bases by which everything right of the new bases moved: a position
            there plus `shift` is the position in the reference.
        bases: The new bases, one-hot.
        left: Output positions left of `start`.
        right: Output positions right of the new bases.
    """

    tile: Int64[Tensor, " edits"]
    start: Int64[Tensor, " edits"]
    shift: Int64[Tensor, " edits"]
    bases: Float[Tensor, "edits new channels"]
    left: int
    right: int

    @property
    def outputs(self) -> int:
        """Output positions of each edit."""
        return self.left + self.bases.shape[1] + self.right


@torch.inference_mode()
def reference(
    network: stages.Network,
    sequence: Float[Tensor, "batch length channels"],
    *,
    keep: bool = True,
) -> Reference:
    """Run a network over tiles; outputs exclude `context` positions at either end.

    Args:
        network: The network.
        sequence: One-hot bases, zeros where unknown.
        keep: Keep the values that `alternate` needs, not the profile only.

    Raises:
        ValueError: The tile is no longer than the two contexts.
    """
    outputs = sequence.shape[1] - 2 * network.context
    if outputs < 1:
        raise ValueError(
            f"a tile must be longer than twice the context of {network.context}; "
            f"got {sequence.shape[1]}"
        )
    values: dict[int, Tensor] = {stages.INPUT: sequence}
    for i, stage in enumerate(network.stages):
        value = i + 1
        # Each value is computed only over the positions that outputs depend on: without
        # padding, tensors shrink by half a kernel a side with every convolution.
        margin = network.margin[value]
        if isinstance(stage, stages.Convolution):
            source = _narrow(network, values, stage.source, margin + stage.half)
            values[value] = _convolve(stage, source)
        elif isinstance(stage, stages.Residual):
            source = _narrow(network, values, stage.source, margin)
            values[value] = values[stage.change].add_(source)
        else:
            sources = (_narrow(network, values, s, margin) for s in stage.sources)
            values[value] = stage.function(*sources)
        for unneeded in network.last_use[i]:
            if not (keep and unneeded in network.kept):
                del values[unneeded]
    profile = values[len(network.stages)]
    kept = {v: values[v].contiguous() for v in network.kept} if keep else {}
    return Reference(network, kept, profile)


@torch.inference_mode()
def alternate(
    ref: Reference, edits: EditBatch
) -> Float[Tensor, "edits positions tracks"]:
    """Return the profiles of edited tiles around their edits.

    Position 0 of a profile is `edits.left` bases left of the first new base; the
    profile has `left + new + right` positions, in the edited tile's own bases.

    Raises:
        IndexError: An edit, with its margins, leaves the reference's outputs.
    """
    _check(ref, edits)
    # Only changed positions are stored: `values[v]` spans `cone.region(v)` around the
    # new bases. Where a stage reads further out, they are flanked by the reference's
    # values (`over`, `frame`, `add`).
    cone = _Cone(ref, edits)
    values: dict[int, Tensor] = {stages.INPUT: edits.bases}
    network = ref.network
    for i, stage in enumerate(network.stages):
        left, right = cone.region(i + 1)
        if isinstance(stage, stages.Convolution):
            values[i + 1] = cone.convolve(stage, values[stage.source], left, right)
        elif isinstance(stage, stages.Residual):
            onto = cone.over(stage.change, values[stage.change], left, right)
            cone.add(stage.source, values[stage.source], onto, left, right)
            values[i + 1] = onto
        else:
            sources = [cone.over(s, values[s], left, right) for s in stage.sources]
            if i + 1 in network.framed:
                values[i + 1], out = cone.frame(i + 1)
                stage.function(*sources, out=out)
            else:
                values[i + 1] = stage.function(*sources)
        for unneeded in network.last_use[i]:
            del values[unneeded]
    last = len(network.stages)
    return cone.over(last, values[last], edits.left, edits.right)


class _Cone:
    """The positions at which values of a batch of edits differ from the reference."""

    def __init__(self, ref: Reference, edits: EditBatch) -> None:
        self.network = ref.network
        self.values = ref.values
        self.edits = edits
        self.new = edits.bases.shape[1]

    def region(self, value: int) -> tuple[int, int]:
        """Positions left and right of the new bases at which a value is computed."""
        # Two bounds: no change reaches beyond the radius, and no output depends on
        # positions beyond the margin. The cone first widens, then narrows.
        radius, margin = self.network.radius[value], self.network.margin[value]
        return (
            min(radius, self.edits.left + margin),
            min(radius, self.edits.right + margin),
        )

    def convolve(
        self, stage: stages.Convolution, source: Tensor, left: int, right: int
    ) -> Tensor:
        """Convolve a value; the result spans the region `left`, `right`."""
        if stage.source not in self.network.framed:
            reach = stage.half
            source = self.over(stage.source, source, left + reach, right + reach)
        return _convolve(stage, source)

    def over(self, value: int, changed: Tensor, left: int, right: int) -> Tensor:
        """Return a value over a region: changed positions, flanked by the reference."""
        gaps, middle = self._gaps(value, left, right), self._crop(value, left, right)
        if gaps == (0, 0):
            return changed[:, middle]
        width = left + self.new + right
        out = changed.new_empty(changed.shape[0], width, changed.shape[2])
        out[:, gaps[0] : width - gaps[1]] = changed[:, middle]
        for part, values in self._around(value, left, right):
            out[:, part] = values
        return out

    def add(
        self, value: int, changed: Tensor, onto: Tensor, left: int, right: int
    ) -> None:
        """Add a value over a region to `onto`, which holds another value there."""
        gaps, middle = self._gaps(value, left, right), self._crop(value, left, right)
        onto[:, gaps[0] : onto.shape[1] - gaps[1]] += changed[:, middle]
        for part, values in self._around(value, left, right):
            onto[:, part] += values

    def frame(self, value: int) -> tuple[Tensor, Tensor]:
        """Allocate a value over the region that the convolution after it reads.

        Returns:
            The whole region with the reference's flanks filled in, and its changed
            part, to be computed in place.
        """
        stage = self.network.stages[value]
        assert isinstance(stage, stages.Convolution)
        left, right = (side + stage.half for side in self.region(value + 1))
        stored = self.values[value]
        width = left + self.new + right
        out = stored.new_empty(len(self.edits.start), width, stored.shape[2])
        for part, values in self._around(value, left, right):
            out[:, part] = values
        gaps = self._gaps(value, left, right)
        return out, out[:, gaps[0] : width - gaps[1]]

    def _gaps(self, value: int, left: int, right: int) -> tuple[int, int]:
        """Positions at either end of a region where a value is the reference's."""
        has_left, has_right = self.region(value)
        return max(left - has_left, 0), max(right - has_right, 0)

    def _crop(self, value: int, left: int, right: int) -> slice:
        """The part of a value's own region within another region."""
        has_left, has_right = self.region(value)
        width = has_left + self.new + has_right
        return slice(max(has_left - left, 0), width - max(has_right - right, 0))

    def _around(
        self, value: int, left: int, right: int
    ) -> Iterator[tuple[slice, Tensor]]:
        """The reference's values at either end of a region, and their slices of it."""
        gap_left, gap_right = self._gaps(value, left, right)
        width = left + self.new + right
        # Reference positions are unchanged left of the edit, and shifted by the change
        # of length right of it.
        if gap_left:
            first = self.edits.start - left
            yield slice(0, gap_left), self._gather(value, first, gap_left)
        if gap_right:
            moved = self.edits.start + self.edits.shift + self.new
            first = moved + right - gap_right
            values = self._gather(value, first, gap_right)
            yield slice(width - gap_right, width), values

    def _gather(self, value: int, first: Tensor, width: int) -> Tensor:
        """The reference's value at `width` positions from `first` (input positions)."""
        stored = self.values[value]
        offset = self.network.context - self.network.margin[value]
        start = self.edits.tile * stored.shape[1] + first - offset
        rows = start[:, None] + torch.arange(width, device=start.device)
        flat = stored.view(-1, stored.shape[2])
        return flat.index_select(0, rows.view(-1)).view(
            len(start), width, stored.shape[2]
        )


def _convolve(stage: stages.Convolution, x: Tensor) -> Tensor:
    """Convolve `x` without padding.

    As two-dimensional images of height one, channels last, dilated kernels run near
    the machine's peak, unlike one-dimensional ones. Kernels of lower precision than
    the values give products of that precision; sums keep the values' type.
    """
    if _suits_spectra(stage, x):
        spectrum = stage.spectrum(x.shape[1] - 2 * stage.half)
        if spectrum is not None:
            return spectral.convolve(spectrum, x)
    image = x[:, None].permute(0, 3, 1, 2).to(stage.weight.dtype)
    y = F.conv2d(image, stage.weight, stage.bias, dilation=(1, stage.dilation))
    return y.permute(0, 2, 3, 1)[:, 0].to(x.dtype)


def _suits_spectra(stage: stages.Convolution, x: Tensor) -> bool:
    """Whether this is single precision on a processor that MKL serves, in one thread.

    Threads that share each of the many products lose by it more than spectra gain.
    """
    single = x.dtype == stage.weight.dtype == torch.float32
    on_cpu = x.device.type == "cpu" and _has_mkl()
    return single and on_cpu and torch.get_num_threads() == 1


@functools.cache
def _has_mkl() -> bool:
    return bool(torch.backends.mkl.is_available())  # type: ignore[no-untyped-call]


def _narrow(
    network: stages.Network, values: dict[int, Tensor], value: int, margin: int
) -> Tensor:
    """A value of the reference pass over the outputs and `margin` bases each side."""
    excess = network.margin[value] - margin
    x = values[value]
    return x[:, excess : x.shape[1] - excess]


def _check(ref: Reference, edits: EditBatch) -> None:
    context, outputs = ref.network.context, ref.profile.shape[1]
    first = edits.start - edits.left - context
    end = edits.start + edits.shift + edits.bases.shape[1] + edits.right - context
    if bool((first < 0).any()) or bool((end > outputs).any()):
        raise IndexError(
            f"edits need outputs {int(first.min())} to {int(end.max())} of a reference "
            f"pass that has 0 to {outputs}"
        )
