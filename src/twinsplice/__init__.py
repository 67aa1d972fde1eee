"""TwinSplice: what a DNA variant does to splicing."""

__version__ = "0.1.0"
