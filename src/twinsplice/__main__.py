"""The program `twinsplice`, and `python -m twinsplice`."""

import signal
from typing import NoReturn


def main() -> NoReturn:
    """Run the command line."""
    # Ctrl-C while modules are loaded ends the process, not in a traceback. What others
    # have arranged, such as nohup, stays.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from twinsplice import cli  # noqa: PLC0415

    cli.main()


if __name__ == "__main__":
    main()
