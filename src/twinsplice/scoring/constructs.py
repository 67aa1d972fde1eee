"""Queries for pairs of sequences: a construct, and its changed version.

Sequences are in the direction of transcription; bases beyond their ends are unknown.
"""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float32, Int64

from twinsplice import errors
from twinsplice.base_models import contract
from twinsplice.effect import deltas, queries, rules, windows
from twinsplice.genome import alleles, dna, sequence_views, variants

NO_SEQUENCES = "no_sequences"
"""Reason why a pair without a sequence has no score."""
_RULES = rules.TWINSPLICE


def change(name: str, ref: str, alt: str) -> variants.Variant:
    """Return the change from one sequence to another as a variant in normal form.

    Args:
        name: Name of the sequence.
        ref: The reference.
        alt: The alternate.
    """
    return variants.normalise(
        variants.Variant(name, 0, ref, alt),
        lambda position: ref[position - 1 : position] if position else "",
    )


def refusal(
    ref: str, alt: str, core: variants.Variant | None, reach: int
) -> str | None:
    """Return the reason why a pair has no score, or None.

    Args:
        ref: The reference.
        alt: The alternate.
        core: The change, of pairs that have both sequences.
        reach: Bases searched each side.
    """
    if not (ref and alt) or core is None:
        return NO_SEQUENCES
    if core.kind is variants.Kind.NONE:
        return variants.SkipReason.NO_ALT.value
    if not dna.is_plain(core.ref + core.alt):
        return variants.SkipReason.NON_ACGT.value
    reason = int(_RULES.refuse(replacements([core]), reach)[0])
    return None if reason == rules.SCORED else rules.REASONS[reason].value


def replacements(cores: Sequence[variants.Variant]) -> windows.Replacements:
    """Return variants as arrays."""
    return windows.Replacements(
        start=np.array([core.start for core in cores], dtype=np.int64),
        ref=alleles.of_texts([core.ref for core in cores]),
        alt=alleles.of_texts([core.alt for core in cores]),
    )


def build(
    sequences: Sequence[str],
    cores: Sequence[variants.Variant],
    reach: Int64[np.ndarray, " rows"],
    exons: Sequence[tuple[int, int] | None] = (),
) -> queries.Queries:
    """Return the queries for changes of sequences; windows end at the sequences' ends.

    Args:
        sequences: The reference sequence of each query.
        cores: The change in each, see `change`.
        reach: Bases searched each side.
        exons: Start and end of the exon of each (0-based, half-open), whose first base
            is an acceptor and whose last one a donor; none where it is not known.
    """
    number_of: dict[str, int] = {}
    view = np.array(
        [number_of.setdefault(sequence, len(number_of)) for sequence in sequences],
        dtype=np.int64,
    )
    changes = replacements(cores)
    centre = changes.start - changes.anchored
    uncut = windows.around(changes, centre=centre, origin=changes.start, reach=reach)
    length = np.array([len(sequence) for sequence in sequences], dtype=np.int64)
    start, end = np.maximum(uncut.start, 0), np.minimum(uncut.end, length)
    bases_behind = np.maximum(end - changes.end, 0)
    cut = windows.Windows(
        change=changes,
        origin=changes.start,
        start=start,
        end=end,
        alt_width=changes.start - start + changes.alt.length + bases_behind,
    )
    return queries.Queries(
        views=tuple(
            sequence_views.of_sequence(str(number), dna.encode(sequence))
            for sequence, number in number_of.items()
        ),
        view=view,
        windows=cut,
        alignment=_RULES.align(cut),
        exon_sites=_exon_sites(exons, cut),
    )


def _exon_sites(
    exons: Sequence[tuple[int, int] | None], window: windows.Windows
) -> queries.AnnotatedSites:
    """Return the ends of exons that lie within windows."""
    known = [(i, *exon) for i, exon in enumerate(exons) if exon is not None]
    query, start, end = np.array(known, dtype=np.int64).reshape(-1, 3).T
    sites = queries.AnnotatedSites(
        query=np.repeat(query, 2),
        site=np.tile([int(deltas.Site.ACCEPTOR), int(deltas.Site.DONOR)], len(query)),
        column=np.stack([start, end - 1], axis=1).ravel()
        - np.repeat(window.start[query], 2),
    )
    inside = (sites.column >= 0) & (sites.column < window.width[sites.query])
    return queries.AnnotatedSites(
        query=sites.query[inside], site=sites.site[inside], column=sites.column[inside]
    )


def delta(
    predictor: contract.Predictor, ref: str, alt: str
) -> Float32[np.ndarray, "length 2"]:
    """Return Δ (donor, acceptor) at every base of a reference sequence.

    Args:
        predictor: The model.
        ref: The reference.
        alt: The alternate.

    Raises:
        InputError: A sequence is empty, or the model does not separate donors and
            acceptors.
    """
    if not (ref and alt):
        raise errors.InputError(
            "sequences must have bases", got="an empty one", remedy="give both"
        )
    if ref.upper() == alt.upper():
        return np.zeros((len(ref), 2), dtype=np.float32)
    query_batch = build(
        [ref], [change("", ref.upper(), alt.upper())], np.array([len(ref)])
    )
    before, after = _profiles(predictor, query_batch)
    return _by_base(after - before)


def profile(
    predictor: contract.Predictor, sequence: str
) -> Float32[np.ndarray, "length 2"]:
    """Return the probability of a donor and of an acceptor at every base of a sequence.

    Args:
        predictor: The model.
        sequence: The sequence.

    Raises:
        InputError: It is empty, or the model does not separate donors and acceptors,
            or has no probabilities of a sequence.
    """
    if not sequence:
        raise errors.InputError(
            "a sequence must have bases", got="an empty one", remedy="give some"
        )
    # A query needs a change: one of a base to itself.
    first = sequence[0].upper()
    same = variants.Variant("", 0, first, first)
    query_batch = build([sequence.upper()], [same], np.array([len(sequence)]))
    before, _ = _profiles(predictor, query_batch)
    if not before.any():
        raise errors.InputError(
            "a profile needs a model that predicts probabilities, not changes alone",
            got=predictor.name,
            remedy="choose another model",
        )
    return _by_base(before)


def _profiles(
    predictor: contract.Predictor, query_batch: queries.Queries
) -> tuple[Float32[np.ndarray, "2 length"], Float32[np.ndarray, "2 length"]]:
    """Return the profiles of one query: acceptor and donor, before and after."""
    predictions = predictor.predict(query_batch, profiles=True)
    assert predictions.ref_profile is not None
    assert predictions.alt_profile is not None
    if predictions.ref_profile.shape[1] != 2:
        raise errors.InputError(
            "donors and acceptors need a model that tells them apart",
            got=predictor.name,
            remedy="choose another model",
        )
    return predictions.ref_profile[0], predictions.alt_profile[0]


def _by_base(
    profile: Float32[np.ndarray, "2 length"],
) -> Float32[np.ndarray, "length 2"]:
    """Return donor and acceptor by base."""
    return np.ascontiguousarray(profile[::-1].T)
