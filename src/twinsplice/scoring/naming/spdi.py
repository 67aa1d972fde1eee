"""Places written as SPDI has them, which counts from 0: NC_000017.11:43090942:C:T.

Others write the same and count from 1, so REF tells which was meant.
"""

import dataclasses
import re

from twinsplice.genome import hgvs_projection, variants
from twinsplice.io import hgvs_forms
from twinsplice.io.vcf import vcf
from twinsplice.scoring.naming import named_records

_FORM = re.compile(r"N[CTW]_\d+(?:\.\d+)?:\d+:[ACGT]+:[ACGT]+", re.IGNORECASE)


def settled(record: vcf.Record, fetch: hgvs_projection.Fetch) -> vcf.Record:
    """Return the record of a place that may count from 0, where its REF fits.

    Where REF fits either way, the record is refused: one of them would be wrong.

    Args:
        record: The record, counted from 1.
        fetch: Reads bases of its contig.
    """
    if not _FORM.fullmatch(hgvs_forms.plain(record.name)):
        return record
    start, ref = record.position, record.ref
    from_one = fetch(start, start + len(ref)) == ref
    from_zero = fetch(start + 1, start + 1 + len(ref)) == ref
    if from_one and from_zero:
        one, zero = (f"{record.contig}:{place}" for place in (start + 1, start + 2))
        reason = (
            f"SPDI counts from 0, and REF fits {zero} as well as {one}: "
            f"write chrom-pos-ref-alt, or a g. name"
        )
        return named_records.refused(
            record, variants.SkipReason.UNREADABLE_NAME, reason
        )
    if from_one:
        return named_records.noted(record, "counted from 1, where REF fits")
    if not from_zero:
        return record
    columns = record.text.split("\t")
    columns[1] = str(start + 2)
    moved = dataclasses.replace(record, position=start + 1, text="\t".join(columns))
    return named_records.noted(moved, "counted from 0, as SPDI is")
