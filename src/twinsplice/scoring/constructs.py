"""Pairs of sequences as queries: a construct, and the same with a change in it.

Sequences are read in the direction of transcription; what lies beyond their ends is
unknown.
"""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float32, Int64

from twinsplice import errors
from twinsplice.base_models import contract
from twinsplice.effect import queries, rules, windows
from twinsplice.genome import alleles, dna, sequence_views, variants

NO_SEQUENCES = "no_sequences"
"""Why a pair without a sequence has no score."""
_RULES = rules.TWINSPLICE


def change(name: str, ref: str, alt: str) -> variants.Variant:
    """Return what makes one sequence of another, trimmed and left-most.

    Args:
        name: What the sequence is called.
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
    """Return why a pair has no score, if it has none.

    Args:
        ref: The reference.
        alt: The alternate.
        core: What changes, of pairs that have both.
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
) -> queries.Queries:
    """Return the queries for changes of sequences, within their ends.

    Args:
        sequences: For each query the reference sequence.
        cores: What changes in it, see `change`.
        reach: Bases searched each side.
    """
    known: dict[str, int] = {}
    view = np.array(
        [known.setdefault(each, len(known)) for each in sequences], dtype=np.int64
    )
    made = replacements(cores)
    centre = made.start - made.anchored
    placed = windows.around(made, centre=centre, origin=made.start, reach=reach)
    length = np.array([len(each) for each in sequences], dtype=np.int64)
    start, end = np.maximum(placed.start, 0), np.minimum(placed.end, length)
    kept = np.maximum(end - made.end, 0)
    within = windows.Windows(
        change=made,
        origin=made.start,
        start=start,
        end=end,
        alt_width=made.start - start + made.alt.length + kept,
    )
    return queries.Queries(
        views=tuple(
            sequence_views.of_sequence(str(number), dna.encode(each))
            for each, number in known.items()
        ),
        view=view,
        windows=within,
        alignment=_RULES.align(within),
    )


def delta(
    predictor: contract.Predictor, ref: str, alt: str
) -> Float32[np.ndarray, "length 2"]:
    """Return Δ (donor, acceptor) at every base of a reference sequence.

    Args:
        predictor: What predicts.
        ref: The reference.
        alt: The alternate.

    Raises:
        InputError: A sequence is empty, or the model tells no donor from an acceptor.
    """
    if not (ref and alt):
        raise errors.InputError(
            "sequences must have bases", got="an empty one", remedy="give both"
        )
    if ref.upper() == alt.upper():
        return np.zeros((len(ref), 2), dtype=np.float32)
    asked = build([ref], [change("", ref.upper(), alt.upper())], np.array([len(ref)]))
    found = predictor.predict(asked, profiles=True)
    assert found.ref_profile is not None
    assert found.alt_profile is not None
    if found.ref_profile.shape[1] != 2:
        raise errors.InputError(
            "Δ of donors and acceptors needs a model that tells them apart",
            got=predictor.name,
            remedy="choose another model",
        )
    both: Float32[np.ndarray, "length 2"] = (found.alt_profile - found.ref_profile)[0]
    return np.ascontiguousarray(both[::-1].T)
