"""What a scorer does with one variant: profiles, consequences, pictures, explanations.

Pictures need the extra `plot`.
"""

import abc
import dataclasses
import pathlib
from collections.abc import Sequence

import polars as pl

from twinsplice import progress
from twinsplice.api.models import Path
from twinsplice.api.naming import Naming
from twinsplice.effect import contributions, splice_events
from twinsplice.genome import transcripts
from twinsplice.io.vcf import vcf
from twinsplice.scoring import (
    assembly,
    explanation_table,
    explanations,
    model_sets,
    variant_profiles,
)
from twinsplice.scoring import consequences as transcript_effects


class OneVariant(abc.ABC):
    """The methods of a scorer that take one variant, written as for `Scorer.score`.

    Of several models the first answers.
    """

    options: assembly.Options
    _set: model_sets.ModelSet
    _naming: Naming

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
        scorer = self._set.scorers[0]
        if distance is not None:
            checked = dataclasses.replace(self.options, distance=distance)
            builder = dataclasses.replace(scorer.builder, reach=checked.distance)
            scorer = dataclasses.replace(scorer, builder=builder)
        profiles = variant_profiles.of(scorer, records)
        choice = self._naming.resolver.named(records[0])
        if choice is None:
            return profiles
        found = [profile.gene for profile in profiles if profile.gene is not None]
        own = transcript_effects.owner(choice.transcript, found)
        return tuple(sorted(profiles, key=lambda profile: profile.gene is not own))

    def consequences(
        self,
        variant: str,
        threshold: float = splice_events.THRESHOLD,
        *,
        distance: int = splice_events.DISTANCE,
    ) -> pl.DataFrame:
        """Return what a variant does to transcripts, a row for each event.

        A transcript without an event has a row without one. The gene that the variant's
        name is of comes first, then those of larger changes; of a gene, MANE's
        transcripts.

        Args:
            variant: As for `score`; one alternate.
            threshold: Size from which a change of a site counts.
            distance: Bases searched on each side, whatever the scorer's `distance` is.

        Raises:
            InputError: The variant has no score, or transcripts are not known.
        """
        every = self.consequences_of(self.profile(variant, distance), threshold)
        return transcript_effects.frame(every)

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
    ) -> None:
        """Draw a variant, as `twinsplice plot` does.

        Args:
            variant: As for `score`; one alternate.
            output: The picture, .png, .svg or .pdf.
            gene: Name or identifier of the gene; by default the one that the variant's
                name is of, or the one with the largest change.
            distance: As for `consequences`; what is drawn holds each change.

        Raises:
            InputError: The variant has no score, or the picture cannot be written.
        """
        from twinsplice.report import consequence_words, variant_plot  # noqa: PLC0415

        profile = self._profile(variant, gene, distance)
        (of_gene,) = self.consequences_of([profile])
        transcript = of_gene.members[0].transcript if of_gene.members else None
        effects = consequence_words.brief(of_gene)
        variant_plot.write(of_gene.profile, pathlib.Path(output), transcript, effects)

    def explain(
        self,
        variant: str,
        *,
        gene: str | None = None,
        kind: str | None = None,
        flank: int = explanations.FLANK,
        scale: str = contributions.Scale.LOG_ODDS.value,
        output: Path | None = None,
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

        Raises:
            InputError: The variant has no score, or no such change.
        """
        measured = contributions.named(scale)
        explanation = self.explanation(variant, gene=gene, kind=kind, flank=flank)
        if output is not None:
            from twinsplice.report import logo_plot  # noqa: PLC0415

            transcript = self.preferred(explanation.profile)
            path = pathlib.Path(output)
            logo_plot.write(explanation, measured, path, transcript)
        return explanation_table.frame(explanation, measured)

    def explanation(
        self,
        variant: str,
        *,
        gene: str | None = None,
        kind: str | None = None,
        flank: int = explanations.FLANK,
        advance: progress.Advance = progress.silent,
    ) -> explanations.Explanation:
        """Return the same as `explain`, as arrays."""
        predictor, profile = (
            self._set.scorers[0].predictor,
            self._profile(variant, gene),
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
