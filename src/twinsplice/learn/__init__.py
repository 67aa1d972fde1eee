"""Training and judging: losses, splits, calibration, metrics. No file, no model."""
