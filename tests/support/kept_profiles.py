"""Profiles of one run, kept for another that searches fewer bases around its edits.

The reference passes of full-size networks are what takes time in a comparison with
official programs. A profile does not depend on how far from the variant it is searched
(`tests/engine/test_profiling.py` holds the engine to that), so that the narrower run
may take its part of the wider one's. Some queries are computed anew all the same.
"""

import dataclasses
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from jaxtyping import Float, Int64
from torch import Tensor

from twinsplice.effect import windows
from twinsplice.engine import profiling
from twinsplice.genome import sequence_views

ANEW = 15
"""Of so many queries whose profiles are kept one is computed anew."""
_run = profiling.run
_Edit = tuple[sequence_views.SequenceView, int, int, bytes]


@dataclasses.dataclass(frozen=True)
class _Kept:
    """The two profiles of an edit, from base `start` on."""

    start: int
    ref: Float[Tensor, "tracks width"]
    alt: Float[Tensor, "tracks alt_width"]


class KeptProfiles:
    """Takes the place of `profiling.run` for one model.

    Attributes:
        answered: Queries that were answered without the networks.
        computed: Queries that the networks answered.
    """

    def __init__(self) -> None:
        self.answered = self.computed = 0
        self._kept: dict[_Edit, _Kept] = {}

    def run(
        self,
        ensemble: profiling.Ensemble,
        views: Sequence[sequence_views.SequenceView],
        view: Int64[np.ndarray, " queries"],
        window: windows.Windows,
        advance: Callable[[float], object],
    ) -> Iterator[profiling.ProfileBatch]:
        """Yield the profiles of every query once, kept ones first."""
        edits = [_edit(views[view[row]], window, row) for row in range(len(window))]
        new = []
        for row, edit in enumerate(edits):
            part = self._part(edit, window, row)
            if part is None or row % ANEW == 0:
                new.append(row)
                continue
            self.answered += 1
            advance(1.0)
            yield part
        rows = np.array(new, dtype=np.int64)
        for batch in _run(ensemble, views, view[rows], window.take(rows), advance):
            own = dataclasses.replace(batch, rows=rows[batch.rows])
            for place, row in enumerate(own.rows.tolist()):
                width = int(window.alt_width[row])
                self._kept[edits[row]] = _Kept(
                    start=int(window.start[row]),
                    ref=own.ref[place].clone(),
                    alt=own.alt[place, :, :width].clone(),
                )
            self.computed += len(own.rows)
            yield own

    def _part(
        self, edit: _Edit, window: windows.Windows, row: int
    ) -> profiling.ProfileBatch | None:
        """The profiles of a query, if kept ones cover its window."""
        kept = self._kept.get(edit)
        if kept is None:
            return None
        first = int(window.start[row]) - kept.start
        width, alt_width = int(window.width[row]), int(window.alt_width[row])
        ends = (
            first + width <= kept.ref.shape[1],
            first + alt_width <= kept.alt.shape[1],
        )
        if first < 0 or not all(ends):
            return None
        return profiling.ProfileBatch(
            rows=np.array([row]),
            ref=kept.ref[None, :, first : first + width],
            alt=kept.alt[None, :, first : first + alt_width],
        )


def _edit(
    view: sequence_views.SequenceView, window: windows.Windows, row: int
) -> _Edit:
    """What the profiles of a query follow from, but for how far they reach."""
    change = window.change
    start, replaced = int(change.start[row]), int(change.ref.length[row])
    return view, start, replaced, change.alt.row(row).tobytes()
