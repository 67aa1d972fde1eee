"""Addresses of the API, and what each answers."""
