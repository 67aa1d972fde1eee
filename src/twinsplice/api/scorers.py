"""Scorers from Python: models with a genome and its genes."""

import contextlib
import dataclasses
import os
import pathlib
from collections.abc import Iterable, Sequence

import numpy as np
import polars as pl
from jaxtyping import Float32

from twinsplice import errors, progress
from twinsplice.api import looking_up, naming, one_variant
from twinsplice.api.models import Bases, Model, Path
from twinsplice.commands import scan as scan_command
from twinsplice.commands import score as command
from twinsplice.effect import results
from twinsplice.genome import saturation
from twinsplice.io import tables
from twinsplice.io.vcf import joint_fields, named_answers, vcf
from twinsplice.scoring import assembly
from twinsplice.scoring.naming import answer_names, places
from twinsplice.scoring.runs import kept_answers, run_records, scans
from twinsplice.settings import checks
from twinsplice.settings import score as score_settings


class Scorer(one_variant.OneVariant, looking_up.LookingUp):
    """Models with a genome and its genes; a context manager that closes the genome.

    Threads may share one: calls at once give what they give one by one.

    Attributes:
        model: What is predicted with, first.
        models: All that is predicted with; the one that refines comes last.
        options: What they score with.
    """

    def __init__(  # noqa: PLR0913
        self,
        model: Model | Sequence[Model],
        *,
        reference: Path,
        annotation: Path,
        distance: int = 50,
        mask: bool = False,
        compat: bool = False,
        intergenic: bool = False,
        refine: Model | None = None,
        refine_threshold: float | None = None,
        map: Path = "auto",  # noqa: A002
        transcripts: Path = "auto",
        genes: str = "merged",
        hgvs: bool = False,
        flat: bool = False,
        samples: bool = False,
        force: bool = False,
    ) -> None:
        """Open a genome and read its genes.

        Args:
            model: What is predicted with; of several every one scores, into fields
                and columns of its own.
            reference: FASTA of the genome the variants are on, plain or compressed.
            annotation: Genes: grch37, grch38, or a file (GTF, GFF3, or a table of
                SpliceAI's or CI-SpliceAI's).
            distance: Bases searched on each side of a variant, 1 to 4,999.
            mask: Leave out gains at annotated sites and losses elsewhere.
            compat: Reproduce the model's official program, its skips included.
            intergenic: Score variants outside every gene too, on both strands.
            refine: A model that also scores the alleles whose score by the (first)
                model may reach the threshold, into fields and columns of its own: by
                the upper end of its prediction interval, or itself without one.
            refine_threshold: That threshold; if not given, the one fitted to the two
                models, else 0.02.
            map: Where the base model's reference is from, which a paired model is told:
                a map of twinsplice prepare, live, none, or auto.
            transcripts: What HGVS names count on: grch37, grch38, a GTF or GFF3 file,
                or auto, the package's of the reference's build.
            genes: What is scored as a gene: merged, all transcripts of each together;
                mane, those of MANE; or all transcripts, one by one.
            hgvs: Name variants on transcripts in the tables of VCFs, too.
            flat: Write each number of a VCF into an INFO field of its own, too.
            samples: Tell in tables of VCFs which samples carry each allele.
            force: Go on where the annotation is of another build than the reference.

        Raises:
            TwinSpliceError: A file or a setting cannot be used.
        """
        listed = [model] if isinstance(model, Model) else _listed(model)
        self.models = tuple(listed if refine is None else [*listed, refine])
        for each in self.models or (None,):
            if not isinstance(each, Model):
                raise errors.InputError(
                    "a scorer needs a model",
                    got=type(each).__name__,
                    remedy="make one with twinsplice.load_model",
                )
        self.model = self.models[0]
        self.options = assembly.Options(
            reference=pathlib.Path(reference),
            annotation=os.fspath(annotation),
            distance=distance,
            mask=mask,
            compat=compat,
            intergenic=intergenic,
            refine_threshold=refine_threshold,
            map=os.fspath(map),
            transcripts=os.fspath(transcripts),
            genes=genes,
            hgvs=hgvs,
            flat=flat,
            samples=samples,
            force=force,
        )
        self._opened = contextlib.ExitStack()
        opening = assembly.opened_set(
            [each.predictor for each in listed],
            self.options,
            None if refine is None else refine.predictor,
        )
        self._set = dataclasses.replace(
            self._opened.enter_context(opening),
            memory_gb=min(each.max_memory_gb for each in self.models),
        )
        self._naming = naming.Naming(self._set.scorers[0].builder, self.options)

    @property
    def keys(self) -> tuple[str, ...]:
        """The INFO key of each model; columns of all but the first begin with it."""
        return self._set.keys

    @property
    def threshold(self) -> float | None:
        """The size from which alleles are refined; None without a refinement."""
        refinement = self._set.refinement
        return None if refinement is None else refinement.threshold

    def score(self, variants: Iterable[str]) -> pl.DataFrame:
        """Return scores, a row for each allele and gene, with the TSV's columns.

        A variant that cannot be understood has a row with the reason.

        Args:
            variants: `chrom-pos-ref-alt` each, POS counted from 1 (`:` and `>` may
                stand for `-`), or HGVS names: `NM_007294.4:c.4185+1G>A`,
                `BRCA1:c.4185+1G>A`, `17:g.43090943C>T`. One alone may be given as is.

        Raises:
            InputError: A variant is no text, or names cannot be read here.
        """
        _, table = self.score_names(naming.texts(variants))
        return table

    def score_vcf(
        self,
        source: Path,
        output: Path,
        advance: progress.Advance = progress.silent,
        *,
        resume: bool | None = None,
    ) -> score_settings.Summary:
        """Score a VCF, BCF or list of variants and write it annotated.

        What a stopped run of the same output has left is taken over.

        Args:
            source: The input; - is stdin.
            output: Its ending gives the form: .vcf, .vcf.gz, .bcf, .tsv, .tsv.gz or
                .parquet; - is VCF to stdout.
            advance: Called now and then with the records done since the last call and
                the fraction of the input that is done, where that is known.
            resume: True to refuse what a stopped run of other settings has left, rather
                than begin anew; False to begin anew anyway.

        Raises:
            TwinSpliceError: The input cannot be used, or the output not be written.
        """
        paths = {"input": pathlib.Path(source), "output": pathlib.Path(output)}
        checks.require_own_files(paths)
        keeping = kept_answers.Keeping(output=paths["output"], resume=resume)
        with vcf.read(paths["input"], names=True) as records:
            return self.score_source(records, paths["output"], advance, keeping=keeping)

    def score_source(
        self,
        source: vcf.Source,
        output: pathlib.Path | None,
        advance: progress.Advance = progress.silent,
        *,
        keeping: kept_answers.Keeping,
    ) -> score_settings.Summary:
        """Score an input that is open; see `score_vcf` and `kept_answers.Keeping`."""
        named = source.is_list or self.options.hgvs
        return command.run(
            self._set,
            self.options,
            self._naming.resolved(source),
            output,
            advance,
            namer=self._naming.namer if named else None,
            keeping=keeping,
        )

    def score_and_tell(
        self,
        source: vcf.Source,
        output: pathlib.Path,
        advance: progress.Advance = progress.silent,
    ) -> pl.DataFrame:
        """Score by one model, write a VCF, and return the table, too.

        The table has rows of what is no alternate allele as well, with the reason.

        Args:
            source: The input; of a small number of records.
            output: The VCF to write.
            advance: As for `score_vcf`.

        Raises:
            TwinSpliceError: As for `score_vcf`.
        """
        one = self._set.alone(0)
        line = pl.lit(0, pl.Int64).alias("line")
        frames = [self._frame([], one.score([])).with_columns(line)]

        def keep(
            records: Sequence[vcf.Record], scores: Sequence[results.Results]
        ) -> None:
            add(records, scores)
            if untold := named_answers.untold(records, scores[0]):
                add(untold, one.score(untold))

        def add(
            records: Sequence[vcf.Record], scores: Sequence[results.Results]
        ) -> None:
            lines = [records[row].line for row in scores[0].record.tolist()]
            told = self._frame(records, scores)
            frames.append(told.with_columns(pl.Series("line", lines, pl.Int64)))

        named = self._naming.resolved(source)
        command.run(one, self.options, named, output, advance, keep)
        # A VCF is in the order of places, and its table in that of the input.
        return pl.concat(frames).sort("line", maintain_order=True).drop("line")

    def score_names(
        self, names: Sequence[str], advance: progress.Advance = progress.silent
    ) -> tuple[score_settings.Summary, pl.DataFrame]:
        """Score variants by name; return the summary and a table, as `score` does.

        Args:
            names: In any form that a list may have; in the table's order.
            advance: As for `score_vcf`.

        Raises:
            TwinSpliceError: The reference or the weights cannot be used.
        """
        frames = [self._frame([], self._set.score([]))]

        def keep(
            records: Sequence[vcf.Record], scores: Sequence[results.Results]
        ) -> None:
            frames.append(self._frame(records, scores))

        source = self._naming.resolved(vcf.ListSource(names, "the variants"))
        summary = command.run(self._set, self.options, source, None, advance, keep)
        return summary, pl.concat(frames)

    def _frame(
        self, records: Sequence[vcf.Record], scores: Sequence[results.Results]
    ) -> pl.DataFrame:
        """Return the results of a list as a table."""
        fields = run_records.model_fields(self._set, self.options)
        build = run_records.build_label(self._naming.resolver.reference, self.options)
        columns = joint_fields.columns(fields, records, scores, build=build)
        schema = {**joint_fields.schema(fields, named=True), **answer_names.SCHEMA}
        return tables.as_frame(
            {**columns, **self._naming.namer.columns(columns)}, schema
        )

    def scan(  # noqa: PLR0913
        self,
        place: str,
        *,
        gene: str | None = None,
        deletions: int = 0,
        insertions: int = 0,
        output: Path | None = None,
        advance: progress.Advance = progress.silent,
        keeping: kept_answers.Keeping | None = None,
    ) -> scans.Scan:
        """Score every variant of a place.

        Args:
            place: A gene's name or identifier, a transcript's accession, or a region as
                `chr7:1,000-2,000`.
            gene: Name or identifier of the only gene of a region to tell of.
            deletions: Also all deletions of up to so many bases.
            insertions: Also all insertions of up to so many bases, 5 at most.
            output: File of all scores, as for `score_vcf`.
            advance: As for `score_vcf`.
            keeping: What becomes of what a stopped run has left; by default it is taken
                over, as for `score_vcf`.

        Returns:
            The largest gain and loss at each base, and what is needed to draw them
            (`twinsplice.report.saturation_map`).

        Raises:
            TwinSpliceError: There is no such place, or the output cannot be written.
        """
        builder, resolver = self._set.scorers[0].builder, self._naming.resolver
        file = None if output is None else pathlib.Path(output)
        table = resolver.transcripts if resolver.knows_transcripts else None
        return scan_command.run(
            self._set,
            self.options,
            places.resolve(place, builder.index, builder.reference, table, gene),
            saturation.Lengths(deletion=deletions, insertion=insertions),
            file,
            advance,
            table=table,
            keeping=keeping or kept_answers.Keeping(output=file),
        )

    def delta(self, ref_seq: Bases, alt_seq: Bases) -> Float32[np.ndarray, "L 2"]:
        """Return Δ of two sequences, by the (first) model; see `Model.delta`."""
        return self.model.delta(ref_seq, alt_seq)

    def close(self) -> None:
        """Close the genome."""
        self._opened.close()

    def __enter__(self) -> "Scorer":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _listed(models: Sequence[Model]) -> list[Model]:
    """Return models as a list; what is no sequence is refused as it stands."""
    return list(models) if isinstance(models, Sequence) else [models]
