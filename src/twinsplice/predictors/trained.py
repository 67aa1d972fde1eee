"""Trained paired models as predictors.

A paired model goes the way of base models: its encoder runs on the engine as a
network whose tracks are encodings, and its head then compares many pairs of
encodings at once. What comes out are two profiles of acceptor and donor like any
other: the reference's, and that plus Δ. Models that know no reference profile have
zeros in its place. Δ is cut to -1 to 1, as some models know no bounds.
"""

import dataclasses
import functools

import numpy as np
import torch

from twinsplice import progress
from twinsplice.base_models import contract, prediction
from twinsplice.effect import queries
from twinsplice.engine import devices, profiling
from twinsplice.models import comparison, paired, siamese
from twinsplice.predictors import score_calibration

TRACKS = 2
"""Tracks of the profiles compared: acceptor and donor."""


def ensemble(model: siamese.SiameseModel, on: devices.Placement) -> profiling.Ensemble:
    """Return a model's encoder ready to run; the model itself moves there, too.

    Args:
        model: The model.
        on: Where it is to run, in how much memory.
    """
    network = model.to(on.device).network()
    tracks = network.channels[-1]
    return profiling.Ensemble(
        networks=(network,),
        rows=(tuple(range(tracks)),),
        tracks=tracks,
        device=on.device,
        memory=on.memory,
    )


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class TrainedPredictor(contract.Predictor):
    """A trained paired model.

    Attributes:
        model: The model, on the device of its ensemble.
        calibration: How its sizes are calibrated.
    """

    model: siamese.SiameseModel
    calibration: score_calibration.ScoreCalibration

    @property
    def has_intervals(self) -> bool:
        """Whether its scores can have intervals: as far as files are concerned, yes."""
        return True

    def predict(
        self,
        asked: queries.Queries,
        advance: progress.Advance = progress.silent,
        *,
        profiles: bool = False,
    ) -> queries.Predictions:
        """Return changes of calibrated size, with intervals where there are any.

        Encodings are aligned by TwinSplice's own rule, the only one that says what is
        to become of them.
        """
        raw = prediction.predict(
            self.ensemble,
            asked,
            functools.partial(_compare, self.model, asked),
            self.kinds,
            advance,
            profiles=profiles,
        )
        return self._calibrated(raw, asked)

    def _calibrated(
        self, raw: queries.Predictions, asked: queries.Queries
    ) -> queries.Predictions:
        size = np.clip(raw.size, 0, 1)
        ends = self.calibration.ends(size, _quantiles(raw, size))
        sizes = self.calibration.sizes(size) if self.calibration.isotonic else raw.size
        if ends is None:
            return dataclasses.replace(raw, size=sizes, low=None, high=None)
        # Between two sequences that are the same nothing is uncertain.
        same = asked.unchanged[:, None]
        low, high = (np.where(same, sizes, end) for end in ends)
        return dataclasses.replace(raw, size=sizes, low=low, high=high)


def _quantiles(
    raw: queries.Predictions, size: score_calibration.Sizes
) -> score_calibration.Ends | None:
    """Quantiles of sizes, each at the place of its change.

    Those of a loss are turned; a size of 0, as masked, has none.
    """
    if raw.low is None or raw.high is None:
        return None
    gain = np.array([kind.gain for kind in raw.kinds])
    low = np.where(gain, raw.low, -raw.high)
    high = np.where(gain, raw.high, -raw.low)
    some = size > 0
    return np.clip(low, 0, 1) * some, np.clip(high, 0, 1) * some


def _compare(
    model: siamese.SiameseModel,
    asked: queries.Queries,
    batch: profiling.ProfileBatch,
) -> prediction.Comparison:
    """Return the model's comparison of pairs of encodings."""
    some = dataclasses.replace(
        asked,
        view=asked.view[batch.rows],
        windows=asked.windows.take(batch.rows),
        alignment=asked.alignment.take(batch.rows),
    )
    ref, alt = batch.ref, batch.alt
    sites = comparison.probabilities(model)
    if not some.alignment.trivial:
        tensors = comparison.alignment_tensors(some.alignment, alt.device)
        alt = comparison.aligned(alt, ref, tensors, sites)
    change = torch.from_numpy(some.first_bases()).to(ref.device)
    delta = comparison.contrast(model, ref, alt, change).clamp(-1, 1)
    begin = ref[:, :TRACKS] if sites else torch.zeros_like(delta)
    low = high = None
    if isinstance(model, paired.PairedDeltaPredictor):
        ends = model.quantiles(ref, alt)
        low, high = ends[..., 0], ends[..., -1]
    return prediction.Comparison(
        ref=begin, alt=begin + delta, delta=delta, low=low, high=high
    )
