"""Sampling variants, and what a base model says of them: what is learned from."""
