"""What a scorer knows of a few variants at once: rows of a table, profiles, effects.

The networks run once for all of them.
"""

import abc
import contextlib
import copy
import dataclasses
from collections.abc import Sequence
from typing import TypeVar

import numpy as np
import polars as pl

from twinsplice import errors
from twinsplice.api import look_up_answers
from twinsplice.api.naming import Naming
from twinsplice.effect import results, rules
from twinsplice.genome import (
    builds,
    coordinates,
    genes,
    saturation,
    transcripts,
    variants,
)
from twinsplice.io import hgvs_forms
from twinsplice.io.vcf import named_answers, variant_lists, vcf
from twinsplice.scoring import assembly, model_sets, pipeline, queries, transcript_genes
from twinsplice.scoring.one_variant import (
    inserted_profiles,
    transcript_members,
    variant_answers,
    variant_profiles,
)
from twinsplice.scoring.runs import run_identity
from twinsplice.settings import checks

_NO_PLACE = [
    rules.number(reason)
    for reason in (
        variants.SkipReason.REF_MISMATCH,
        variants.SkipReason.CONTIG_MISSING,
        variants.SkipReason.NEAR_CONTIG_END,
    )
]
_Scorer = TypeVar("_Scorer", bound="LookingUp")


class LookingUp(abc.ABC):
    """The methods of a scorer that answer for some variants in one pass."""

    options: assembly.Options
    _set: model_sets.ModelSet
    _naming: Naming
    _opened: contextlib.ExitStack

    @property
    def build(self) -> str | None:
        """Name of the genome's build, such as GRCh37; None if it is not known."""
        build = self._naming.resolver.build
        return None if build is None else build.label

    @property
    def identity(self) -> str:
        """What its scores depend on besides the variants, as text."""
        return run_identity.text(run_identity.of(self._set, self.options))

    def searching(
        self: _Scorer,
        *,
        distance: int | None = None,
        mask: bool | None = None,
        model: int | None = None,
    ) -> _Scorer:
        """Return a scorer of other settings on the genome that this one has open.

        It is made at once, and serves until this one is closed.

        Args:
            distance: Bases searched on each side; this one's if not given.
            mask: Leave out gains at annotated sites and losses elsewhere, likewise.
            model: Number of the only model to ask; all if not given.

        Raises:
            InputError: The distance is out of range.
        """
        options = dataclasses.replace(
            self.options,
            distance=self.options.distance if distance is None else distance,
            mask=self.options.mask if mask is None else mask,
        )
        models = self._set if model is None else self._set.alone(model)
        other = copy.copy(self)
        other.options, other._opened = options, contextlib.ExitStack()
        other._set = models.searching(options.distance, mask=options.mask)
        return other

    def by_transcript(self: _Scorer) -> _Scorer:
        """Return a scorer of each transcript by itself, as `genes="transcripts"` is.

        Models are told no references. Where transcripts are not known, it is this one.
        """
        resolver = self._naming.resolver
        if not resolver.knows_transcripts:
            return self
        other = copy.copy(self)
        other.options = dataclasses.replace(self.options, genes="transcripts")
        other._set = self._set.among(transcript_genes.index(resolver.transcripts))
        other._opened = contextlib.ExitStack()
        return other

    def transcript(
        self, name: str, contig: str
    ) -> tuple[transcripts.Transcript, genes.Gene | None] | None:
        """Return a transcript on a contig, and the annotation's gene that it is of.

        Args:
            name: Its accession.
            contig: The contig, by any of its names.
        """
        resolver = self._naming.resolver
        if not resolver.knows_transcripts:
            return None
        canonical = coordinates.canonical_contig(contig)
        for found in resolver.transcripts.named(name):
            if coordinates.canonical_contig(found.contig) == canonical:
                span = found.span
                over = resolver.index.over(contig, span.start, span.end)
                return found, transcript_members.owner(found, over)
        return None

    def understand(
        self, texts: Sequence[str]
    ) -> tuple[look_up_answers.Understood, ...]:
        """Return variants as they are understood here; no network runs.

        Args:
            texts: Variants as for `score`.

        Raises:
            InputError: One is blank or a comment, names cannot be read here, or
                transcripts not be loaded.
        """
        for text in texts:
            checks.require(
                not variant_lists.is_empty(text),
                "a variant must be text, as chrom-pos-ref-alt",
                got=repr(text[:40]),
                remedy="write one",
            )
        source = self._naming.resolved(vcf.ListSource(list(texts), "the variants"))
        return tuple(
            look_up_answers.Understood(record, _refusal(record)) for record in source
        )

    def has_place(self, variant: look_up_answers.Understood) -> bool:
        """Return whether the genome has a variant's bases, whatever its genes are."""
        if variant.refusal is not None:
            return False
        outcomes = self._set.scorers[0].builder.build([variant.record]).outcomes
        return not np.isin(outcomes.reason, _NO_PLACE).any()

    def lacks(self, record: vcf.Record, reason: variants.SkipReason) -> bool:
        """Return whether a variant has no score since the genome is there in parts.

        Args:
            record: The variant as it was understood.
            reason: Why it has none.
        """
        reference = self._naming.resolver.reference
        contig = reference.resolve(record.contig)
        if contig is None:
            # Of a name on a transcript it is known; else a name begins with it.
            named = hgvs_forms.plain(record.name).partition(":")[0].strip()
            canonical = coordinates.canonical_contig(record.contig or named)
            known = bool(record.of) or canonical in (*builds.NAMES, "MT")
            in_parts = any(map(reference.sliced, reference.contigs))
            return known and in_parts and reason is variants.SkipReason.CONTIG_MISSING
        if not reference.sliced(contig):
            return False
        end = record.position + len(record.ref)
        near = reason is variants.SkipReason.NEAR_CONTIG_END
        return near or not reference.holds(contig, record.position, end)

    @property
    def genes_at_hand(self) -> tuple[str, ...]:
        """Names of the genes of a genome that is there in parts, as they lie."""
        resolver = self._naming.resolver
        over = [
            gene.name
            for interval in resolver.reference.parts
            for gene in resolver.index.over(
                interval.contig, interval.start, interval.end
            )
        ]
        return tuple(dict.fromkeys(over))

    @property
    def any_variant(self) -> str | None:
        """A variant that has a score here, as chrom-pos-ref-alt, if there is one."""
        resolver = self._naming.resolver
        for gene in resolver.index.genes:
            contig = resolver.reference.resolve(gene.span.contig)
            middle = (gene.span.start + gene.span.end) // 2
            if not contig or not resolver.reference.holds(contig, middle, middle + 1):
                continue
            base = resolver.reference.concrete(contig, middle, middle + 1)
            alt = "A" if base != "A" else "C"
            (found,) = self.understand([f"{contig}-{middle + 1}-{base}-{alt}"])
            if base in saturation.LETTERS and self.has_place(found):
                return found.place
        return None

    def look_up(self, texts: Sequence[str]) -> tuple[look_up_answers.Answer, ...]:
        """Return what the (first) model knows of variants, an answer for each.

        Args:
            texts: Variants as for `score`.

        Raises:
            InputError: As for `understand`.
        """
        understood = self.understand(texts)
        asked = [each.record for each in understood if each.refusal is None]
        scorer = self._set.scorers[0]
        built = scorer.builder.build(asked)
        chunk = scorer.answer(built, profiles=True)
        told = [*chunk.by_record(len(asked))]
        found = iter(
            self._answer(scorer, built, chunk, record, rows)
            for record, rows in zip(asked, told, strict=True)
        )
        return tuple(
            next(found)
            if each.refusal is None
            else self._refused(each.record, each.refusal)
            for each in understood
        )

    def reference_about(
        self, contig: str, position: int
    ) -> tuple[variant_profiles.VariantProfile, ...]:
        """Return the reference's own profiles about a base, one for each gene there.

        Args:
            contig: The contig, by any of its names.
            position: The base (0-based).
        """
        reference = self._naming.resolver.reference
        name = reference.resolve(contig)
        if name is None or not 0 <= position < reference.length(name):
            return ()
        base = reference.concrete(name, position, position + 1)
        if base not in saturation.LETTERS:
            return ()
        # The model tells of the reference whatever the base is changed to.
        other = "A" if base != "A" else "C"
        (answer,) = self.look_up([f"{name}-{position + 1}-{base}-{other}"])
        return tuple(each for each in answer.profiles if each is not None)

    @abc.abstractmethod
    def _frame(
        self, records: Sequence[vcf.Record], scores: Sequence[results.Results]
    ) -> pl.DataFrame:
        """Return the results of a list as a table."""

    def _refused(
        self, record: vcf.Record, refusal: errors.InputError
    ) -> look_up_answers.Answer:
        table = self._frame([], self._set.alone(0).score([]))
        return look_up_answers.Answer(record=record, table=table, refusal=refusal)

    def _answer(
        self,
        scorer: pipeline.Scorer,
        built: queries.Built,
        chunk: results.Results,
        record: vcf.Record,
        rows: range,
    ) -> look_up_answers.Answer:
        """Return the answer of one variant, from its rows of a chunk."""
        order = sorted(
            rows,
            key=lambda row: named_answers.rank(
                record, chunk.gene[row], chunk.gene_id[row]
            ),
        )
        own = chunk.take(np.array(order, dtype=np.int64))
        own = dataclasses.replace(own, record=own.record * 0)
        tells = chunk.predictions.ref_profile
        sites = tells is not None and tells.shape[1] == 2
        profiles = tuple(
            variant_answers.of_row(scorer, built, chunk, record, row)
            if sites and chunk.scored[row] >= 0
            else None
            for row in order
        )
        inserted = tuple(
            None
            if profile is None
            else inserted_profiles.of(scorer, built, int(chunk.scored[row]))
            for row, profile in zip(order, profiles, strict=True)
        )
        reasons = [reason for reason in own.reason if reason is not None]
        lost = len(reasons) == len(own) and reasons
        return look_up_answers.Answer(
            record=record,
            table=self._frame([record], [own]),
            profiles=profiles,
            inserted=inserted,
            skipped=variant_answers.unscored(record, reasons[0]) if lost else None,
        )


def _refusal(record: vcf.Record) -> errors.InputError | None:
    """Return why a record has no answer, if it has none."""
    if record.refusal is not None:
        return variant_answers.unscored(record, record.refusal)
    if len(record.alts) > 1:
        return errors.InputError(
            "a variant must have one alternate",
            got=f"{len(record.alts)} in {record.name}",
            remedy="look each of them up",
        )
    return None
