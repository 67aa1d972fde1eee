"""Substitutions of the bases of a sequence, as queries about one site."""

import dataclasses

import numpy as np
from jaxtyping import Float64, Int64, UInt8

from twinsplice.base_models import contract
from twinsplice.effect import known_references, queries, rules, windows
from twinsplice.genome import alleles, dna, sequence_views

Integers = Int64[np.ndarray, " bases"]
_KNOWN = 0
"""Origin of what is known of a sequence; see `known_references`."""


@dataclasses.dataclass(frozen=True, eq=False, slots=True)
class Sequence:
    """Some bases of a sequence, along the plus strand.

    Attributes:
        view: The sequence.
        own: Place of each base in the sequence.
        position: Its position in the reference; see `explanations.Track`.
        inserted: Its number among inserted bases.
    """

    view: sequence_views.SequenceView
    own: Int64[np.ndarray, " bases"]
    position: Int64[np.ndarray, " bases"]
    inserted: Int64[np.ndarray, " bases"]

    @property
    def codes(self) -> UInt8[np.ndarray, " bases"]:
        """The bases."""
        first, last = int(self.own[0]), int(self.own[-1])
        codes: UInt8[np.ndarray, " bases"]
        codes = self.view.codes(first, last + 1)[self.own - first]
        return codes


@dataclasses.dataclass(frozen=True, eq=False, slots=True)
class Substitutions:
    """Every base of a sequence replaced by each of the three others.

    Attributes:
        base: Number of the base that is replaced.
        code: The base in its place.
        column: Column of the site in each query's window.
        batch: The queries.
    """

    base: Integers
    code: UInt8[np.ndarray, " rows"]
    column: Integers
    batch: queries.Queries

    def enter(
        self,
        predictions: queries.Predictions,
        row: int,
        into: Float64[np.ndarray, "bases 4"],
    ) -> float:
        """Enter a site's probability with each base replaced; return that without.

        Args:
            predictions: The predictions of the queries.
            row: The site's row of profiles.
            into: Where to enter them, by base and by the base in its place.
        """
        assert predictions.ref_profile is not None
        assert predictions.alt_profile is not None
        every = np.arange(len(self.base))
        into[self.base, self.code] = predictions.alt_profile[every, row, self.column]
        return float(predictions.ref_profile[0, row, self.column[0]])


def of_sequence(
    sequence: Sequence, site: int, known: np.ndarray | None
) -> Substitutions:
    """Return all substitutions of bases of a sequence.

    Args:
        sequence: The bases.
        site: Where the site is in the sequence.
        known: Log odds there that the model is told, if any.
    """
    base, code = _others(sequence.codes)
    start = sequence.own[base]
    window = windows.around(
        _substitutions(start, sequence.codes[base], code),
        centre=start,
        origin=start,
        # Windows of one shape are one batch; each has the site.
        reach=int(np.abs(start - site).max(initial=0)),
    )
    column = site - window.start
    batch = _queries(sequence.view, window, column, known)
    return Substitutions(base, code, column, batch)


def _others(
    codes: UInt8[np.ndarray, " bases"],
) -> tuple[Int64[np.ndarray, " rows"], UInt8[np.ndarray, " rows"]]:
    """Return each known base three times, with the codes of the others."""
    base, code = np.nonzero(
        (codes != dna.UNKNOWN)[:, None] & (codes[:, None] != np.arange(4))
    )
    return base, code.astype(np.uint8)


def _substitutions(
    start: Int64[np.ndarray, " rows"],
    old: UInt8[np.ndarray, " rows"],
    new: UInt8[np.ndarray, " rows"],
) -> windows.Replacements:
    first, one = np.arange(len(start)), np.ones(len(start), dtype=np.int64)
    return windows.Replacements(
        start=start,
        ref=alleles.Alleles(old, first, one),
        alt=alleles.Alleles(new, first, one),
    )


def _queries(
    view: sequence_views.SequenceView,
    window: windows.Windows,
    column: Int64[np.ndarray, " rows"],
    known: np.ndarray | None,
) -> queries.Queries:
    """Return queries of one view; `known` are the log odds of a column of each."""
    count = len(window)
    told = None
    if known is not None:
        told = known_references.KnownReferences(
            origin=np.full(count, _KNOWN),
            ceiling=np.full(count, np.inf, dtype=np.float32),
            query=np.arange(count),
            column=column,
            log_odds=np.tile(known.astype(np.float32), (count, 1)),
        )
    return queries.Queries(
        views=(view,),
        view=np.zeros(count, dtype=np.int64),
        windows=window,
        alignment=rules.TWINSPLICE.align(window),
        known=told,
    )


def profile(
    predictor: contract.Predictor,
    view: sequence_views.SequenceView,
    first: int,
    last: int,
) -> np.ndarray:
    """Return the model's own profile of a sequence from one place to another."""
    centre = np.array([(first + last) // 2])
    code = view.codes(int(centre[0]), int(centre[0]) + 1)
    window = windows.around(
        _substitutions(centre, code, code),
        centre=centre,
        origin=centre,
        reach=last - first + 1,
    )
    batch = _queries(view, window, np.zeros(1, dtype=np.int64), None)
    profile = predictor.predict(batch, profiles=True).ref_profile
    assert profile is not None
    skipped = first - int(window.start[0])
    return profile[0, :, skipped : skipped + last - first + 1]
