"""Genes laid end to end, and stretches of them to learn from."""

import dataclasses
import functools
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from jaxtyping import Float, Float16, Int64, UInt8
from recipes.far_stage import gene_features

from twinsplice import errors
from twinsplice.genome import dna
from twinsplice.models import far_stage

NOWHERE = -12.0
"""Log odds of sites between genes."""
_STRONG, _FEWEST = -2.0, 3
"""Log odds of a strong site; strong sites of a stretch that is learned from."""
_TRIES = 10_000


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Strip:
    """Genes laid end to end, unknown bases between them; whole bins.

    Attributes:
        codes: Bases.
        position: Places that are learned from, ascending.
        skip: The near encoder's skip channels there.
        own: Its log odds there.
        base: The map's log odds there; -inf below its floor.
        pooled: Mean skip channels and largest log odds of every half bin.
        reach: Bases that a far stage reads to each side of a bin.
        stretch: Bases of a stretch.
    """

    codes: UInt8[np.ndarray, " bases"]
    position: Int64[np.ndarray, " places"]
    skip: Float16[np.ndarray, "places width"]
    own: Float[np.ndarray, "places 2"]
    base: Float[np.ndarray, "places 2"]
    pooled: Float16[np.ndarray, "halves tracks"]
    reach: int
    stretch: int

    @property
    def ends(self) -> tuple[int, int]:
        """First and last place where a stretch can begin."""
        gap = _gap(self.reach)
        return gap, len(self.codes) - gap - self.stretch

    @functools.cached_property
    def strong(self) -> Int64[np.ndarray, " strong"]:
        """Places of strong sites."""
        found: Int64[np.ndarray, " strong"]
        found = self.position[self.base.max(axis=1) > _STRONG]
        return found

    def draw(self, count: int, rng: np.random.Generator) -> list[int]:
        """Return where some stretches begin that have sites, in steps of half bins.

        Raises:
            InputError: The genes have hardly any strong sites.
        """
        low, high = (end // gene_features.POOL for end in self.ends)
        starts: list[int] = []
        for start in (
            rng.integers(low, high + 1, _TRIES) * gene_features.POOL
        ).tolist():
            held = np.searchsorted(self.strong, [start, start + self.stretch])
            if held[1] - held[0] >= _FEWEST:
                starts.append(start)
            if len(starts) == count:
                return starts
        raise errors.InputError(
            f"a stretch needs {_FEWEST} strong sites",
            got=f"{len(self.strong)} in {len(self.codes):,} bases",
            remedy="give a map and a genome with more genes",
        )

    def all(self) -> Iterator[int]:
        """Yield where stretches begin that hold every gene once, on the grid."""
        low, high = self.ends
        yield from range(low, high + 1, self.stretch)

    def batch(self, starts: Sequence[int]) -> dict[str, np.ndarray]:
        """Return stretches: what networks read, and the places to learn from.

        The keys: `codes`, with `reach` on either side; `pooled`, of what a far stage's
        stem sees and a half bin more on either side; `column`, `skip`, `own` and
        `base` of the places, padded, and `real`, which of them are not padding.
        """
        beyond = self.reach - far_stage.STEM_BINS * far_stage.BIN + gene_features.POOL
        parts = [self._places(start) for start in starts]
        longest = max(len(part["column"]) for part in parts)
        made = {
            name: np.stack([_padded(part[name], longest) for part in parts])
            for name in parts[0]
        }
        made["codes"] = np.stack(
            [self.codes[s - self.reach : s + self.stretch + self.reach] for s in starts]
        )
        made["pooled"] = np.stack(
            [
                self.pooled[
                    (s - beyond) // gene_features.POOL : (s + self.stretch + beyond)
                    // gene_features.POOL
                ]
                for s in starts
            ]
        ).astype(np.float32)
        return made

    def _places(self, start: int) -> dict[str, np.ndarray]:
        low, high = np.searchsorted(self.position, [start, start + self.stretch])
        return {
            "column": self.position[low:high] - start,
            "skip": self.skip[low:high].astype(np.float32),
            "own": self.own[low:high],
            "base": self.base[low:high],
            "real": np.ones(high - low, dtype=bool),
        }


def join(parts: Sequence[Mapping[str, np.ndarray]], reach: int, stretch: int) -> Strip:
    """Return genes end to end, too far apart to be seen from each other.

    Args:
        parts: The genes, as `gene_features.read` returns them.
        reach: Bases that a far stage reads to each side of a bin.
        stretch: Bases of a stretch, whole bins.

    Raises:
        InputError: There are no genes.
    """
    if not parts:
        raise errors.InputError(
            "a fold needs genes",
            got="none that the map and the genome have in common",
            remedy="give the genome that the map was made from",
        )
    gap = _gap(reach)
    lengths = [len(part["codes"]) + gap for part in parts]
    begin = gap + np.cumsum([0, *lengths])
    total = int(begin[-1]) + stretch
    tracks = parts[0]["pooled"].shape[1]
    codes = np.full(total, dna.UNKNOWN, dtype=np.uint8)
    pooled = np.zeros((total // gene_features.POOL, tracks), dtype=np.float16)
    pooled[:, -2:] = NOWHERE
    for part, start in zip(parts, begin.tolist(), strict=False):
        codes[start : start + len(part["codes"])] = part["codes"]
        half = start // gene_features.POOL
        pooled[half : half + len(part["pooled"])] = part["pooled"]
    joined = {
        name: np.concatenate([part[name] for part in parts])
        for name in ("skip", "own", "base")
    }
    position = [
        part["position"] + start for part, start in zip(parts, begin, strict=False)
    ]
    return Strip(
        **joined,
        codes=codes,
        position=np.concatenate(position).astype(np.int64),
        pooled=pooled,
        reach=reach,
        stretch=stretch,
    )


def _gap(reach: int) -> int:
    return (-(-reach // far_stage.BIN) + 1) * far_stage.BIN


def _padded(values: np.ndarray, length: int) -> np.ndarray:
    spare = [(0, length - len(values)), *[(0, 0)] * (values.ndim - 1)]
    return np.pad(values, spare)
