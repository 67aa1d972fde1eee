"""Agreement with a base model; benchmarks against laboratory labels."""
