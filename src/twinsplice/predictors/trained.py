"""Trained paired models as predictors.

A paired model goes the way of base models: its encoder runs on the engine as a
network whose tracks are encodings, and its head then compares many pairs of
encodings at once. What comes out are two profiles of acceptor and donor like any
other: the reference's, and that plus Δ. Models that know no reference profile have
zeros in its place. Δ is cut to -1 to 1, as some models know no bounds.
"""

import dataclasses
import itertools
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import torch
from jaxtyping import Float32, Float64

from twinsplice.base_models import contract
from twinsplice.effect import alignment, deltas, results, windows
from twinsplice.engine import profiling
from twinsplice.genome import coordinates, dna
from twinsplice.models import comparison, paired, siamese
from twinsplice.predictors import score_calibration

TRACKS = ("acceptor", "donor")
_NUMBERS = 4_000_000
"""Numbers in a batch of encodings that the head compares at once."""


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class SiamesePredictor(contract.Predictor):
    """A trained paired model.

    Attributes:
        model: The model.
        sure: How its sizes are calibrated.
        made: Its title.
    """

    model: siamese.SiameseModel
    sure: score_calibration.Certainty
    made: str

    @property
    def title(self) -> str:
        """Its name in print."""
        return self.made

    @property
    def context(self) -> int:
        """Bases read to each side of a scored base."""
        return self.model.context

    @property
    def intervals(self) -> bool:
        """Whether its scores can have intervals: as far as files are concerned, yes."""
        return True

    def ensemble(self, device: torch.device, memory: int) -> profiling.Ensemble:
        """Return its encoder ready to run.

        Args:
            device: Where the model is to be, too.
            memory: Bytes that reference passes and cones may take.
        """
        network = self.model.to(device).network()
        tracks = network.channels[-1]
        return profiling.Ensemble(
            networks=(network,),
            rows=(tuple(range(tracks)),),
            tracks=tracks,
            device=device,
            memory=memory,
        )

    def compare(
        self,
        found: Sequence[profiling.Profiles],
        places: Sequence[contract.Place],
        align: Callable[[contract.Profile, windows.Window], contract.Profile],
    ) -> list[contract.Comparison]:
        """Return the model's comparison of each pair of encodings.

        Args:
            found: Encodings of each query.
            places: Where each was asked.
            align: Not used: encodings are aligned by TwinSplice's own rule, the only
                one that says what is to become of them.
        """
        del align
        compared: list[contract.Comparison | None] = [None] * len(found)
        for batch in _batches(found):
            together = self._compare(
                [found[i] for i in batch], [places[i] for i in batch]
            )
            for i, found_pair in zip(batch, together, strict=True):
                compared[i] = found_pair
        return [each for each in compared if each is not None]

    @torch.inference_mode()
    def _compare(
        self, found: Sequence[profiling.Profiles], places: Sequence[contract.Place]
    ) -> list[contract.Comparison]:
        """Compare encodings of one width in one go."""
        model = self.model
        device = next(model.parameters()).device
        batch = {
            name: torch.from_numpy(values).to(device)
            for name, values in _batch(found, places).items()
        }
        ref = batch["ref"]
        sites = comparison.probabilities(model)
        alt = comparison.aligned(batch["alt"], ref, batch, sites)
        delta = comparison.contrast(model, ref, alt, batch["change"]).clamp(-1, 1)
        begin = ref[:, : len(self.tracks)] if sites else torch.zeros_like(delta)
        tracks = [begin, begin + delta]
        if isinstance(model, paired.PairedDeltaPredictor):
            ends = model.quantiles(ref, alt)
            tracks += [ends[..., 0], ends[..., -1]]
        rows = torch.stack(tracks, dim=1).float().cpu().numpy()
        return [
            contract.Comparison(
                ref=row[0],
                alt=row[1],
                low=row[2] if len(row) > 2 else None,
                high=row[3] if len(row) > 2 else None,
                same=place.window.variant.ref == place.window.variant.alt,
            )
            for row, place in zip(rows, places, strict=True)
        ]

    def finish(
        self,
        changes: Sequence[contract.Changes],
        compared: Sequence[contract.Comparison],
    ) -> list[tuple[contract.Changes, results.Intervals | None]]:
        """Return changes of calibrated size, with intervals where there are any."""
        if not changes:
            return []
        raw = np.array([[each.size for each in four] for four in changes])
        raw = np.clip(raw, 0, 1)
        ends = self.sure.ends(raw, self._quantiles(changes, compared))
        if self.sure.isotonic:
            sizes = self.sure.sizes(raw)
            changes = [_resized(*each) for each in zip(changes, sizes, strict=True)]
        if ends is None:
            return [(each, None) for each in changes]
        both = np.stack(ends, axis=-1)
        finished: list[tuple[contract.Changes, results.Intervals | None]] = []
        for four, of, pair in zip(changes, compared, both.tolist(), strict=True):
            # Between two sequences that are the same nothing is uncertain.
            nothing = tuple((each.size, each.size) for each in four)
            finished.append((four, nothing if of.same else tuple(map(tuple, pair))))
        return finished

    def _quantiles(
        self,
        changes: Sequence[contract.Changes],
        compared: Sequence[contract.Comparison],
    ) -> score_calibration.Ends | None:
        """Quantiles of the sizes, each at the place of its change."""
        if not isinstance(self.model, paired.PairedDeltaPredictor):
            return None
        pairs = [
            [_at(*each, of) for each in zip(self.kinds, four, strict=True)]
            for four, of in zip(changes, compared, strict=True)
        ]
        both = np.clip(np.array(pairs, dtype=np.float64), 0, 1)
        return both[..., 0], both[..., 1]


def _at(
    kind: deltas.Kind, change: deltas.Change, of: contract.Comparison
) -> tuple[float, float]:
    """Quantiles of a size where its change is; a size of 0, as masked, has none."""
    assert of.low is not None
    assert of.high is not None
    if change.size <= 0:
        return 0.0, 0.0
    place = kind.rows[0], change.column
    low, high = float(of.low[place]), float(of.high[place])
    return (low, high) if kind.gain else (-high, -low)


def _resized(
    changes: contract.Changes, sizes: Float64[np.ndarray, " kinds"]
) -> contract.Changes:
    return tuple(
        dataclasses.replace(each, size=size)
        for each, size in zip(changes, sizes.tolist(), strict=True)
    )


def _batches(found: Sequence[profiling.Profiles]) -> Iterator[list[int]]:
    """Indices of encodings of one width, as many as are worth one call."""
    widths = [each.ref.shape[1] for each in found]
    order = sorted(range(len(found)), key=widths.__getitem__)
    for width, members in itertools.groupby(order, key=widths.__getitem__):
        of_width = list(members)
        tracks = found[of_width[0]].ref.shape[0]
        size = max(_NUMBERS // (tracks * max(width, 1)), 1)
        for first in range(0, len(of_width), size):
            yield of_width[first : first + size]


def _batch(
    found: Sequence[profiling.Profiles], places: Sequence[contract.Place]
) -> dict[str, np.ndarray]:
    """Encodings, how they lie on each other, and what changed; as `batches.Pairs`."""
    ref = np.stack([each.ref for each in found])
    longest = max(each.alt.shape[1] for each in found)
    alt = np.zeros((*ref.shape[:2], max(longest, 1)), dtype=ref.dtype)
    take = np.empty((len(found), ref.shape[2]), dtype=np.int64)
    folds, changes = [], []
    for i, (each, place) in enumerate(zip(found, places, strict=True)):
        alt[i, :, : each.alt.shape[1]] = each.alt
        columns = _columns(place.window)
        take[i] = columns.take
        fold = (columns.fold, columns.fold_first, columns.fold_end)
        folds.append(fold if columns.fold is not None else (-1, 0, 0))
        changes.append(_change(place))
    fold, first, end = np.array(folds, dtype=np.int64).T
    return {
        "ref": ref,
        "alt": alt,
        "take": take,
        "fold": fold,
        "fold_first": first,
        "fold_end": end,
        "change": np.stack(changes),
    }


def _columns(window: windows.Window) -> alignment.Columns:
    """Alignment on the plus strand; what is replaced may reach beyond the window."""
    core = window.variant
    start, width = core.start - window.start, window.width
    columns = alignment.columns(
        start=start,
        ref_length=len(core.ref),
        alt_length=len(core.alt),
        width=max(width, start + len(core.ref)),
        mirrored=False,
    )
    inside = columns.fold is not None and columns.fold < width
    return alignment.Columns(
        take=columns.take[:width],
        fold=columns.fold if inside else None,
        fold_first=columns.fold_first,
        fold_end=columns.fold_end,
    )


def _change(place: contract.Place) -> Float32[np.ndarray, " 8"]:
    """The first replaced base and the first new one, as read; zeros for none."""
    found = []
    for letters in (place.window.variant.ref, place.window.variant.alt):
        codes = dna.encode(letters)
        if place.strand is coordinates.Strand.MINUS:
            codes = dna.reverse_complement(codes)
        found.append(codes[0] if len(codes) else dna.UNKNOWN)
    return dna.one_hot(np.array(found, dtype=np.uint8)).T.ravel()
