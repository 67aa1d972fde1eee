"""Whole numbers in text, however long."""

BEYOND = 10**18
"""What stands for a number that no position, length or version is as large as; numbers
near it still fit 64 bits."""
_DIGITS = 18


def parse(text: str) -> int:
    """Return the number of some digits; `BEYOND` if it is larger than that.

    Python refuses to read thousands of digits, and arrays more than 19.

    Args:
        text: ASCII digits, maybe with commas between them; 0 if there is none.
    """
    digits = text.replace(",", "").lstrip("0")
    return int(digits or "0") if len(digits) <= _DIGITS else BEYOND
