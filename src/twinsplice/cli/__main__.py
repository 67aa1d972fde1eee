"""`python -m twinsplice.cli`."""

from twinsplice import cli

if __name__ == "__main__":
    cli.main()
