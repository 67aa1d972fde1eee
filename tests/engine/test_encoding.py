"""`encoding`: the same as `dna.one_hot`, on tensors."""

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from jaxtyping import UInt8

from twinsplice.engine import encoding
from twinsplice.genome import dna

batches = npst.arrays(
    np.uint8,
    st.tuples(st.integers(1, 3), st.integers(0, 9)),
    elements=st.integers(0, 4),
)


@given(codes=batches)
def test_bases_are_encoded_as_arrays_are(
    codes: UInt8[np.ndarray, "rows width"],
) -> None:
    tensor = torch.from_numpy(codes)
    tracks, columns = encoding.one_hot_tracks(tensor), encoding.one_hot(tensor.long())
    for row, each in enumerate(codes):
        expected = dna.one_hot(each)
        np.testing.assert_array_equal(tracks[row].numpy(), expected)
        np.testing.assert_array_equal(columns[row].numpy(), expected.T)
