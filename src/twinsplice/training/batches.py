"""Training batches, sampled by step so that a run can resume after any step.

The batch of a step depends on the seed and the step's number alone; processes share its
rows. Rows are sampled with replacement, informative ones more often.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import numpy as np
from jaxtyping import Float, Int64, UInt8

from twinsplice.effect import alignment
from twinsplice.genome import dna

Batch = Mapping[str, np.ndarray]


@dataclasses.dataclass(frozen=True, slots=True)
class Share:
    """The part of a batch that is a process's own: every n-th row.

    Attributes:
        process: Number of the process, from 0.
        processes: Processes that share the batch.
    """

    process: int
    processes: int


WHOLE = Share(0, 1)
"""All rows: there is one process."""


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Profiles:
    """Windows with the base model's profile at every base.

    Attributes:
        codes: Bases of the window and `context` unlabelled bases on either side.
        profile: Probabilities of acceptor and donor.
        context: Unlabelled bases on either side.
        chance: Sampling probability of each row.
    """

    codes: UInt8[np.ndarray, "rows wide"]
    profile: Float[np.ndarray, "rows 2 window"]
    context: int
    chance: Float[np.ndarray, " rows"]

    def batch(self, rows: Int64[np.ndarray, " drawn"], context: int) -> Batch:
        """Return codes with `context` bases on either side, and profiles, of rows."""
        spare = self.context - context
        wide = self.codes.shape[1]
        return {
            "codes": self.codes[rows, spare : wide - spare],
            "profile": self.profile[rows].astype(np.float32),
        }


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Pairs:
    """Variants with the base model's delta in a window around each.

    Attributes:
        codes: Reference bases of the window and `context + slack` on either side.
        start: First replaced column of the window.
        ref_length: Columns replaced.
        alt_length: Length of the alternate allele.
        alt: Its bases, padded.
        on_minus_strand: Whether the gene lies on the minus strand.
        delta: Change of acceptor and donor probability.
        profile: Probabilities in the reference.
        context: Bases of context kept on either side.
        slack: Further bases, which deletions bring into the window.
        chance: Sampling probability of each row.
        value: Change that a laboratory measured, NaN where it is missing; None where
            no row has one.
        variance: Variance of delta among the base model's members; None where it
            is not used.
        by_index: Whether both sequences are aligned by index, whatever the variant
            inserts or deletes: a fault, see `faults.unaligned`.
        first: Place of each window's first base along its contig, in the direction of
            reading; None where it is not known.
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
    first: Int64[np.ndarray, " rows"] | None = None

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
        """Return both sequences, their alignment, and the targets, of rows.

        The keys: `ref` and `alt` codes with `context` bases beyond either end of
        their windows; `head`, `gap`, `insert` and `fold` of
        `effect.alignment`; `change`, the first
        replaced base and the first new one; `delta`; `profile`; and `value` and
        `delta_variance` where there are any.
        """
        growth = np.maximum(self.alt_length[rows] - self.ref_length[rows], 0)
        max_growth = int(growth.max(initial=0))
        first = self.slack + self.context - context
        wide = self.width + 2 * context
        alts = [self._alternate(row, first, wide + max_growth) for row in rows.tolist()]
        changes = [self._change(row) for row in rows.tolist()]
        aligned = self.alignment(rows)
        measured = {} if self.value is None else {"value": self.value[rows]}
        if self.variance is not None:
            measured["delta_variance"] = self.variance[rows]
        return measured | {
            "ref": self.reference(rows, context),
            "alt": np.stack(alts),
            "head": aligned.head,
            "gap": aligned.gap,
            "insert": aligned.insert,
            "fold": aligned.fold,
            "change": np.stack(changes),
            "delta": self.delta[rows].astype(np.float32),
            "profile": self.profile[rows].astype(np.float32),
        }

    def reference(
        self, rows: Int64[np.ndarray, " drawn"], context: int
    ) -> UInt8[np.ndarray, "drawn wide"]:
        """Return codes of rows' windows with `context` bases beyond either end."""
        first = self.slack + self.context - context
        return self.codes[rows, first : first + self.width + 2 * context]

    def _alternate(
        self, row: int, first: int, length: int
    ) -> UInt8[np.ndarray, " length"]:
        """Bases of the alternate sequence from a column of the codes."""
        codes = self.codes[row]
        begin = self.context + self.slack + int(self.start[row])
        alt = self.alt[row, : self.alt_length[row]]
        after = codes[begin + int(self.ref_length[row]) :]
        alternate = np.concatenate([codes[:begin], alt, after])[first : first + length]
        spare = length - len(alternate)
        return np.pad(alternate, (0, max(spare, 0)), constant_values=dna.UNKNOWN)

    def alignment(self, rows: Int64[np.ndarray, " drawn"]) -> alignment.Alignment:
        """Return the alignment of the two sequences of rows."""
        if self.by_index:
            return alignment.by_index(len(rows))
        return alignment.of_changes(
            self.start[rows],
            self.ref_length[rows],
            self.alt_length[rows],
            self.on_minus_strand[rows] == 1,
        )

    def _change(self, row: int) -> Float[np.ndarray, " 8"]:
        """First replaced base and first alternate base, each one-hot."""
        begin = self.context + self.slack + int(self.start[row])
        ref = self.codes[row, begin] if self.ref_length[row] else dna.UNKNOWN
        alt = self.alt[row, 0] if self.alt_length[row] else dna.UNKNOWN
        return dna.one_hot(np.array([ref, alt], dtype=np.uint8)).T.ravel()


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Mixture:
    """Sources of rows, and the numbers of rows in a batch.

    Attributes:
        profiles: Sources of dense windows.
        pairs: Sources of variants.
        windows: Rows of `profiles` in a batch.
        variants: Rows of `pairs` in a batch.
        context: Bases that the model reads on each side.
        seed: Random seed.
    """

    profiles: Sequence[Profiles]
    pairs: Sequence[Pairs]
    windows: int
    variants: int
    context: int
    seed: int

    def step(self, number: int, share: Share = WHOLE) -> dict[str, Batch]:
        """Return the batch of a step: `profiles`, `pairs`, or both.

        Args:
            number: The step.
            share: The rows to return; the batch is the same however it is shared.
        """
        rng = np.random.default_rng([self.seed, number, 0])
        part = slice(share.process, None, share.processes)
        batches: dict[str, Batch] = {}
        if self.profiles and self.windows:
            windows, rows = _draw(self.profiles, self.windows, rng)
            batches["profiles"] = windows.batch(rows[part], self.context)
        if self.pairs and self.variants:
            variants, rows = _draw(self.pairs, self.variants, rng)
            batches["pairs"] = variants.batch(rows[part], self.context)
        return batches


def chances(
    size: Float[np.ndarray, " rows"], threshold: float, share: float
) -> Float[np.ndarray, " rows"]:
    """Return sampling probabilities: a share for rows of `threshold` or more.

    Args:
        size: What makes a row informative, such as its largest |Δ|.
        threshold: Smallest size of an informative row.
        share: Expected share of informative rows, 0 to 1; if all rows or none are
            informative, they are equally probable.
    """
    informative = size >= threshold
    other_count, informative_count = int((~informative).sum()), int(informative.sum())
    if not other_count or not informative_count:
        return np.full(len(size), 1 / max(len(size), 1))
    return np.where(informative, share / informative_count, (1 - share) / other_count)


_Source = TypeVar("_Source", Profiles, Pairs)


def _draw(
    sources: Sequence[_Source], count: int, rng: np.random.Generator
) -> tuple[_Source, Int64[np.ndarray, " drawn"]]:
    """Sample rows of one source, so that all have one shape."""
    sizes = np.array([len(source.codes) for source in sources], dtype=float)
    source = sources[int(rng.choice(len(sources), p=sizes / sizes.sum()))]
    return source, draw_rows(source.chance, count, rng)


def draw_rows(
    chance: Float[np.ndarray, " rows"], count: int, rng: np.random.Generator
) -> Int64[np.ndarray, " drawn"]:
    """Sample rows with replacement; their probabilities sum to 1."""
    totals = np.cumsum(chance)
    places = np.searchsorted(totals, rng.random(count) * totals[-1], side="right")
    rows: Int64[np.ndarray, " drawn"] = np.minimum(places, len(chance) - 1)
    return rows.astype(np.int64)
