"""The write-up's faults, as transformations of variants and their targets.

Each turns correct data into the training data of a pipeline with that fault. A model
trained on them gets its test variants the same way, and is measured by the correct
targets; `Fault.restored` maps its predictions back.

Source: the faults are those found in agentic-spliceai's pipeline behind "Paired Delta
Prediction: Siamese Architecture".
"""

import dataclasses
from collections.abc import Callable

import numpy as np
from jaxtyping import Float

from twinsplice.genome import dna
from twinsplice.training import batches

Values = Float[np.ndarray, "rows 2 width"]


@dataclasses.dataclass(frozen=True)
class Fault:
    """A fault.

    Attributes:
        corrupt: Returns variants as the faulty pipeline makes them.
        restored: Maps Δ predicted on corrupted variants to the columns of the
            original variants, its second argument.
    """

    corrupt: Callable[[batches.Pairs], batches.Pairs]
    restored: Callable[[Values, batches.Pairs], Values]


def unstranded(pairs: batches.Pairs) -> batches.Pairs:
    """Read genes of the minus strand along the plus strand.

    Sequences are the other strand's, and columns run the other way; a site keeps its
    place and its name.
    """
    minus = pairs.on_minus_strand.astype(bool)
    codes, alt = pairs.codes.copy(), pairs.alt.copy()
    for row in np.flatnonzero(minus):
        length = int(pairs.alt_length[row])
        codes[row] = dna.reverse_complement(pairs.codes[row])
        alt[row, :length] = dna.reverse_complement(pairs.alt[row, :length])
    start = pairs.width - pairs.start - pairs.ref_length
    return dataclasses.replace(
        pairs,
        codes=codes,
        alt=alt,
        start=np.where(minus, start, pairs.start),
        on_minus_strand=np.zeros_like(pairs.on_minus_strand),
        delta=_turned(pairs.delta, minus),
        profile=_turned(pairs.profile, minus),
    )


def double_softmax(pairs: batches.Pairs) -> batches.Pairs:
    """Apply a second softmax to the base model's probabilities.

    Probabilities of neither, acceptor and donor, 0 to 1, are taken for logits. A
    change from nothing to a certain site, 1, becomes e / (e + 2) - 1 / (e + 2) = 0.36.
    """
    before = _softmax(pairs.profile)
    after = _softmax((pairs.profile + pairs.delta).clip(0, 1))
    return dataclasses.replace(pairs, profile=before, delta=after - before)


def unaligned(pairs: batches.Pairs) -> batches.Pairs:
    """Compare the two sequences by index, whatever is inserted or deleted.

    Behind an insertion or a deletion every site then seems to vanish and to appear
    some bases away. Of inserted bases targets hold only their maximum, at the base
    before them, so theirs count as 0; where the alternate is not known, because a
    deletion has drawn it in from beyond the window, Δ is 0.
    """
    delta = pairs.delta.copy()
    for row in np.flatnonzero(pairs.ref_length != pairs.alt_length):
        pair = pairs.at(slice(row, row + 1))
        columns = pair.alignment(np.zeros(1, dtype=np.int64)).columns(pairs.width)[0]
        inside = (columns >= 0) & (columns < pairs.width)
        by_index = np.zeros_like(delta[row])
        by_index[:, columns[inside]] = (pair.profile[0] + pair.delta[0])[:, inside]
        end = int(columns.max(initial=-1)) + 1
        delta[row, :, :end] = by_index[:, :end] - pair.profile[0][:, :end]
        delta[row, :, end:] = 0
    return dataclasses.replace(pairs, delta=delta, by_index=True)


def together(pairs: batches.Pairs) -> batches.Pairs:
    """Make all three faults, in the order in which a pipeline comes to them."""
    return double_softmax(unaligned(unstranded(pairs)))


def _turned(values: Values, rows: np.ndarray) -> Values:
    turned: Values = np.where(rows[:, None, None], values[:, :, ::-1], values)
    return turned


def _softmax(sites: Values) -> Values:
    neither = 1 - sites.sum(axis=1, keepdims=True)
    raised = np.exp(sites)
    double_softmax: Values = raised / (
        raised.sum(axis=1, keepdims=True) + np.exp(neither)
    )
    return double_softmax


def _turned_back(delta: Values, pairs: batches.Pairs) -> Values:
    return _turned(delta, pairs.on_minus_strand.astype(bool))


def _as_they_are(delta: Values, pairs: batches.Pairs) -> Values:
    del pairs
    return delta


FAULTS = {
    "none": Fault(lambda pairs: pairs, _as_they_are),
    "unstranded": Fault(unstranded, _turned_back),
    "double_softmax": Fault(double_softmax, _as_they_are),
    "unaligned": Fault(unaligned, _as_they_are),
    "all": Fault(together, _turned_back),
}
"""By the name that a row of the ablation takes."""
