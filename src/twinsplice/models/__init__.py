"""Networks: base models, the paired predictor, and the write-up's models."""

from twinsplice.models.architecture import PairedConfig
from twinsplice.models.paired import PairedDeltaPredictor
from twinsplice.models.reported.calibrated import create_calibrated_predictor
from twinsplice.models.reported.original import (
    DeltaPredictor,
    DeltaPredictorV2,
    SimpleCNNDeltaPredictor,
)
from twinsplice.models.reported.single_pass import ValidatedDeltaPredictor

__all__ = [
    "DeltaPredictor",
    "DeltaPredictorV2",
    "PairedConfig",
    "PairedDeltaPredictor",
    "SimpleCNNDeltaPredictor",
    "ValidatedDeltaPredictor",
    "create_calibrated_predictor",
]
