"""Trained models that predict: loading, checkpoints, calibration of scores."""
