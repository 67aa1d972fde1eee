"""Data that ships with the package: gene tables, the catalogue, the demo."""
