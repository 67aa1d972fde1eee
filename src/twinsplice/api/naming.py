"""Names of variants and of answers, for a scorer."""

import functools
from collections.abc import Iterable

from twinsplice import errors
from twinsplice.io.vcf import vcf
from twinsplice.scoring import assembly, queries
from twinsplice.scoring.naming import answer_names, variant_names


def texts(variants: str | Iterable[str]) -> list[str]:
    """Return variants as a list of texts; one alone may be given as is.

    Raises:
        InputError: One is no text.
    """
    listed = [variants] if isinstance(variants, str) else list(variants)
    for text in listed:
        if not isinstance(text, str):
            raise errors.InputError(
                "a variant must be text, as chrom-pos-ref-alt",
                got=f"{type(text).__name__} {text!r}"[:60],
                remedy="give strings, or a file to score_vcf",
            )
    return listed


class Naming:
    """What turns names into variants, and variants into names; loaded when needed."""

    def __init__(
        self, builder: queries.QueryBuilder, options: assembly.Options
    ) -> None:
        """Begin.

        Args:
            builder: What has the genome and its genes.
            options: What says where transcripts are from.
        """
        self._builder, self._options = builder, options

    def resolved(self, source: vcf.Source) -> vcf.Source:
        """Return an input whose names are resolved, if it is a list."""
        if not source.is_list:
            return source
        return variant_names.NamedSource(source, self.resolver)

    @functools.cached_property
    def namer(self) -> answer_names.AnswerNamer:
        """What names the rows of tables."""
        return answer_names.AnswerNamer(self.resolver)

    @functools.cached_property
    def resolver(self) -> variant_names.Resolver:
        """What resolves names of variants."""
        return variant_names.Resolver(
            self._builder.reference,
            self._builder.index,
            annotation=self._options.annotation,
            transcripts_from=self._options.transcripts,
        )
