"""One frozen Config a command; no torch, so that help comes at once."""
