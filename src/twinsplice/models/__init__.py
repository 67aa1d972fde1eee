"""Networks and the engine that evaluates them; never sees a path."""
