"""One file a command: a frozen Config and `run(config) -> Result`."""
