"""Metrics and calibrators: arrays in, numbers out."""
