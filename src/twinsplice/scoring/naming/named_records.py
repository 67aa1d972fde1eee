"""Records of names: with their place, or with the reason why they have none."""

import dataclasses

from twinsplice.genome import variants
from twinsplice.io.vcf import vcf, vcf_output

NOTE = "TwinSplice_NOTE"
"""INFO key of notes."""
_NOTHING = "the name says that nothing changes"
NOTE_LINE = (
    f'##INFO=<ID={NOTE},Number=1,Type=String,Description="How the name in ID was '
    'understood, or a guess at what is wrong with it">'
)


def spelled(record: vcf.Record, contig: str) -> vcf.Record:
    """Return a record of a list on a contig's name, its bases in upper case.

    So that a variant is the same however it was typed. Names of contigs and symbols in
    ALT stay as they are.
    """
    columns = record.text.split("\t")
    columns[0], columns[3] = contig, columns[3].upper()
    columns[4] = ",".join(map(_upper, columns[4].split(",")))
    return dataclasses.replace(
        record,
        contig=contig,
        ref=record.ref.upper(),
        alts=tuple(map(_upper, record.alts)),
        text="\t".join(columns),
    )


def _upper(alt: str) -> str:
    return alt.upper() if alt.isalpha() else alt


def _identifier(name: str) -> str:
    """A name as ID of a VCF, which has neither blanks nor semicolons."""
    return "_".join(name.replace(";", ",").split())


def located(record: vcf.Record, variant: variants.Variant, note: str) -> vcf.Record:
    """A record with the place of its name."""
    alts = () if variant.alt == variant.ref else (variant.alt,)
    identifier = _identifier(record.name)
    alt = ",".join(alts) or "."
    place = f"{variant.contig}\t{variant.start + 1}\t{identifier}"
    located = dataclasses.replace(
        record,
        contig=variant.contig,
        position=variant.start,
        ref=variant.ref,
        alts=alts,
        text=f"{place}\t{variant.ref}\t{alt}\t.\t.\t.",
    )
    if not alts:
        note = "; ".join(filter(None, (note, _NOTHING)))
    return noted(located, note)


def changed(record: vcf.Record) -> vcf.Record:
    """A record of a list, without an alternate that is its reference allele."""
    if record.alts != (record.ref,):
        return record
    columns = record.text.split("\t")
    columns[4] = "."
    return noted(
        dataclasses.replace(record, alts=(), text="\t".join(columns)), _NOTHING
    )


def refused(record: vcf.Record, reason: variants.SkipReason, note: str) -> vcf.Record:
    """A record without a place, for a reason."""
    columns = vcf.NO_PLACE.split("\t")
    columns[2] = _identifier(record.name)
    refused = dataclasses.replace(
        record,
        contig="",
        position=-1,
        ref="N",
        alts=(),
        text="\t".join(columns),
        refusal=reason,
    )
    return noted(refused, note)


def noted(record: vcf.Record, note: str) -> vcf.Record:
    """A record with a note, in its INFO as well, beside what else is there."""
    if not note:
        return record
    note = f"{record.note}; {note}" if record.note else note
    columns = record.text.split("\t", vcf.COLUMNS - 1)
    fields = [
        field
        for field in columns[-1].split(";")
        if field not in {"", "."} and not field.startswith(f"{NOTE}=")
    ]
    columns[-1] = ";".join([*fields, f"{NOTE}={vcf_output.info_text(note)}"])
    return dataclasses.replace(record, note=note, text="\t".join(columns))
