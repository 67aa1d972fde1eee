"""Exact incremental evaluation of networks; knows nothing of what they are for."""
