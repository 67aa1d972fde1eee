"""Batches of targets: drawn by step, so that a run can stop and go on anywhere.

What a step learns from depends on the seed and the step's number alone. Rows are
drawn with replacement, the informative ones more often.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from jaxtyping import Float, Int64, UInt8

from twinsplice.effect import alignment
from twinsplice.genome import dna

Batch = Mapping[str, np.ndarray]


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Profiles:
    """Windows with the base model's profile at every base.

    Attributes:
        codes: Bases, `context` more on either side than are labelled.
        profile: Probabilities of acceptor and donor.
        context: Bases beyond what is labelled.
        chance: For each row, its probability of being drawn.
    """

    codes: UInt8[np.ndarray, "rows wide"]
    profile: Float[np.ndarray, "rows 2 window"]
    context: int
    chance: Float[np.ndarray, " rows"]

    def batch(self, rows: Int64[np.ndarray, " drawn"], context: int) -> Batch:
        """Return codes with `context` bases beyond either end, and the profile."""
        spare = self.context - context
        wide = self.codes.shape[1]
        return {
            "codes": self.codes[rows, spare : wide - spare],
            "profile": self.profile[rows].astype(np.float32),
        }


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Pairs:
    """Variants with the base model's delta about them.

    Attributes:
        codes: Reference bases, `context + slack` more on either side of the window.
        start: First replaced column of the window.
        ref_length: Columns replaced.
        alt_length: Bases they are replaced by.
        alt: Those bases, padded.
        on_minus_strand: Whether the gene lies on the minus strand.
        delta: Change of acceptor and donor probability.
        profile: Probabilities in the reference.
        context: Bases of context kept.
        slack: Further bases, which deletions draw in.
        chance: For each row, its probability of being drawn.
        value: Change that a laboratory measured, NaN for none; none at all where no
            row has one.
        variance: Of delta among the base model's members; none where it is not used.
        by_index: Whether both sequences lie on each other by index, whatever the
            variant inserts or deletes: a fault, see `faults.unaligned`.
    """

    codes: UInt8[np.ndarray, "rows wide"]
    start: Int64[np.ndarray, " rows"]
    ref_length: Int64[np.ndarray, " rows"]
    alt_length: Int64[np.ndarray, " rows"]
    alt: UInt8[np.ndarray, "rows longest"]
    on_minus_strand: np.ndarray
    delta: Float[np.ndarray, "rows 2 width"]
    profile: Float[np.ndarray, "rows 2 width"]
    context: int
    slack: int
    chance: Float[np.ndarray, " rows"]
    value: Float[np.ndarray, " rows"] | None = None
    variance: Float[np.ndarray, "rows 2 width"] | None = None
    by_index: bool = False

    @property
    def width(self) -> int:
        """Columns of a window."""
        return int(self.delta.shape[2])

    def at(self, rows: slice) -> "Pairs":
        """Return some of the rows."""
        arrays: dict[str, Any] = {
            field.name: value[rows]
            for field in dataclasses.fields(self)
            if isinstance(value := getattr(self, field.name), np.ndarray)
        }
        return dataclasses.replace(self, **arrays)

    def batch(self, rows: Int64[np.ndarray, " drawn"], context: int) -> Batch:
        """Return both sequences, how they lie on each other, and the targets.

        The keys: `ref` and `alt` codes with `context` bases beyond either end of
        their windows; `head`, `gap`, `insert` and `fold` of
        `effect.alignment`; `change`, the first
        replaced base and the first new one; `delta`; `profile`; and `value` and
        `delta_variance` where there are any.
        """
        grown = np.maximum(self.alt_length[rows] - self.ref_length[rows], 0)
        longer = int(grown.max(initial=0))
        first = self.slack + self.context - context
        wide = self.width + 2 * context
        alts = [self._alternate(row, first, wide + longer) for row in rows.tolist()]
        changes = [self._change(row) for row in rows.tolist()]
        lie = self.alignment(rows)
        known = {} if self.value is None else {"value": self.value[rows]}
        if self.variance is not None:
            known["delta_variance"] = self.variance[rows]
        return known | {
            "ref": self.codes[rows, first : first + wide],
            "alt": np.stack(alts),
            "head": lie.head,
            "gap": lie.gap,
            "insert": lie.insert,
            "fold": lie.fold,
            "change": np.stack(changes),
            "delta": self.delta[rows].astype(np.float32),
            "profile": self.profile[rows].astype(np.float32),
        }

    def _alternate(
        self, row: int, first: int, length: int
    ) -> UInt8[np.ndarray, " length"]:
        """Bases of the changed sequence from a column of the codes."""
        codes = self.codes[row]
        begin = self.context + self.slack + int(self.start[row])
        alt = self.alt[row, : self.alt_length[row]]
        after = codes[begin + int(self.ref_length[row]) :]
        whole = np.concatenate([codes[:begin], alt, after])[first : first + length]
        spare = length - len(whole)
        return np.pad(whole, (0, max(spare, 0)), constant_values=dna.UNKNOWN)

    def alignment(self, rows: Int64[np.ndarray, " drawn"]) -> alignment.Alignment:
        """Return how the two sequences of rows lie on each other."""
        if self.by_index:
            return alignment.by_index(len(rows))
        return alignment.of_changes(
            self.start[rows],
            self.ref_length[rows],
            self.alt_length[rows],
            self.on_minus_strand[rows] == 1,
        )

    def _change(self, row: int) -> Float[np.ndarray, " 8"]:
        begin = self.context + self.slack + int(self.start[row])
        ref = self.codes[row, begin] if self.ref_length[row] else dna.UNKNOWN
        alt = self.alt[row, 0] if self.alt_length[row] else dna.UNKNOWN
        return dna.one_hot(np.array([ref, alt], dtype=np.uint8)).T.ravel()


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Mixture:
    """Sources and how many rows of each make a batch.

    Attributes:
        profiles: Dense windows.
        pairs: Variants.
        windows: Rows of `profiles` in a batch.
        variants: Rows of `pairs` in a batch.
        context: Bases that the model reads to each side.
        seed: Where chance begins.
    """

    profiles: Sequence[Profiles]
    pairs: Sequence[Pairs]
    windows: int
    variants: int
    context: int
    seed: int

    def step(self, number: int, worker: int = 0) -> dict[str, Batch]:
        """Return what a step learns from: `profiles`, `pairs`, or both."""
        rng = np.random.default_rng([self.seed, number, worker])
        drawn: dict[str, Batch] = {}
        if self.profiles and self.windows:
            drawn["profiles"] = _draw(self.profiles, self.windows, self.context, rng)
        if self.pairs and self.variants:
            drawn["pairs"] = _draw(self.pairs, self.variants, self.context, rng)
        return drawn


def chances(
    size: Float[np.ndarray, " rows"], threshold: float, share: float
) -> Float[np.ndarray, " rows"]:
    """Return chances such that rows of `threshold` and more make up a share.

    Args:
        size: What makes a row informative, such as its largest |Δ|.
        threshold: From where on it counts as such.
        share: Part of all draws that those are to be, 0 to 1; if there are none
            of one sort, the others take its part.
    """
    large = size >= threshold
    many, few = int((~large).sum()), int(large.sum())
    if not many or not few:
        return np.full(len(size), 1 / max(len(size), 1))
    return np.where(large, share / few, (1 - share) / many)


def _draw(
    sources: Sequence[Profiles] | Sequence[Pairs],
    count: int,
    context: int,
    rng: np.random.Generator,
) -> Batch:
    """Draw from one source a step, so that all its rows are of one shape."""
    sizes = np.array([len(source.codes) for source in sources], dtype=float)
    source = sources[int(rng.choice(len(sources), p=sizes / sizes.sum()))]
    return source.batch(draw_rows(source.chance, count, rng), context)


def draw_rows(
    chance: Float[np.ndarray, " rows"], count: int, rng: np.random.Generator
) -> Int64[np.ndarray, " drawn"]:
    """Draw rows with replacement by their chances, which sum to 1."""
    bounds = np.cumsum(chance)
    found = np.searchsorted(bounds, rng.random(count) * bounds[-1], side="right")
    drawn: Int64[np.ndarray, " drawn"] = np.minimum(found, len(chance) - 1)
    return drawn.astype(np.int64)
