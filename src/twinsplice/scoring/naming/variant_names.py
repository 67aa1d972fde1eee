"""Names of variants in lists, resolved to places on the reference.

A name that cannot be resolved becomes a record with a reason; the others are not
affected. What was assumed, and guesses at what is wrong, are notes.
"""

import copy
import dataclasses
import functools
from collections.abc import Iterator

from twinsplice import errors, threads
from twinsplice.genome import (
    builds,
    dna,
    genes,
    hgvs,
    hgvs_projection,
    transcript_sets,
    transcripts,
    variants,
)
from twinsplice.io import fasta, hgvs_forms, hgvs_names
from twinsplice.io.annotation import transcript_sources
from twinsplice.io.vcf import vcf
from twinsplice.scoring.naming import (
    mismatch_guesses,
    named_records,
    spdi,
    transcript_choice,
)

_UNKNOWN = variants.SkipReason.UNKNOWN_PLACE
_MISSING = variants.SkipReason.CONTIG_MISSING
_UNREADABLE = variants.SkipReason.UNREADABLE_NAME
_LIFTED = 20
"""Mismatches that are looked up on the other build."""
_NOT_A_NAME = (
    "neither chrom-pos-ref-alt nor an HGVS name such as NM_007294.4:c.68_69del"
)


def build_of(
    reference: fasta.Reference,
    annotation: str,
    transcripts_from: str = transcript_sources.AUTO,
) -> builds.Build | None:
    """Return the build of a reference, if its lengths or what is named beside it tell.

    Args:
        reference: The genome.
        annotation: Source of the annotation.
        transcripts_from: Source of transcripts.
    """
    return (
        builds.of_lengths(reference.contigs)
        or builds.named(annotation)
        or builds.named(transcripts_from)
    )


class Resolver:
    """Resolves names on a reference.

    Attributes:
        build: The reference's build, if known.
        index: Genes of the annotation.
    """

    def __init__(
        self,
        reference: fasta.Reference,
        index: genes.GeneIndex,
        *,
        annotation: str = "",
        transcripts_from: str = transcript_sources.AUTO,
    ) -> None:
        """Initialise a resolver; transcripts are loaded when first needed.

        Args:
            reference: The genome.
            index: Genes of the annotation.
            annotation: Source of the annotation: a build's name tells the build.
            transcripts_from: Source of transcripts; see `transcript_sources.load`.
        """
        self.reference = reference
        self.build = build_of(reference, annotation, transcripts_from)
        self.index = index
        self._source = transcripts_from
        self._lifted = 0
        self._transcripts = threads.once(self._load)

    @property
    def knows_transcripts(self) -> bool:
        """Whether it is known which transcripts to take."""
        return self._source != transcript_sources.AUTO or self.build is not None

    @property
    def transcripts(self) -> transcript_sets.TranscriptSet:
        """The transcripts that names count on.

        Raises:
            InputError: They cannot be read, or it is not known which to take.
        """
        return self._transcripts()

    def _load(self) -> transcript_sets.TranscriptSet:
        if self._source != transcript_sources.AUTO:
            return transcript_sources.load(self._source).transcripts
        if self.build is None:
            raise errors.InputError(
                "names on transcripts need to know the genome's build",
                got=f"{self.reference.path}, which is of neither build's length",
                remedy="say --transcripts grch37, grch38, or a file",
            )
        return transcript_sources.shipped(self.build).transcripts

    def of_one_list(self) -> "Resolver":
        """Return a resolver that counts its guesses anew, on the same transcripts.

        What one list is told then depends neither on other lists nor on other threads.
        """
        fresh = copy.copy(self)
        fresh._lifted = 0
        return fresh

    def resolve(self, record: vcf.Record) -> vcf.Record:
        """Return the record of a name with its place, or with a reason and a guess.

        Raises:
            InputError: Names cannot be read here, or transcripts not be loaded.
        """
        if not record.name:
            return record
        if record.contig:
            return self._checked(record)
        meant = hgvs_forms.with_axis(record.name)
        why = hgvs_forms.why_not(record.name) or _NOT_A_NAME
        name: hgvs.Name | hgvs.Unreadable = hgvs.Unreadable(
            f"did you mean {meant}?" if meant else why
        )
        if hgvs_forms.looks_like_one(record.name):
            name = hgvs_names.parse(record.name)
        if isinstance(name, hgvs.Unreadable):
            return named_records.refused(record, _UNREADABLE, name.reason)
        if reason := self._elsewhere(record.name, name):
            return named_records.refused(record, _UNKNOWN, reason)
        if name.axis.is_genomic:
            return self._on_contig(record, name)
        return self._on_transcript(record, name)

    def named(self, record: vcf.Record) -> transcript_choice.Choice | None:
        """Return the transcript that a record's name counts on, if it is such a name.

        Args:
            record: The record, before or after its name is resolved.

        Raises:
            InputError: Transcripts cannot be loaded.
        """
        if not hgvs_forms.looks_like_one(record.name):
            return None
        name = hgvs_names.parse(record.name)
        if isinstance(name, hgvs.Unreadable) or name.axis.is_genomic:
            return None
        choice = transcript_choice.choose(name, self.transcripts, self.index)
        return choice if isinstance(choice, transcript_choice.Choice) else None

    def fetcher(self, contig: str) -> hgvs_projection.Fetch:
        """Return what reads bases of a contig, by the reference's name of it."""
        return functools.partial(self.reference.concrete, contig)

    def _checked(self, record: vcf.Record) -> vcf.Record:
        """A record of a place, with a guess where REF is not the reference's."""
        ref = record.ref.upper()
        prefix, _, contig_name = record.contig.replace("/", ":").partition(":")
        if contig_name and builds.named(prefix):
            if foreign := self._other_build(prefix):
                return named_records.refused(record, _UNKNOWN, foreign)
            record = dataclasses.replace(record, contig=contig_name)
        if reason := self._foreign(record.contig, record.position, ref):
            return named_records.refused(record, _UNKNOWN, reason)
        contig = self.reference.resolve(record.contig)
        record = named_records.spelled(record, contig or record.contig)
        length = self.reference.length(contig) if contig else 0
        sliced = contig is not None and self.reference.sliced(contig)
        if absent := mismatch_guesses.absence(record, contig, length, sliced=sliced):
            return named_records.noted(record, absent)
        if contig is None or not dna.is_plain(record.ref):
            return record
        settled = spdi.settled(record, self.fetcher(contig))
        return settled if settled.refusal else self._compared(settled, contig)

    def _compared(self, record: vcf.Record, contig: str) -> vcf.Record:
        """A record on the reference, with a guess where REF differs."""
        alt = record.alts[0].upper() if record.alts else ""
        variant = variants.Variant(contig, record.position, record.ref, alt)
        fetch = self.fetcher(contig)
        if fetch(variant.start, variant.end) == variant.ref:
            return named_records.changed(record)
        note = mismatch_guesses.joined(
            mismatch_guesses.difference(variant, fetch),
            self._guesses(variant, fetch),
        )
        return named_records.noted(record, note)

    def _elsewhere(self, text: str, name: hgvs.Name) -> str:
        """Why a name is of another build, by what stands in it, if it is."""
        old = name.old if name.axis.is_genomic else ""
        position = name.start.base - 1
        return (
            self._other_build(hgvs_forms.build_of(text))
            or self._foreign(name.genome, position, old)
            or self._foreign(name.reference, position, old)
        )

    def _other_build(self, stated: str) -> str:
        """Why a name is not of this reference, by the build that it states."""
        build = builds.named(stated)
        if self.build is None or build in (None, self.build):
            return ""
        return f"the name is of {build.label}, the reference of {self.build.label}"

    def _guesses(
        self, variant: variants.Variant, fetch: hgvs_projection.Fetch
    ) -> Iterator[str]:
        yield from mismatch_guesses.of_place(variant, fetch)
        found = self._on_this_build(variant, fetch)
        if found is not None and self.build is not None:
            place, by = found
            yield (
                f"REF fits {place}, the same place of {by}: is the variant on "
                f"{self.build.other.label}?"
            )

    def _on_this_build(
        self, variant: variants.Variant, fetch: hgvs_projection.Fetch
    ) -> tuple[str, str] | None:
        """Where a variant of the other build lies here, and by what transcript."""
        if self.build is None or self._lifted >= _LIFTED:
            return None
        self._lifted += 1
        here, there = (
            transcript_sources.shipped(build).transcripts
            for build in (self.build, self.build.other)
        )
        found = mismatch_guesses.of_build(variant, fetch, here, there)
        return found and (f"{variant.contig}:{found[0] + 1}", found[1])

    def _foreign(self, accession: str, position: int, ref: str) -> str:
        """The reason why a chromosome's accession is not of the build, if it is not."""
        own = self.build and builds.own_version(self.build, accession)
        if self.build is None or own is None:
            return ""
        build = builds.of_accession(accession)
        if build is None:
            return f"{accession} is not of {self.build.label}, {own} is"
        reason = f"{accession} is of {build.label}; the reference is {self.build.label}"
        contig = self.reference.resolve(accession)
        if contig is None or not ref:
            return reason
        variant = variants.Variant(contig, position, ref, "")
        found = self._on_this_build(variant, self.fetcher(contig))
        return reason + (
            f": the place is {found[0]} there, by {found[1]}" if found else ""
        )

    def _versions(self, accession: str) -> Iterator[str]:
        """Yield which version an accession of a chromosome without one is taken as."""
        own = self.build and builds.own_version(self.build, f"{accession}.0")
        if own:
            yield f"{accession} is counted on {own}"

    def _on_contig(self, record: vcf.Record, name: hgvs.Name) -> vcf.Record:
        is_m = name.axis is hgvs.Axis.MITOCHONDRION
        contig = self.reference.resolve(name.reference)
        if contig is None and is_m:
            contig = self.reference.resolve("MT")
        if contig is None:
            reason = f"the reference has no {name.reference}"
            if meant := mismatch_guesses.of_number(name.reference):
                reason += f"; did you mean {meant}?"
            if name.reference.startswith(("LRG_", "NG_")):
                reason += ", a gene's own sequence: name it on the chromosome"
            elif transcript_choice.is_accession(name.reference.upper()):
                reason += f": {name.axis}. counts on a chromosome, not on a transcript"
            return named_records.refused(record, _MISSING, reason)
        fetch = self.fetcher(contig)
        placed = hgvs_projection.place(name, contig, None, fetch)
        if isinstance(placed, transcripts.Missing):
            reason = placed.reason
            return named_records.refused(record, _UNKNOWN, reason)
        notes = (*name.remarks, *self._versions(name.reference), *placed.notes)
        found = named_records.located(record, placed.variant, "; ".join(notes))
        return found if placed.agrees else self._checked(found)

    def _on_transcript(self, record: vcf.Record, name: hgvs.Name) -> vcf.Record:
        choice = transcript_choice.choose(name, self.transcripts, self.index)
        if isinstance(choice, transcripts.Missing):
            return named_records.refused(record, _UNKNOWN, choice.reason)
        on = choice.transcript
        of = filter(None, (on.name, on.partner, on.gene, name.reference, name.symbol))
        record = dataclasses.replace(record, of=tuple(of))
        contig = self.reference.resolve(on.contig)
        if contig is None:
            reason = f"the reference has no {on.contig}, where {on.name} lies"
            return named_records.refused(record, _MISSING, reason)
        fetch = self.fetcher(contig)
        placed = hgvs_projection.place(name, contig, on, fetch)
        guesses = mismatch_guesses.of_name(name, contig, on, self.transcripts, fetch)
        if isinstance(placed, transcripts.Missing):
            reason = "; ".join([placed.reason, *guesses, *choice.notes])
            return named_records.refused(record, _UNKNOWN, reason)
        notes = [*name.remarks, *choice.notes, *placed.notes]
        if not placed.agrees:
            wrong = mismatch_guesses.on_transcript(placed.variant, on, fetch)
            notes = [wrong, *guesses, *notes]
        return named_records.located(record, placed.variant, "; ".join(notes))


class NamedSource(vcf.Source):
    """A list whose names are resolved as it is read."""

    is_list = True

    def __init__(self, source: vcf.Source, resolver: Resolver) -> None:
        """Wrap a list.

        Args:
            source: The list.
            resolver: What resolves its names.
        """
        *first, last = source.header_lines
        self.header_lines = (*first, named_records.NOTE_LINE, last)
        self._source = source
        self._resolver = resolver.of_one_list()

    def __iter__(self) -> Iterator[vcf.Record]:
        return map(self._resolver.resolve, self._source)

    def fraction_read(self) -> float | None:
        """Return the fraction of the list that was read, where known."""
        return self._source.fraction_read()

    def close(self) -> None:
        """Close the list."""
        self._source.close()
