"""Trained paired models as predictors.

A paired model runs like a base model: its encoder runs on the engine as a network
whose tracks are encodings, and its head then compares many pairs of encodings at
once. The result is two profiles of acceptor and donor: the reference's, and that plus
Δ. Models without a reference profile have zeros in its place. Δ is clipped to -1 to
1, as some models have no bounds. Where a base model's own reference is known, a paired
predictor is told it.
"""

import dataclasses
import functools
from collections.abc import Mapping

import numpy as np
import torch
from jaxtyping import Bool, Float, Int64
from torch import Tensor

from twinsplice import progress
from twinsplice.base_models import contract, prediction
from twinsplice.effect import queries
from twinsplice.engine import devices, profiling
from twinsplice.models import anchoring, comparison, far_stage, paired, siamese
from twinsplice.predictors import score_calibration, surroundings


def ensemble(model: siamese.SiameseModel, on: devices.Placement) -> profiling.Ensemble:
    """Return a model's encoder as an ensemble; the model is moved to its device, too.

    Args:
        model: The model.
        on: Device and memory limit.
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
        calibrations: Calibration of its sizes, by mode.
    """

    model: siamese.SiameseModel
    calibrations: Mapping[score_calibration.Mode, score_calibration.ScoreCalibration]

    @property
    def has_intervals(self) -> bool:
        """Always true: output files have columns of calibration, which may be empty."""
        return True

    def predict(
        self,
        query_batch: queries.Queries,
        advance: progress.Advance = progress.silent,
        *,
        profiles: bool = False,
    ) -> queries.Predictions:
        """Return changes of calibrated size, with intervals and probability if any.

        Encodings are aligned by TwinSplice's own rule, the only one that is defined for
        them.
        """
        raw = prediction.predict(
            self.ensemble,
            query_batch,
            functools.partial(self._prepared, query_batch),
            self.kinds,
            advance,
            profiles=profiles,
        )
        return self._calibrated(raw, query_batch)

    def _prepared(
        self, query_batch: queries.Queries, rows: Int64[np.ndarray, " chunk"]
    ) -> prediction.Compare:
        """Return the comparison of some queries' encodings."""
        around = None
        # What is told of a reference is not corrected.
        needed = not query_batch.told[rows].all()
        model = self.model
        if needed and isinstance(model, paired.PairedDeltaPredictor) and model.far:
            around = surroundings.surroundings(
                model.far, query_batch, rows[~query_batch.told[rows]], self.ensemble
            )
        return functools.partial(_compare, self.model, query_batch, around)

    def _calibrated(
        self, raw: queries.Predictions, query_batch: queries.Queries
    ) -> queries.Predictions:
        if not len(raw):
            # Nothing was predicted, so no quantiles came either.
            return raw
        told = query_batch.told
        anchored = self._in_mode("anchored", raw, query_batch) if told.any() else None
        if anchored is not None and told.all():
            return anchored
        plain = self._in_mode("plain", raw, query_batch)
        return plain if anchored is None else _either(told, anchored, plain)

    def _in_mode(
        self,
        mode: score_calibration.Mode,
        raw: queries.Predictions,
        query_batch: queries.Queries,
    ) -> queries.Predictions:
        """Return predictions as calibrated for one mode of the model."""
        size, quantiles = np.clip(raw.size, 0, 1), None
        if raw.low is not None and raw.high is not None:
            quantiles = score_calibration.quantile_sizes(
                raw.kinds, size, raw.low, raw.high
            )
        scores = score_calibration.RawScores(
            size=size, ref=raw.ref, quantiles=quantiles
        )
        calibration = self.calibrations[mode]
        sizes = calibration.sizes(size) if calibration.isotonic else raw.size
        low, high = calibration.ends(scores) or (None, None)
        probability = calibration.probabilities(scores)
        identical = query_batch.unchanged
        if probability is not None:
            probability = np.where(identical, 0.0, probability)
        if low is not None and high is not None:
            # Between identical sequences nothing is uncertain, nor of what is masked.
            masked = query_batch.masking is not queries.Masking.NONE
            certain = identical[:, None] | (masked & (size == 0))
            low, high = (np.where(certain, sizes, end) for end in (low, high))
        calibrated = dataclasses.replace(
            raw, size=sizes, low=low, high=high, probability=probability
        )
        return _with_inclusion(calibrated, calibration, identical)


def _with_inclusion(
    predictions: queries.Predictions,
    calibration: score_calibration.ScoreCalibration,
    identical: Bool[np.ndarray, " rows"],
) -> queries.Predictions:
    """Return predictions with the exon's loss calibrated, and what it makes likely."""
    loss = predictions.exon_loss
    if loss is None:
        return predictions
    predictions = dataclasses.replace(predictions, exon_loss=calibration.sizes(loss))
    altered = calibration.altered(predictions.inclusion)
    if altered is not None:
        altered = np.where(identical & ~np.isnan(altered), 0.0, altered)
    return dataclasses.replace(predictions, altered=altered)


def _either(
    rows: Bool[np.ndarray, " rows"], one: queries.Predictions, two: queries.Predictions
) -> queries.Predictions:
    """Return calibrated predictions, in some rows by one mode, in others by another.

    What only one mode has a calibrator for is missing (NaN) in the rows of the other.
    """

    def chosen(name: str) -> np.ndarray | None:
        values = getattr(one, name), getattr(two, name)
        known = next((value for value in values if value is not None), None)
        if known is None:
            return None
        missing = np.full_like(known, np.nan)
        first, second = (missing if value is None else value for value in values)
        mask = rows[:, None] if known.ndim == 2 else rows
        either: np.ndarray = np.where(mask, first, second)
        return either

    size = chosen("size")
    assert size is not None
    return dataclasses.replace(
        one,
        size=size,
        low=chosen("low"),
        high=chosen("high"),
        probability=chosen("probability"),
        exon_loss=chosen("exon_loss"),
        altered=chosen("altered"),
    )


def _compare(
    model: siamese.SiameseModel,
    query_batch: queries.Queries,
    surrounding: surroundings.QuerySurroundings | None,
    batch: profiling.ProfileBatch,
) -> prediction.Comparison:
    """Return the model's comparison of pairs of encodings."""
    rows = dataclasses.replace(
        query_batch,
        view=query_batch.view[batch.rows],
        windows=query_batch.windows.take(batch.rows),
        alignment=query_batch.alignment.take(batch.rows),
    )
    ref, alt = batch.ref, batch.alt
    if not rows.alignment.trivial:
        tensors = comparison.alignment_tensors(rows.alignment, alt.device)
        alt = comparison.aligned(
            alt, ref, tensors, comparison.sites(model), absent=-torch.inf
        )
    if isinstance(model, paired.PairedDeltaPredictor):
        around = None
        if surrounding is not None:
            around = surrounding.of(query_batch, batch.rows, ref.shape[2])
        known, told = query_batch.known, query_batch.told[batch.rows]
        if known is None or not told.any():
            return _of_paired(model, ref, alt, around)
        low, high = (
            torch.from_numpy(bound).to(ref.device)
            for bound in known.bounds(batch.rows, ref.shape[2])
        )
        anchor = anchoring.Anchor(low=low, high=high)
        anchored = _of_paired(model, ref, alt, around, anchor)
        if told.all():
            return anchored
        rows_told = torch.from_numpy(told).to(ref.device)
        return anchored.where(rows_told, _of_paired(model, ref, alt, around))
    change = torch.from_numpy(rows.first_bases()).to(ref.device)
    delta = comparison.contrast(model, ref, alt, change).clamp(-1, 1)
    inner = comparison.paired_within(model)
    profile = torch.zeros_like(delta) if inner is None else inner.references(ref, alt)
    return prediction.Comparison(ref=profile, alt=profile + delta, delta=delta)


def _of_paired(
    model: paired.PairedDeltaPredictor,
    ref: Float[Tensor, "rows tracks width"],
    alt: Float[Tensor, "rows tracks width"],
    around: far_stage.Surroundings | None,
    anchor: anchoring.Anchor | None = None,
) -> prediction.Comparison:
    """Return a paired predictor's own comparison of aligned encodings."""
    before, delta, ends = model.predict(ref, alt, anchor, around)
    return prediction.Comparison(
        ref=before,
        alt=before + delta,
        delta=delta,
        low=ends[..., 0],
        high=ends[..., -1],
    )
