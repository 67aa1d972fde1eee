"""Names of variants and places, and the names of answers."""
