"""An explanation that is made up."""

import numpy as np

from support import models as toys
from twinsplice.effect import alignment, deltas, queries, windows
from twinsplice.genome import alleles, coordinates, dna, sequence_views
from twinsplice.scoring.one_variant import explanations, variant_profiles


def _track(
    position: list[int], inserted: list[int], bases: str, probability: float
) -> explanations.Track:
    codes = dna.encode(bases)
    substituted = np.full((len(codes), 4), 0.5)
    substituted[np.arange(len(codes)), codes] = np.nan
    return explanations.Track(
        position=np.array(position),
        inserted=np.array(inserted),
        codes=codes,
        probability=probability,
        site=4,
        substituted=substituted,
    )


def insertion() -> explanations.Explanation:
    """Two bases inserted after position 9, in a gene of the minus strand."""
    own = list(range(14, 4, -1))
    one = np.array([10])
    change = windows.Replacements(
        start=one, ref=alleles.of_texts([""]), alt=alleles.of_texts(["CT"])
    )
    window = windows.around(change, centre=one, origin=one, reach=5)
    view = sequence_views.of_sequence("chr1", dna.encode("C" * 30))
    made = variant_profiles.VariantProfile(
        contig="chr1",
        position=9,
        ref="A",
        alt="ACT",
        gene=toys.gene("G", 0, 30, "-", left=[8], right=[10]),
        strand=coordinates.Strand.MINUS,
        start=5,
        sequence="C" * 11,
        ref_profile=np.zeros((2, 11), dtype=np.float32),
        alt_profile=np.zeros((2, 11), dtype=np.float32),
        changes=(),
        model="toy",
        query=queries.Queries(
            views=(view,),
            view=np.zeros(1, dtype=np.int64),
            windows=window,
            alignment=alignment.onto_reference(window),
        ),
    )
    return explanations.Explanation(
        profile=made,
        change=variant_profiles.Change(kind=deltas.DONOR_GAIN, size=0.6, position=10),
        flank=5,
        reference=_track(own, [0] * 10, "TTTTTGGGGG", 0.2),
        alternate=_track(
            [*own[:5], 9, 9, *own[5:]], [*[0] * 5, 2, 1, *[0] * 5], "TTTTTCAGGGGG", 0.8
        ),
    )
