"""Rendering of results: figures, tables, pages and progress."""
