"""One file a command: run(settings) gives a result."""
