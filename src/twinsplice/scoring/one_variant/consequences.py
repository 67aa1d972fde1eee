"""What a variant does to each transcript that it lies in."""

import dataclasses
from collections.abc import Callable, Iterable, Sequence

import polars as pl

from twinsplice.effect import (
    deltas,
    inserted_sites,
    protein_effects,
    splice_events,
    splice_rule,
)
from twinsplice.genome import (
    coordinates,
    dna,
    genes,
    transcript_sets,
    transcripts,
    variants,
)
from twinsplice.io import fasta, tables
from twinsplice.io.vcf import vcf
from twinsplice.scoring.one_variant import (
    changed_sites,
    transcript_members,
    variant_profiles,
)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Consequence:
    """One event in a transcript, and what it does to the protein.

    Attributes:
        event: The event.
        protein: What it and the variant do to the protein.
    """

    event: splice_events.Event
    protein: protein_effects.ProteinEffect


@dataclasses.dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class TranscriptConsequences:
    """What a variant does to one transcript.

    Attributes:
        transcript: The transcript.
        consequences: Its events, that of the largest change first; none where no
            change reaches the threshold, or none concerns this transcript.
        largest: The largest change, whether it concerns this transcript or not.
        threshold: Size from which a change counts.
        changed: The transcript's own sites that the variant changes.
    """

    transcript: transcripts.Transcript
    consequences: tuple[Consequence, ...]
    largest: variant_profiles.Change
    threshold: float
    changed: tuple[changed_sites.ChangedSite, ...] = ()

    @property
    def exons(self) -> int:
        """Number of the transcript's exons."""
        return len(self.transcript.starts)


@dataclasses.dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Told:
    """What is told of one variant of many.

    Attributes:
        answer: What the model said.
        genes: What follows in each gene; none without a score.
        reason: Why there is nothing to tell; none if there is.
    """

    answer: variant_profiles.Answer
    genes: tuple["VariantConsequences", ...]
    reason: variants.SkipReason | None = None

    def rows(self) -> list[dict[str, object]]:
        """Return the rows of all genes, or one with the reason; see `SCHEMA`."""
        record = self.answer.record
        named = {
            "id": _identifier(record),
            "name": record.name or None,
            "note": record.note or None,
        }
        if not self.genes:
            place: dict[str, object] = {
                "chrom": record.contig or None,
                "pos": record.position + 1 if record.contig else None,
                "ref": record.ref or None,
                "alt": self.answer.alt if record.contig else None,
            }
            return [place | {"skip_reason": self.reason} | named]
        return [row | named for of_gene in self.genes for row in of_gene.rows()]


@dataclasses.dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class VariantConsequences:
    """What a variant does in one gene.

    Attributes:
        profile: The variant in the gene.
        members: The gene's transcripts, MANE's first; none where none are known.
    """

    profile: variant_profiles.VariantProfile
    members: tuple[TranscriptConsequences, ...]

    def rows(self) -> list[dict[str, object]]:
        """Return a row for each event of each transcript; see `SCHEMA`."""
        return rows(self.profile, self.members)


def of(
    profile: variant_profiles.VariantProfile,
    table: transcript_sets.TranscriptSet,
    reference: fasta.Reference,
    threshold: float = splice_events.THRESHOLD,
    around: Sequence[genes.Gene] = (),
) -> tuple[TranscriptConsequences, ...]:
    """Return what a variant does to each transcript of a gene, MANE's first.

    Args:
        profile: The variant in the gene.
        table: The transcripts.
        reference: The genome.
        threshold: Size from which a change counts.
        around: The annotation's genes there: each transcript is of one of them.
    """
    edit, fetch = changed_sites.normal(profile), _bases(profile, reference)
    members = transcript_members.of_variant(profile, table, around)
    # Once a gene: some have hundreds of transcripts.
    others = {
        name: _other_sites(profile, members, name)
        for name in {member.gene for member in members}
    }
    return tuple(
        _of_transcript(
            profile, transcript, edit, fetch, threshold, others[transcript.gene]
        )
        for transcript in members
    )


def _of_transcript(
    profile: variant_profiles.VariantProfile,
    transcript: transcripts.Transcript,
    edit: variants.Variant,
    fetch: protein_effects.Fetch,
    threshold: float,
    others: Sequence[splice_events.OtherSite],
) -> TranscriptConsequences:
    members = splice_events.exons(transcript)
    changes = _as_read(profile, threshold, minus=transcript.minus)
    change = changed_sites.edit(edit, minus=transcript.minus)
    coding = transcript.coding
    if coding is not None and transcript.minus:
        coding = -coding[1], -coding[0]
    placed = [
        inserted_sites.placed(event, change, fetch, minus=transcript.minus)
        for event in splice_rule.events(members, changes, threshold, others)
    ]
    return TranscriptConsequences(
        transcript=transcript,
        consequences=tuple(
            Consequence(
                event=protein_effects.counted(members, event, inside),
                protein=protein_effects.effect(members, event, coding, fetch, inside),
            )
            for event, inside in placed
        ),
        largest=max(profile.changes, key=lambda change: change.size),
        threshold=threshold,
        changed=tuple(changed_sites.of(profile, transcript, change)),
    )


def _other_sites(
    profile: variant_profiles.VariantProfile,
    members: Sequence[transcripts.Transcript],
    gene: str,
) -> list[splice_events.OtherSite]:
    """Return the sites of a gene's transcripts within a profile, each once."""
    every = {
        (site, exon)
        for member in members
        if member.gene == gene
        for number, exon in enumerate(splice_events.exons(member), 1)
        for site in deltas.Site
        if number != (1 if site is deltas.Site.ACCEPTOR else len(member.starts))
    }
    minus, made = profile.strand is coordinates.Strand.MINUS, []
    for site, exon in sorted(every):
        other = splice_events.OtherSite(site=site, exon=exon, probability=0.0)
        position = -other.position - 1 if minus else other.position
        column = position - profile.start
        if 0 <= column < profile.alt_profile.shape[1]:
            probability = float(profile.alt_profile[site, column])
            made.append(dataclasses.replace(other, probability=probability))
    return made


def _as_read(
    profile: variant_profiles.VariantProfile, threshold: float, *, minus: bool
) -> list[splice_events.SiteChange]:
    """Return a profile's changes along the strand that is read.

    They are the largest of each kind, and all others that reach the threshold, or are
    enough for a partner.
    """
    least = min(threshold, splice_events.DEEP_PARTNER)
    return [
        splice_events.SiteChange(
            site=deltas.Site.DONOR
            if deltas.Site.DONOR in change.kind.sites
            else deltas.Site.ACCEPTOR,
            gain=change.kind.gain,
            size=change.size,
            position=-change.position - 1 if minus else change.position,
        )
        for change in (*profile.changes, *profile.further(least))
    ]


def _bases(
    profile: variant_profiles.VariantProfile, reference: fasta.Reference
) -> Callable[[int, int], str]:
    """Return what reads the reference along the profile's strand."""
    if profile.strand is coordinates.Strand.PLUS:
        return lambda start, end: reference.sequence(profile.contig, start, end)

    def fetch(start: int, end: int) -> str:
        codes = dna.encode(reference.sequence(profile.contig, -end, -start))
        return dna.decode(dna.reverse_complement(codes))

    return fetch


SCHEMA: dict[str, type] = {
    **dict.fromkeys(("chrom",), str),
    "pos": int,
    **dict.fromkeys(("ref", "alt", "gene", "transcript", "mane", "event"), str),
    **dict.fromkeys(("exon", "last_exon", "exons", "bases"), int),
    "size": float,
    "partial": bool,
    **dict.fromkeys(("site", "exon_end"), str),
    **dict.fromkeys(("acceptor_pos", "donor_pos"), int),
    "annotated": bool,
    "variant_bases": int,
    "protein": str,
    **dict.fromkeys(("amino_acids", "stop"), int),
    **dict.fromkeys(("premature_stop", "nmd"), bool),
    **dict.fromkeys(("skip_reason", "id", "name", "note"), str),
}
"""Columns of `rows` and `Told.rows`, with the type of each."""


def rows(
    profile: variant_profiles.VariantProfile,
    members: Sequence[TranscriptConsequences],
) -> list[dict[str, object]]:
    """Return a row for each event of each transcript, with the columns of `SCHEMA`.

    A transcript without an event has a row without one.

    Args:
        profile: The variant.
        members: Its transcripts.
    """
    shared = {
        "chrom": profile.contig,
        "pos": profile.position + 1,
        "ref": profile.ref,
        "alt": profile.alt,
    }
    made: list[dict[str, object]] = []
    for member in members:
        own = shared | {
            "gene": member.transcript.gene,
            "transcript": member.transcript.name,
            "mane": member.transcript.mane.value or None,
            "exons": member.exons,
        }
        minus = member.transcript.minus
        made += [own | _row(each, minus=minus) for each in member.consequences] or [own]
    return made


def _identifier(record: vcf.Record) -> str | None:
    """Return the ID of a VCF's record, if it has one."""
    found = [] if record.name else record.text.split("\t", 3)[2:3]
    return None if found in ([], ["."]) else found[0]


def columns(every: Iterable[Told]) -> dict[str, list[object]]:
    """Return rows as columns by `SCHEMA`."""
    listed = [row for each in every for row in each.rows()]
    return {name: [row.get(name) for row in listed] for name in SCHEMA}


def frame(every: Iterable[Told]) -> pl.DataFrame:
    """Return rows as a data frame with the columns of `SCHEMA`."""
    return tables.as_frame(columns(every), SCHEMA)


def _row(consequence: Consequence, *, minus: bool) -> dict[str, object]:
    event, protein = consequence.event, consequence.protein
    at_start = event.site is deltas.Site.ACCEPTOR

    def place(position: int | None) -> int | None:
        if position is None:
            return None
        return -position if minus else position + 1

    return {
        "event": event.kind.value,
        "exon": event.exon,
        "last_exon": event.last,
        "bases": event.bases,
        "size": event.size,
        "partial": event.partial,
        "site": None if event.site is None else event.site.name.lower(),
        "exon_end": None if event.site is None else "start" if at_start else "end",
        "acceptor_pos": place(event.acceptor),
        "donor_pos": place(event.donor),
        "annotated": event.annotated,
        "variant_bases": event.own,
        "protein": protein.outcome.value,
        "amino_acids": protein.amino_acids,
        "stop": protein.stop,
        "premature_stop": protein.premature,
        "nmd": protein.nmd,
    }
