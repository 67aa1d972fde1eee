"""Symbols that genes had before, so that an older name is understood.

The package's tables and RefSeq's transcripts have today's; people, reports and older
annotations have others. A name that some gene has today is never taken as an older one.
"""

import functools
import pathlib
from collections.abc import Mapping

_PATH = pathlib.Path(__file__).parents[2] / "data" / "former_symbols.tsv"


@functools.cache
def _todays() -> Mapping[str, tuple[str, ...]]:
    """Today's symbols by former ones in upper case."""
    found: dict[str, list[str]] = {}
    for line in _PATH.read_text(encoding="utf-8").splitlines()[1:]:
        former, symbol, _ = line.split("\t")
        found.setdefault(former.upper(), []).append(symbol)
    return {former: tuple(symbols) for former, symbols in found.items()}


@functools.cache
def _formers() -> Mapping[str, frozenset[str]]:
    """Former symbols by today's, both in upper case."""
    found: dict[str, set[str]] = {}
    for former, symbols in _todays().items():
        for symbol in symbols:
            found.setdefault(symbol.upper(), set()).add(former)
    return {symbol: frozenset(formers) for symbol, formers in found.items()}


def today(name: str) -> tuple[str, ...]:
    """Return today's symbols of a former one; none if it is none.

    Args:
        name: A symbol, in any case.
    """
    return _todays().get(name.upper(), ())


def said(name: str, symbol: str) -> str:
    """Return what is said where a gene has another symbol than the one asked for."""
    since = "today" if symbol in today(name) else "here"
    return f"{name} is {symbol} {since}"


def alike(name: str) -> frozenset[str]:
    """Return all symbols that a gene of this one may go by, itself too.

    Args:
        name: A symbol, of today or before, in any case.

    Returns:
        Symbols in upper case.
    """
    own = frozenset({name.upper()})
    for symbol in (*today(name), name):
        own |= {symbol.upper()} | _formers().get(symbol.upper(), frozenset())
    return own
