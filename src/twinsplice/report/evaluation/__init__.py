"""Evaluations and calibrations in print: tables, figures, pages."""
