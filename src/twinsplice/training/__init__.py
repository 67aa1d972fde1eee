"""Datasets, splits, losses, fitting, runs and calibration."""
