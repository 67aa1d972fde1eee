"""Exit codes."""

FAILED, MISUSED, INTERRUPTED = 1, 2, 130
KILLED = 128
"""To which the number of the signal is added."""
