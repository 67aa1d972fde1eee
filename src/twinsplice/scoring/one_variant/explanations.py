"""Which bases a variant's change depends on: in-silico mutagenesis about a site.

Every base about the site, and about the variant, is substituted in the reference and in
the alternate sequence, each of which is one pass of the engine with many cones.
"""

import dataclasses

import numpy as np
import torch
from jaxtyping import Float64, Int64, UInt8

from twinsplice import errors, progress
from twinsplice.base_models import contract
from twinsplice.effect import (
    contributions,
    queries,
    results,
    windows,
)
from twinsplice.genome import dna, sequence_views
from twinsplice.models import anchoring
from twinsplice.scoring.one_variant import substitutions, variant_profiles

FLANK = 50
"""Bases substituted on each side of the site and of the variant, unless told."""
SMALLEST = 0.01
"""Least change that is explained."""
Integers = Int64[np.ndarray, " moved"]


@dataclasses.dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Track:
    """The bases of a sequence in the direction of transcription, and what each is for.

    Attributes:
        position: Position of each base (0-based, plus strand); an inserted base has
            that of the base before it along the plus strand.
        inserted: Number of an inserted base among those at its position, from 1 along
            the plus strand; 0 for the other bases.
        codes: The bases as they are read.
        probability: Probability of the site; 0 where it is deleted.
        site: Index of the site's base; none where it is deleted.
        substituted: Probability of the site with each base replaced by A, C, G or T as
            read; NaN for the base itself and for bases that the model does not see.
    """

    position: Int64[np.ndarray, " bases"]
    inserted: Int64[np.ndarray, " bases"]
    codes: UInt8[np.ndarray, " bases"]
    probability: float
    site: int | None
    substituted: Float64[np.ndarray, "bases 4"]

    def contribution(self, scale: contributions.Scale) -> Float64[np.ndarray, " bases"]:
        """Return the contribution of each base; NaN where it is not known."""
        return contributions.of(self.probability, self.substituted, scale)


@dataclasses.dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Explanation:
    """Which bases the largest change of a variant depends on.

    Attributes:
        profile: The variant in its gene.
        change: The change that is explained; its position is the site's.
        flank: Bases substituted on each side of the site and of the variant.
        reference: The reference sequence.
        alternate: The alternate sequence.
    """

    profile: variant_profiles.VariantProfile
    change: variant_profiles.Change
    flank: int
    reference: Track
    alternate: Track

    @property
    def tracks(self) -> tuple[tuple[str, Track], ...]:
        """The sequences, by name."""
        return ("reference", self.reference), ("alternate", self.alternate)

    def is_changed(self, position: int, inserted: int) -> bool:
        """Whether the variant replaces or inserts a base; see `Track`."""
        query = self.profile.query
        assert query is not None
        replaced = query.windows.change
        start, end = int(replaced.start[0]), int(replaced.end[0])
        return inserted > 0 or start <= position < end


def of(
    predictor: contract.Predictor,
    profile: variant_profiles.VariantProfile,
    kind: str | None = None,
    flank: int = FLANK,
    advance: progress.Advance = progress.silent,
) -> Explanation:
    """Return which bases a change of a variant depends on.

    Args:
        predictor: The model that the profile is of.
        profile: The variant.
        kind: The change, by its label (`AG`, `AL`, `DG`, `DL`); the largest if not
            given.
        flank: Bases to substitute on each side of the site and of the variant.
        advance: Called with the substitutions done since the last call and the fraction
            of the work that is done.

    Raises:
        InputError: There is no such change, or the model has no probabilities.
    """
    change = chosen(profile, kind)
    if not (profile.ref_profile.any() or profile.alt_profile.any()):
        raise errors.InputError(
            "a change is explained by a site's probability in the reference",
            got=f"{profile.model}, which predicts none",
            remedy="choose another model",
        )
    query = profile.query
    assert query is not None
    asked = _Asked(predictor, profile, query, change, advance)
    span = _positions(change.position, query.windows, flank)
    return Explanation(
        profile=profile,
        change=change,
        flank=flank,
        reference=asked.reference(span),
        alternate=asked.alternate(span),
    )


def chosen(
    profile: variant_profiles.VariantProfile, kind: str | None
) -> variant_profiles.Change:
    """Return the largest change of a variant, or that of a kind.

    Raises:
        InputError: It is too small, or there is no such kind.
    """
    labels = {change.kind.label: change for change in profile.changes}
    if kind is None:
        change = max(profile.changes, key=lambda change: change.size)
    elif kind.upper() in labels:
        change = labels[kind.upper()]
    else:
        raise errors.InputError(
            f"--kind must be one of {', '.join(labels)}",
            got=kind,
            remedy="name another, or none for the largest change",
        )
    if change.size < SMALLEST:
        which = "largest" if kind is None else change.kind.label
        others = [
            f"{each.kind.label} {each.size:.2f}"
            for each in profile.changes
            if each.size >= SMALLEST
        ]
        raise errors.InputError(
            f"a change of {SMALLEST} or more can be explained",
            got=f"no change to explain: {which} {max(change.size, 0):.2f}",
            remedy=f"choose another --kind ({', '.join(others)})"
            if others
            else "search further with --distance, or choose another variant or model",
        )
    return change


@dataclasses.dataclass(frozen=True, eq=False, slots=True)
class _Asked:
    """A variant's query, asked again with other bases."""

    predictor: contract.Predictor
    profile: variant_profiles.VariantProfile
    query: queries.Queries
    change: variant_profiles.Change
    advance: progress.Advance

    @property
    def view(self) -> sequence_views.SequenceView:
        return self.query.views[int(self.query.view[0])]

    @property
    def row(self) -> int:
        """The row of profiles that has the site."""
        (row,) = self.change.kind.rows
        return row

    def reference(self, span: Int64[np.ndarray, " bases"]) -> Track:
        """Return the track of the reference, of bases at some positions."""
        track = substitutions.Sequence(self.view, span, span, np.zeros_like(span))
        column = self.change.position - self.profile.start
        known = self._known(self.profile.ref_profile[:, column])
        return self._track(track, self.change.position, known, self._half(0))

    def alternate(self, span: Int64[np.ndarray, " bases"]) -> Track:
        """Return the track of the alternate, of bases at some positions."""
        replaced = self.query.windows.change
        start, new = int(replaced.start[0]), replaced.alt.row(0)
        view = sequence_views.edited(self.view, start, int(replaced.end[0]), new)
        own, position, inserted = _moved(span, replaced)
        track = substitutions.Sequence(view, own, position, inserted)
        column = self.change.position - self.profile.start
        known = self._known(self.profile.alt_profile[:, column])
        site = self._moved_site(view, column)
        return self._track(track, site, known, self._half(1))

    def _half(self, number: int) -> progress.Advance:
        """The progress of one of two halves of the work."""

        def step(units: int, fraction: float | None) -> None:
            self.advance(units, None if fraction is None else (number + fraction) / 2)

        return step

    def _known(
        self, probability: Float64[np.ndarray, " 2"] | np.ndarray
    ) -> np.ndarray | None:
        """Log odds at the site, if the model was told its reference."""
        if self.profile.reference in {None, results.Reference.OWN}:
            return None
        return _log_odds(probability[None, :, None])[0, :, 0]

    def _moved_site(self, view: sequence_views.SequenceView, column: int) -> int | None:
        """Return where the site is in the alternate; None where it is deleted.

        Of inserted bases that count at the site's base, it is the likeliest.
        """
        row, first = self.query.alignment, int(self.query.windows.start[0])
        width = self.profile.ref_profile.shape[1]
        own = int(row.columns(width)[0, column])
        if column != int(row.fold[0]):
            return None if own < 0 else first + own
        head, insert = int(row.head[0]), int(row.insert[0])
        folded = [] if own < 0 else [own]
        columns = np.unique([*folded, *range(head, head + insert)])
        places = first + columns
        values = substitutions.profile(
            self.predictor, view, int(places[0]), int(places[-1])
        )
        return int(places[values[self.row, places - places[0]].argmax()])

    def _track(
        self,
        sequence: substitutions.Sequence,
        site: int | None,
        known: np.ndarray | None,
        advance: progress.Advance,
    ) -> Track:
        """Return the track of a sequence, whose site is at a place of its own."""
        codes = sequence.codes
        substituted = np.full((len(codes), 4), np.nan)
        probability = 0.0
        if site is not None:
            asked = substitutions.of_sequence(sequence, site, known)
            predictions = self.predictor.predict(asked.batch, advance, profiles=True)
            probability = asked.enter(predictions, self.row, substituted)
        track = Track(
            position=sequence.position,
            inserted=sequence.inserted,
            codes=codes,
            probability=probability,
            site=None if site is None else int(np.searchsorted(sequence.own, site)),
            substituted=substituted,
        )
        return _as_read(track) if sequence.view.minus else track


def _positions(
    site: int, window: windows.Windows, flank: int
) -> Int64[np.ndarray, " bases"]:
    """Return the positions of the reference about a site and a variant."""
    start, end = int(window.change.start[0]), int(window.change.end[0])
    about = (
        np.arange(site - flank, site + flank + 1),
        np.arange(start - flank, end + flank),
    )
    joined: Int64[np.ndarray, " bases"] = np.union1d(*about)
    return joined


def _moved(
    span: Int64[np.ndarray, " bases"], replaced: windows.Replacements
) -> tuple[Integers, Integers, Integers]:
    """Return the bases of the alternate at positions of the reference.

    Returns:
        Places in the alternate, the position of each, and its number among inserted
        bases.
    """
    start, end = int(replaced.start[0]), int(replaced.end[0])
    old, new = end - start, int(replaced.alt.length[0])
    paired = min(old, new)
    before, after = span[span < start + paired], span[span >= end]
    more = np.arange(1, new - paired + 1)
    own = [before, start + paired + more - 1, after + new - old]
    position = [before, np.full(len(more), start + paired - 1), after]
    inserted = [np.zeros_like(before), more, np.zeros_like(after)]
    return np.concatenate(own), np.concatenate(position), np.concatenate(inserted)


def _log_odds(probability: np.ndarray) -> np.ndarray:
    """Log odds of acceptor and donor against neither, of rows, tracks and bases."""
    tensor = torch.from_numpy(np.ascontiguousarray(probability))
    log_odds: np.ndarray = anchoring.of_probabilities(tensor).numpy()
    return log_odds


def _as_read(track: Track) -> Track:
    """Return a track along the plus strand as it is read along the minus strand."""
    return dataclasses.replace(
        track,
        position=track.position[::-1],
        inserted=track.inserted[::-1],
        codes=dna.reverse_complement(track.codes),
        site=None if track.site is None else len(track.codes) - 1 - track.site,
        # A, C, G and T become T, G, C and A.
        substituted=track.substituted[::-1, ::-1],
    )
