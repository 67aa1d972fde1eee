"""What a scorer does with one variant: profiles, consequences, pictures, explanations.

Pictures need the extra `plot`.
"""

import abc
import dataclasses
import itertools
import os
import pathlib
from collections.abc import Iterable, Iterator, Sequence

import polars as pl

from twinsplice import progress
from twinsplice.api import naming
from twinsplice.api.models import Path
from twinsplice.effect import contributions, splice_events
from twinsplice.genome import transcripts
from twinsplice.genome.variants import SkipReason
from twinsplice.io.vcf import vcf
from twinsplice.scoring import assembly, model_sets, pipeline
from twinsplice.scoring.one_variant import consequences as transcript_effects
from twinsplice.scoring.one_variant import (
    explanation_table,
    explanations,
    transcript_members,
    variant_answers,
    variant_profiles,
)

_TOGETHER = 256
"""Records whose profiles are held at once."""


class OneVariant(abc.ABC):
    """The methods of a scorer on variants one by one, written as for `Scorer.score`.

    Of several models the first answers.
    """

    options: assembly.Options
    _set: model_sets.ModelSet
    _naming: naming.Naming

    def profile(
        self, variant: str, distance: int | None = None
    ) -> tuple[variant_profiles.VariantProfile, ...]:
        """Return the reference and alternate profile about a variant.

        Args:
            variant: As for `score`; one alternate.
            distance: Bases on each side of the variant; the scorer's if not given.

        Returns:
            One for each gene: the gene that the variant's name is of first, then
            that of the largest change.

        Raises:
            InputError: The variant cannot be understood, or has no score.
        """
        source = vcf.ListSource([variant], "the variants")
        records = list(self._naming.resolved(source))
        scorer = self._searching(distance)
        return self._named_first(records[0], variant_answers.of(scorer, records))

    def _searching(self, distance: int | None) -> pipeline.Scorer:
        """Return the first scorer, which searches so many bases on each side."""
        scorer = self._set.scorers[0]
        if distance is None:
            return scorer
        checked = dataclasses.replace(self.options, distance=distance)
        return scorer.searching(checked.distance, mask=self.options.mask)

    def _named_first(
        self,
        record: vcf.Record,
        profiles: tuple[variant_profiles.VariantProfile, ...],
    ) -> tuple[variant_profiles.VariantProfile, ...]:
        """Return profiles with that of the gene first that a record's name is of."""
        choice = self._naming.resolver.named(record)
        if choice is None:
            return profiles
        found = [profile.gene for profile in profiles if profile.gene is not None]
        own = transcript_members.owner(choice.transcript, found)
        return tuple(sorted(profiles, key=lambda profile: profile.gene is not own))

    def consequences(
        self,
        variants: str | os.PathLike[str] | Iterable[str],
        threshold: float = splice_events.THRESHOLD,
        *,
        distance: int = splice_events.DISTANCE,
    ) -> pl.DataFrame:
        """Return what variants do to transcripts, a row for each event.

        A transcript without an event has a row without one, and a variant without a
        score one with the reason. The gene that a variant's name is of comes first,
        then those of larger changes; of a gene, MANE's transcripts.

        Args:
            variants: One or many, as for `score`; or the `pathlib.Path` of a VCF, BCF
                or list.
            threshold: Size from which a change of a site counts.
            distance: Bases searched on each side, whatever the scorer's `distance` is.

        Raises:
            InputError: The file cannot be read, or transcripts are not known.
        """
        if isinstance(variants, os.PathLike):
            with vcf.read(pathlib.Path(variants), names=True) as source:
                return transcript_effects.frame(
                    self.told(source, threshold, distance=distance)
                )
        listed = vcf.ListSource(naming.texts(variants), "the variants")
        return transcript_effects.frame(self.told(listed, threshold, distance=distance))

    def told(
        self,
        source: vcf.Source,
        threshold: float = splice_events.THRESHOLD,
        *,
        distance: int | None = None,
        gene: str | None = None,
        advance: progress.Advance = progress.silent,
    ) -> Iterator[transcript_effects.Told]:
        """Yield what each variant of an input does; see `consequences`.

        Args:
            source: The input.
            threshold: As for `consequences`.
            distance: As for `profile`.
            gene: Tell of this gene alone, by its name or identifier.
            advance: As for `Scorer.score_vcf`.
        """
        scorer, records = self._searching(distance), self._naming.resolved(source)
        remaining = iter(records)
        while chunk := list(itertools.islice(remaining, _TOGETHER)):
            for answer in variant_answers.each(scorer, chunk):
                yield self._told(answer, threshold, gene)
            advance(len(chunk), source.fraction_read())

    def _told(
        self, answer: variant_profiles.Answer, threshold: float, gene: str | None
    ) -> transcript_effects.Told:
        profiles = self._named_first(answer.record, answer.profiles)
        reason = answer.reason
        if gene is not None and profiles:
            profiles = variant_profiles.of_gene(profiles, gene)
            reason = None if profiles else SkipReason.OUTSIDE_GENES
        return transcript_effects.Told(
            answer=answer,
            genes=self.consequences_of(profiles, threshold),
            reason=reason,
        )

    def consequences_of(
        self,
        profiles: Sequence[variant_profiles.VariantProfile],
        threshold: float | None = None,
    ) -> tuple[transcript_effects.VariantConsequences, ...]:
        """Return what variants do to transcripts; see `consequences` and `profile`.

        Args:
            profiles: The variants.
            threshold: Size from which a change counts. If not given, that of
                `consequences`, and transcripts of an unknown build are done without.
        """
        resolver, index = self._naming.resolver, self._set.scorers[0].builder.index
        least = splice_events.THRESHOLD if threshold is None else threshold
        table = None
        if threshold is not None or resolver.knows_transcripts:
            table = resolver.transcripts
        return tuple(
            transcript_effects.VariantConsequences(
                profile=profile,
                members=()
                if table is None
                else transcript_effects.of(
                    profile,
                    table,
                    resolver.reference,
                    least,
                    index.over(profile.contig, profile.position, profile.end),
                ),
            )
            for profile in profiles
        )

    def plot(
        self,
        variant: str,
        output: Path,
        *,
        gene: str | None = None,
        distance: int = splice_events.DISTANCE,
        narrow: bool = False,
    ) -> None:
        """Draw a variant, as `twinsplice plot` does.

        Args:
            variant: As for `score`; one alternate.
            output: The picture, .png, .svg or .pdf.
            gene: Name or identifier of the gene; by default the one that the variant's
                name is of, or the one with the largest change.
            distance: As for `consequences`; what is drawn holds each change.
            narrow: Draw fewer bases, with letters that can be read on a phone.

        Raises:
            InputError: The variant has no score, or the picture cannot be written.
        """
        from twinsplice.report import consequence_words, variant_plot  # noqa: PLC0415

        profile = self._profile(variant, gene, distance)
        (of_gene,) = self.consequences_of([profile])
        transcript = of_gene.members[0].transcript if of_gene.members else None
        effects = consequence_words.brief(of_gene)
        path = pathlib.Path(output)
        variant_plot.write(of_gene.profile, path, transcript, effects, narrow=narrow)

    def explain(  # noqa: PLR0913
        self,
        variant: str,
        *,
        gene: str | None = None,
        kind: str | None = None,
        flank: int = explanations.FLANK,
        scale: str = contributions.Scale.LOG_ODDS.value,
        output: Path | None = None,
        distance: int = splice_events.DISTANCE,
        narrow: bool = False,
    ) -> pl.DataFrame:
        """Return which bases a variant's change depends on, a row for each base.

        Every base near the changed site, and near the variant, is replaced by the three
        others; its contribution is the site's log odds with it, less their mean without
        it. See docs/reference/explain.md.

        Args:
            variant: As for `score`; one alternate.
            gene: As for `plot`.
            kind: The change, `AG`, `AL`, `DG` or `DL`; the largest if not given.
            flank: Bases replaced on each side of the site and of the variant.
            scale: `log-odds` (base 2) or `probability`.
            output: Picture to draw, .png, .svg or .pdf.
            distance: As for `plot`.
            narrow: As for `plot`.

        Raises:
            InputError: The variant has no score, or no such change.
        """
        measured = contributions.named(scale)
        explanation = self.explanation(
            variant, gene=gene, kind=kind, flank=flank, distance=distance
        )
        if output is not None:
            from twinsplice.report import logo_plot  # noqa: PLC0415

            transcript = self.preferred(explanation.profile)
            path = pathlib.Path(output)
            logo_plot.write(explanation, measured, path, transcript, narrow=narrow)
        return explanation_table.frame(explanation, measured)

    def explanation(
        self,
        variant: str,
        *,
        gene: str | None = None,
        kind: str | None = None,
        flank: int = explanations.FLANK,
        distance: int = splice_events.DISTANCE,
        advance: progress.Advance = progress.silent,
    ) -> explanations.Explanation:
        """Return the same as `explain`, as arrays.

        Args:
            variant: As for `explain`.
            gene: Likewise.
            kind: Likewise.
            flank: Likewise.
            distance: Likewise.
            advance: Called with the substitutions done since the last call and the
                fraction of the work that is done.

        Raises:
            InputError: The variant has no score, or no such change.
        """
        predictor, profile = (
            self._set.scorers[0].predictor,
            self._profile(variant, gene, distance),
        )
        return explanations.of(predictor, profile, kind, flank, advance)

    def preferred(
        self, profile: variant_profiles.VariantProfile
    ) -> transcripts.Transcript | None:
        """Return the preferred transcript of a variant's gene, where one is known."""
        (of_gene,) = self.consequences_of([profile])
        return of_gene.members[0].transcript if of_gene.members else None

    def _profile(
        self, variant: str, gene: str | None, distance: int | None = None
    ) -> variant_profiles.VariantProfile:
        profiles = self.profile(variant, distance)
        return (profiles if gene is None else variant_profiles.named(profiles, gene))[0]
