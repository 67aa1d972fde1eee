"""Variants whose effect a laboratory measured."""
