"""Intervals of profiles, on the plus strand."""

import numpy as np
import torch
from jaxtyping import Float, Int64
from torch import Tensor


def taken(
    values: Float[Tensor, "batch positions tracks"],
    row: Int64[np.ndarray, " rows"],
    begin: Int64[np.ndarray, " rows"],
    width: Int64[np.ndarray, " rows"],
    minus: np.ndarray,
) -> Float[Tensor, "rows tracks width"]:
    """Return intervals of rows of `values`, reversed for minus strands.

    Args:
        values: The values.
        row: For each interval, its row.
        begin: Its first position.
        width: Its width; what lies beyond, up to the widest, is not to be used.
        minus: Whether it is to be reversed.
    """
    length = values.shape[1]
    # A deletion can remove a whole window; its one column is then undefined.
    place = np.arange(max(int(width.max(initial=0)), 1))
    backwards = begin[:, None] + width[:, None] - 1 - place
    index = np.where(minus[:, None], backwards, begin[:, None] + place)
    # Columns beyond a row's own width are not used, but must be valid indices.
    index = row[:, None] * length + np.clip(index, 0, length - 1)
    flat = values.reshape(-1, values.shape[2])
    places = torch.from_numpy(index.reshape(-1)).to(values.device)
    selected = flat.index_select(0, places)
    return selected.view(len(row), len(place), -1).transpose(1, 2)
