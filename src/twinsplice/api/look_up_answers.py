"""What a scorer answers of a variant that is looked up."""

import dataclasses

import numpy as np
import polars as pl
from jaxtyping import Float32

from twinsplice import errors
from twinsplice.io.vcf import variant_lists, vcf
from twinsplice.scoring.one_variant import variant_profiles


@dataclasses.dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Answer:
    """What is known of one variant.

    Attributes:
        record: The variant as it was understood.
        table: Its rows, as `Scorer.score` returns them.
        profiles: The profile of each row; none where it has no score, or its model
            does not tell donors from acceptors.
        inserted: Probability of an acceptor and a donor at each inserted base of each
            row, along the plus strand; none likewise, or where none is inserted.
        refusal: Why there is no answer: it is no variant, or more than one.
        skipped: What is said of it where no row has a score.
    """

    record: vcf.Record
    table: pl.DataFrame
    profiles: tuple[variant_profiles.VariantProfile | None, ...] = ()
    inserted: tuple[Float32[np.ndarray, "2 inserted"] | None, ...] = ()
    refusal: errors.InputError | None = None
    skipped: errors.InputError | None = None


@dataclasses.dataclass(frozen=True, eq=False, slots=True)
class Understood:
    """A variant as it was understood, before anything is computed.

    Attributes:
        record: The variant, with its place if it has one.
        refusal: Why there is no answer: it is no variant, or more than one.
    """

    record: vcf.Record
    refusal: errors.InputError | None = None

    @property
    def place(self) -> str:
        """What is scored, as chrom-pos-ref-alt: the same of all spellings of it."""
        record = self.record
        alt = record.alts[0] if record.alts else "."
        return f"{record.contig}-{record.position + 1}-{record.ref}-{alt}"

    @property
    def question(self) -> str:
        """The place as `Scorer.look_up` reads it: a VCF's line if ALT is symbolic."""
        record = self.record
        if variant_lists.parse(self.place) is not None:
            return self.place
        place = (record.contig, str(record.position + 1), ".", record.ref)
        return "\t".join((*place, ",".join(record.alts), ".", ".", "."))
