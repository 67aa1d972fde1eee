"""Score every variant of a place, and find the largest gain and loss at each base."""

import dataclasses
import pathlib
from collections.abc import Iterator, Sequence

import numpy as np

from twinsplice import progress
from twinsplice.commands import score
from twinsplice.effect import results, saturation_effects
from twinsplice.genome import saturation, transcript_sets, transcripts
from twinsplice.genome.variants import SkipReason
from twinsplice.io import fasta, signal_tracks
from twinsplice.io.annotation import former_symbols
from twinsplice.io.vcf import generated, vcf
from twinsplice.scoring import assembly, model_sets
from twinsplice.scoring.naming import places
from twinsplice.scoring.runs import kept_answers, run_records, scans
from twinsplice.settings import score as score_settings

TRACKS = ("gain", "loss")
_NOTHING_KEPT = kept_answers.Keeping()


def run(  # noqa: PLR0913
    models: model_sets.ModelSet,
    options: assembly.Options,
    place: places.Place,
    lengths: saturation.Lengths,
    output: pathlib.Path | None = None,
    advance: progress.Advance = progress.silent,
    *,
    table: transcript_sets.TranscriptSet | None = None,
    keeping: kept_answers.Keeping = _NOTHING_KEPT,
) -> scans.Scan:
    """Score every variant of a place.

    Args:
        models: The model.
        options: Its options, for the header.
        place: The place.
        lengths: The longest insertions and deletions.
        output: File of all scores, if any; its ending gives the format.
        advance: As for `score.run`.
        table: Transcripts to draw, where they are known.
        keeping: As for `score.run`.

    Raises:
        TwinSpliceError: The output cannot be written.
    """
    builder = models.scorers[0].builder
    interval = place.interval
    effects = saturation_effects.empty(interval.start, interval.width)
    gene_id = None if place.gene is None else place.gene.gene_id

    def observe(
        records: Sequence[vcf.Record], scores: Sequence[results.Results]
    ) -> None:
        positions = np.array([record.position for record in records])
        lengths_ = np.array([len(record.ref) for record in records])
        saturation_effects.enter(effects, positions, lengths_, scores[0], gene_id)

    source = variants(place, lengths, builder.reference, options)
    subject = run_records.scan_subject(place.title, lengths)
    summary = score.run(
        *(models, options, source, output, advance, observe),
        subject=subject,
        keeping=keeping,
    )
    notes = (*place.notes, *_outside(summary), *summary.notes)
    summary = dataclasses.replace(summary, notes=notes)
    named = None if place.gene is None else (place.gene,)
    bounds = interval.start, interval.end
    return scans.Scan(
        place=place,
        sequence=builder.reference.sequence(interval.contig, *bounds),
        genes=named or tuple(builder.index.over(interval.contig, *bounds)),
        preferred=() if table is None else preferred(place, table),
        effects=effects,
        model=models.scorers[0].predictor.title,
        contigs=dict(builder.reference.contigs),
        summary=summary,
    )


def _outside(summary: score_settings.Summary) -> Iterator[str]:
    """Yield what would score a place outside genes, where nothing was scored."""
    if not summary.scored and summary.skipped.get(SkipReason.OUTSIDE_GENES):
        yield "no gene of the annotation is there: --intergenic scores it all the same"


def variants(
    place: places.Place,
    lengths: saturation.Lengths,
    reference: fasta.Reference,
    options: assembly.Options,
) -> vcf.Source:
    """Return the variants of a place as an input.

    Args:
        place: The place.
        lengths: The longest insertions and deletions.
        reference: The genome.
        options: Options that name its file.
    """
    contig, start, end = (
        place.interval.contig,
        place.interval.start,
        place.interval.end,
    )
    sequence = reference.sequence(contig, max(start - 1, 0), end)
    header = generated.header(
        reference.known_lengths,
        options.reference.name,
        run_records.build_label(reference, options),
    )
    sites = saturation.sites(sequence, start, end, lengths)
    return generated.SiteSource(contig, sites, (start, end), header)


def preferred(
    place: places.Place, table: transcript_sets.TranscriptSet
) -> tuple[transcripts.Transcript, ...]:
    """Return the preferred transcript of each gene of a place.

    Args:
        place: The place; of one that is a gene, that gene's alone if it has one.
        table: The transcripts.
    """
    interval = place.interval
    rows = table.over(interval.contig, interval.start, interval.end)
    first: dict[str, transcripts.Transcript] = {}
    for transcript in map(table.row, rows):
        first.setdefault(transcript.gene, transcript)
    if place.gene is None:
        return tuple(first.values())
    names = former_symbols.alike(place.gene.name)
    return tuple(own for own in first.values() if own.gene.upper() in names)[:1]


def write_tracks(scan: scans.Scan, path: pathlib.Path) -> list[pathlib.Path]:
    """Write the largest gain and loss at each base, and return the files.

    Args:
        scan: The scan.
        path: Where to; see `signal_tracks.named`.

    Raises:
        InputError: The files cannot be written.
    """
    written = []
    for name, values in zip(TRACKS, scan.effects.every, strict=True):
        written.append(signal_tracks.named(path, name))
        signal_tracks.write(written[-1], scan.place.interval, values, scan.contigs)
    return written
