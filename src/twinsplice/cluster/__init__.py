"""Runs on many machines: shards of a run, given to workers."""
