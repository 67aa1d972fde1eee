"""Splits by chromosome, and the check that folds share no sequence."""

import dataclasses
from collections.abc import Sequence

import numpy as np
from jaxtyping import Bool, Int64, Shaped, UInt8, UInt64

from twinsplice import errors
from twinsplice.genome import coordinates

FOLDS = ("train", "validation", "test")
CHROMOSOMES = (*map(str, range(1, 23)), "X", "Y")
"""Human chromosomes. Scaffolds are in no fold: many repeat a chromosome."""
KMER = 31
"""Length of the words that sequences are compared by: 62 bits at two a base."""

_STEPS = (1, 2, 4, 8)
_SPAN = 16
_COPIES = 16
_CHUNK = 4096
_PART = 64
_NOWHERE = np.uint64(2**64 - 1)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """Chromosomes of each fold, by canonical name.

    Attributes:
        train: Contigs of the training rows.
        validation: Contigs for early stopping, choices and calibration.
        test: Contigs for the figures that are reported, and for nothing else.
    """

    train: tuple[str, ...]
    validation: tuple[str, ...]
    test: tuple[str, ...]

    def __post_init__(self) -> None:
        seen: dict[str, str] = {}
        for fold in FOLDS:
            names = map(coordinates.canonical_contig, getattr(self, fold))
            object.__setattr__(self, fold, tuple(dict.fromkeys(names)))
            for name in getattr(self, fold):
                if name in seen:
                    raise errors.InputError(
                        "a chromosome is in one fold only",
                        got=f"{name} in {seen[name]} and {fold}",
                        remedy=f"take it out of {seen[name]} or {fold}",
                    )
                seen[name] = fold

    def assign(
        self, contigs: Shaped[np.ndarray, " rows"], needed: Sequence[str] = FOLDS
    ) -> dict[str, Bool[np.ndarray, " rows"]]:
        """Return a mask of rows for each fold.

        Args:
            contigs: Contig of each row; contigs of no fold are in no mask.
            needed: Folds that must have rows.

        Raises:
            errors.InputError: A needed fold has no rows.
        """
        spellings, index = np.unique(contigs, return_inverse=True)
        names = [coordinates.canonical_contig(str(name)) for name in spellings]
        masks = {
            fold: np.isin(names, getattr(self, fold)).astype(bool)[index]
            for fold in FOLDS
        }
        for fold in needed:
            if not masks[fold].any():
                chromosomes = ", ".join(getattr(self, fold)) or "no chromosome"
                raise errors.InputError(
                    f"the {fold} fold ({chromosomes}) needs rows",
                    got=f"{len(index):,} rows on {', '.join(names[:9]) or 'nothing'}",
                    remedy=f"add rows, or choose other chromosomes for {fold}",
                )
        return masks


def holding_out(test: Sequence[str], validation: Sequence[str]) -> Split:
    """Return the split that trains on every other human chromosome."""
    held_out = {coordinates.canonical_contig(name) for name in (*test, *validation)}
    return Split(
        train=tuple(name for name in CHROMOSOMES if name not in held_out),
        validation=tuple(validation),
        test=tuple(test),
    )


@dataclasses.dataclass(frozen=True, slots=True)
class SharedPairs:
    """Pairs of a training and a test row that share sequence.

    Attributes:
        train: Training row of each pair.
        test: Test row of each pair, ascending.
        bases: Bases of the test row that lie in `KMER`-mers common to both.
    """

    train: Int64[np.ndarray, " pairs"]
    test: Int64[np.ndarray, " pairs"]
    bases: Int64[np.ndarray, " pairs"]


def shared_sequences(
    train: UInt8[np.ndarray, "trained length"],
    test: UInt8[np.ndarray, "tested other_length"],
    least: int = 100,
) -> SharedPairs:
    """Return the pairs of rows that share sequence, at any offset and on any strand.

    Of every 16 successive `KMER`-mers the one with the least hash is looked up, so
    an identical stretch of n bases is counted as n less 30 at least, and rows that
    differ in a base here and there as the sum of their stretches of `KMER` and more.
    Of a `KMER`-mer in more than 16 rows of `train` the first 16 count: common
    sequence still finds partners, though not all of them.

    Args:
        train: Codes of bases; 4 is unknown and equals nothing.
        test: Codes of the sequences to compare with them.
        least: Shared bases that make a pair.
    """
    indexed = _minimizers(train)
    order = np.argsort(indexed.hashes, kind="stable")
    indexed = indexed.at(order)
    distinct = np.ones(len(order), dtype=bool)
    distinct[1:] = (np.diff(indexed.hashes) != 0) | (np.diff(indexed.rows) != 0)
    indexed = indexed.at(np.flatnonzero(distinct))
    parts = [SharedPairs(*np.zeros((3, 0), dtype=np.int64))]
    for first in range(0, len(test), _CHUNK):
        chunk = test[first : first + _CHUNK]
        shared = _matches(indexed, _minimizers(chunk), least)
        parts.append(dataclasses.replace(shared, test=shared.test + first))
    return SharedPairs(
        train=np.concatenate([part.train for part in parts]),
        test=np.concatenate([part.test for part in parts]),
        bases=np.concatenate([part.bases for part in parts]),
    )


def refuse_shared(
    train: UInt8[np.ndarray, "trained length"],
    test: UInt8[np.ndarray, "tested other_length"],
    least: int = 100,
) -> None:
    """Refuse two sets that share sequence; see `shared_sequences`.

    Raises:
        errors.InputError: A row of `test` shares `least` bases with one of `train`.
    """
    shared = shared_sequences(train, test, least)
    if len(shared.test):
        worst = int(shared.bases.argmax())
        raise errors.InputError(
            "training and test sequences have nothing in common",
            got=f"{len(np.unique(shared.test)):,} of {len(test):,} test sequences that "
            f"do; row {shared.test[worst]} shares {shared.bases[worst]} bases with "
            f"training row {shared.train[worst]}",
            remedy="take them, or their training partners, out",
        )


@dataclasses.dataclass(frozen=True, slots=True)
class _Minimizers:
    hashes: UInt64[np.ndarray, " minimizers"]
    rows: Int64[np.ndarray, " minimizers"]
    starts: Int64[np.ndarray, " minimizers"]

    def at(self, index: Int64[np.ndarray, " kept"]) -> "_Minimizers":
        return _Minimizers(self.hashes[index], self.rows[index], self.starts[index])


def _minimizers(codes: UInt8[np.ndarray, "rows length"]) -> _Minimizers:
    # In small parts, which stay in the cache.
    parts = [_Minimizers(*(np.zeros(0, dtype=t) for t in (np.uint64, int, int)))]
    for first in range(0, len(codes) if codes.shape[1] >= KMER else 0, _PART):
        hashes = _hashes(codes[first : first + _PART])
        rows, starts = np.nonzero(_is_least(hashes) & (hashes != _NOWHERE))
        parts.append(_Minimizers(hashes[rows, starts], rows + first, starts))
    return _Minimizers(
        hashes=np.concatenate([part.hashes for part in parts]),
        rows=np.concatenate([part.rows for part in parts]),
        starts=np.concatenate([part.starts for part in parts]),
    )


def _hashes(
    codes: UInt8[np.ndarray, "rows length"],
) -> UInt64[np.ndarray, "rows kmers"]:
    """Return a hash of every `KMER`-mer, the same on both strands.

    Words of 1, 2, 4, 8 and 16 bases, then of 16 + 15.
    """
    forward = (codes & 3).astype(np.uint64)
    reverse = 3 - forward
    for width in _STEPS:
        bits = np.uint64(2 * width)
        forward = (forward[:, :-width] << bits) | forward[:, width:]
        reverse = (reverse[:, width:] << bits) | reverse[:, :-width]
    width = KMER - 16
    bits, low = np.uint64(2 * width), np.uint64(4**width - 1)
    forward = (forward[:, :-width] << bits) | (forward[:, width:] & low)
    reverse = (reverse[:, width:] << bits) | (reverse[:, :-width] & low)
    hashes = _mixed(np.minimum(forward, reverse))
    unknown = codes > 3
    if unknown.any():
        count = np.pad(np.cumsum(unknown, axis=1), ((0, 0), (1, 0)))
        hashes[count[:, KMER:] > count[:, :-KMER]] = _NOWHERE
    return hashes


def _mixed(words: UInt64[np.ndarray, "*dims"]) -> UInt64[np.ndarray, "*dims"]:
    # MurmurHash3's finaliser, a bijection: poly-A is not always the least.
    mixed: UInt64[np.ndarray, "*dims"] = words ^ (words >> np.uint64(33))
    for factor in (0xFF51AFD7ED558CCD, 0xC4CEB9FE1A85EC53):
        mixed = mixed * np.uint64(factor)
        mixed = mixed ^ (mixed >> np.uint64(33))
    return mixed


def _is_least(
    hashes: UInt64[np.ndarray, "rows kmers"],
) -> Bool[np.ndarray, "rows kmers"]:
    # Least of some window of `_SPAN`, the steps' sum and 1; windows may overhang.
    around = ((0, 0), (_SPAN - 1, _SPAN - 1))
    window = np.pad(hashes, around, constant_values=_NOWHERE)
    for width in _STEPS:
        window = np.minimum(window[:, :-width], window[:, width:])
    for width in _STEPS:
        window = np.maximum(window[:, :-width], window[:, width:])
    least: Bool[np.ndarray, "rows kmers"] = hashes == window
    return least


def _matches(indexed: _Minimizers, queries: _Minimizers, least: int) -> SharedPairs:
    queries = queries.at(np.argsort(queries.hashes))
    left = np.searchsorted(indexed.hashes, queries.hashes, side="left")
    right = np.searchsorted(indexed.hashes, queries.hashes, side="right")
    copies = np.minimum(right - left, _COPIES)
    query = np.repeat(np.arange(len(copies)), copies)
    nth = np.arange(len(query)) - np.repeat(np.cumsum(copies) - copies, copies)
    matched = indexed.rows[left[query] + nth]
    order = np.lexsort((queries.starts[query], matched, queries.rows[query]))
    train, query = matched[order], query[order]
    test, starts = queries.rows[query], queries.starts[query]
    leads = np.ones(len(query), dtype=bool)
    leads[1:] = (np.diff(train) != 0) | (np.diff(test) != 0)
    # Each match adds the bases that the one before it has not covered.
    added = np.minimum(np.diff(starts, prepend=0), KMER)
    added[leads] = KMER
    pair = np.flatnonzero(leads)
    bases = np.add.reduceat(added, pair) if len(pair) else added
    enough = bases >= least
    return SharedPairs(train[pair][enough], test[pair][enough], bases[enough])
