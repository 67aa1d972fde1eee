"""Events of splicing: exons along the strand, and exons after an event."""

import numpy as np

from twinsplice.effect import splice_events
from twinsplice.genome import coordinates, transcripts


def test_exons_run_along_the_strand() -> None:
    transcript = transcripts.Transcript(
        name="NM_1.1",
        gene="G",
        contig="1",
        strand=coordinates.Strand.MINUS,
        starts=np.array([10, 50]),
        ends=np.array([20, 70]),
    )
    assert splice_events.exons(transcript) == [(-70, -50), (-20, -10)]
