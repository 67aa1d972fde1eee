"""DNA, coordinates, variants and genes: pure NumPy, no files, no models."""
