"""What a scan of a place comes to."""

import dataclasses

from twinsplice.effect import saturation_effects
from twinsplice.genome import genes, transcripts
from twinsplice.scoring import places
from twinsplice.settings import score as score_settings


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Scan:
    """The variants of a place and what they do.

    Attributes:
        place: The place.
        sequence: Its bases, upper case, plus strand.
        genes: The genes there: the one that was named, else all that overlap.
        preferred: The preferred transcript of each gene there, where they are known.
        effects: Largest gain and loss at each base.
        model: The model, in print.
        contigs: Lengths of the genome's contigs (bp).
        summary: The summary of scoring.
    """

    place: places.Place
    sequence: str
    genes: tuple[genes.Gene, ...]
    preferred: tuple[transcripts.Transcript, ...] = ()
    effects: saturation_effects.Effects
    model: str
    contigs: dict[str, int]
    summary: score_settings.Summary
