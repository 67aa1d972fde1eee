"""What the command line runs for variants one by one, by its settings."""

import contextlib
import pathlib
from collections.abc import Iterator

from twinsplice import progress
from twinsplice.api import models
from twinsplice.api.scorers import Scorer
from twinsplice.engine import devices
from twinsplice.genome import transcripts
from twinsplice.io.vcf import arguments, vcf
from twinsplice.scoring.one_variant import consequences as transcript_effects
from twinsplice.scoring.one_variant import (
    explanations,
    variant_answers,
    variant_profiles,
)
from twinsplice.settings import consequences as consequences_settings
from twinsplice.settings import explain as explain_settings
from twinsplice.settings import one_variant


def explain(
    config: one_variant.OneVariant, distance: int, threshold: float | None = None
) -> tuple[transcript_effects.VariantConsequences, ...]:
    """Return what `twinsplice plot` shows of a variant.

    Args:
        config: The command line's settings.
        distance: Bases searched on each side of the variant.
        threshold: Size from which a change counts. If not given, 0.2, and transcripts
            of an unknown build are done without.

    Raises:
        TwinSpliceError: The variant, the reference or the weights cannot be used.
    """
    with _one_variant(config, distance) as scorer:
        profiles = scorer.profile(config.variant)
        if config.gene is not None:
            profiles = variant_profiles.named(profiles, config.gene)
        return scorer.consequences_of(profiles, threshold)


def told(
    config: consequences_settings.Config, advance: progress.Advance = progress.silent
) -> Iterator[transcript_effects.Told]:
    """Yield what `twinsplice consequences` tells of each variant.

    Args:
        config: The command line's settings.
        advance: As for `Scorer.score_vcf`.

    Raises:
        TwinSpliceError: The input, the reference or the weights cannot be used, or
            there is only one variant and it has no score.
    """
    names = arguments.names(pathlib.Path(config.variant), config.more)
    source = (
        vcf.ListSource(names, "the command line")
        if names
        else vcf.read(pathlib.Path(config.variant), names=True)
    )
    with source, _one_variant(config, config.distance) as scorer:
        each = scorer.told(source, config.threshold, gene=config.gene, advance=advance)
        for told in each:
            if told.reason is not None and len(names) == 1:
                if told.answer.profiles and config.gene is not None:
                    variant_profiles.named(told.answer.profiles, config.gene)
                raise variant_answers.unscored(told.answer.record, told.reason)
            yield told


def explanation(
    config: explain_settings.Config, advance: progress.Advance = progress.silent
) -> tuple[explanations.Explanation, transcripts.Transcript | None]:
    """Return what `twinsplice explain` shows, and the transcript it is drawn with.

    Args:
        config: The command line's settings.
        advance: As for `explanations.of`.

    Raises:
        TwinSpliceError: The variant, the reference or the weights cannot be used, or
            there is no change to explain.
    """
    with _one_variant(config, config.distance) as scorer:
        explained = scorer.explanation(
            config.variant,
            gene=config.gene,
            kind=config.kind,
            flank=config.flank,
            distance=config.distance,
            advance=advance,
        )
        return explained, scorer.preferred(explained.profile)


@contextlib.contextmanager
def _one_variant(config: one_variant.OneVariant, distance: int) -> Iterator[Scorer]:
    """Open the scorer of a configuration of one variant."""
    with (
        devices.enough_memory(),
        Scorer(
            models.loaded(config),
            reference=config.reference,
            annotation=config.annotation,
            distance=distance,
            mask=config.mask,
            intergenic=config.intergenic,
            force=config.force,
            map=config.map,
            transcripts=config.transcripts,
        ) as scorer,
    ):
        yield scorer
