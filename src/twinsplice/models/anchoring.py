"""Reference probabilities that a model is told, and the shift of log odds from there.

A paired model knows well how a variant changes the odds of a site, and less well how
strong the site was. Told the base model's own reference, it starts from that: an
`Anchor` bounds the reference's log odds at every base, and Δ is what the predicted
shift makes of them. Log odds are those of acceptor and donor against neither, the
three classes of one softmax.
"""

import dataclasses
import math

import torch
from jaxtyping import Bool, Float
from torch import Tensor

FLOOR = 3e-5
"""Lowest probability that a reference map keeps, unless it is made otherwise.

Also that of references which are computed live. What lies below cannot become a score.
"""
_SMALLEST = 1e-9
"""Least probability of a class, so that log odds are finite."""


@dataclasses.dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Anchor:
    """What is known of the reference: bounds of its log odds, acceptor and donor.

    Where the bounds are equal the reference is known, where they are infinite it is
    not, and where only the upper one is finite it is known to be small.

    Attributes:
        low: Lower bounds.
        high: Upper bounds.
    """

    low: Float[Tensor, "batch 2 length"]
    high: Float[Tensor, "batch 2 length"]

    @property
    def nothing(self) -> Bool[Tensor, "batch 2 length"]:
        """Mask of bases of which nothing is known."""
        return self.high.isposinf()

    def applied(
        self, own: Float[Tensor, "batch 2 length"]
    ) -> Float[Tensor, "batch 2 length"]:
        """Return the log odds within the bounds that are nearest to a model's own."""
        return torch.minimum(torch.maximum(own, self.low), self.high)


def known(
    probability: Float[Tensor, "batch 2 length"],
    mask: Bool[Tensor, "batch 2 length"] | None = None,
) -> Anchor:
    """Return the anchor of known reference probabilities.

    Args:
        probability: Probabilities of acceptor and donor in the reference.
        mask: Where they are known; everywhere if not given.
    """
    exact = of_probabilities(probability)
    if mask is None:
        return Anchor(low=exact, high=exact)
    return Anchor(
        low=exact.masked_fill(~mask, -torch.inf),
        high=exact.masked_fill(~mask, torch.inf),
    )


def above(probability: Float[Tensor, "batch 2 length"], floor: float = FLOOR) -> Anchor:
    """Return the anchor of a reference that is known where it reaches a floor.

    Elsewhere it is known not to.

    Args:
        probability: Probabilities of acceptor and donor in the reference.
        floor: Lowest probability that is known.
    """
    exact = of_probabilities(probability)
    reached = probability >= floor
    ceiling = math.log(floor / (1 - floor))
    return Anchor(
        low=exact.masked_fill(~reached, -torch.inf),
        high=exact.masked_fill(~reached, ceiling),
    )


def of_probabilities(
    probability: Float[Tensor, "batch 2 length"],
) -> Float[Tensor, "batch 2 length"]:
    """Return the log odds of probabilities; they are bounded, as 0 has none."""
    # In double precision: what two probabilities near 1 leave has few digits else.
    exact = probability.double()
    neither = 1 - exact.sum(dim=1, keepdim=True)
    odds = exact.clamp(min=_SMALLEST).log() - neither.clamp(min=_SMALLEST).log()
    return odds.to(probability.dtype)


def probabilities(
    log_odds: Float[Tensor, "batch 2 length"],
) -> Float[Tensor, "batch 2 length"]:
    """Return the probabilities of log odds."""
    neither = torch.zeros_like(log_odds[:, :1])
    return torch.softmax(torch.cat([neither, log_odds], dim=1), dim=1)[:, 1:]
