"""What a command needs before it loads anything slow: its files, and known names.

PyTorch takes more than a second to load; a mistake is told in less. What is checked
here is checked again, and more closely, where it is used.
"""

import pathlib
from typing import Protocol, runtime_checkable

from twinsplice.base_models import catalogue
from twinsplice.io import drafts, fasta_files
from twinsplice.io.annotation import sources
from twinsplice.io.vcf import streams
from twinsplice.settings import checks

_NAMED_MAPS = ("auto", "live", "none")


@runtime_checkable
class Genomic(Protocol):
    """Settings of a command that reads a genome and its genes."""

    @property
    def reference(self) -> pathlib.Path:
        """The FASTA file."""

    @property
    def annotation(self) -> str:
        """The genes."""


def check(
    config: Genomic,
    *,
    source: pathlib.Path | None = None,
    output: pathlib.Path | None = None,
    models: tuple[str, ...] = (),
) -> list[str]:
    """Refuse settings that name what is not there.

    Args:
        config: The settings; of `transcripts`, `map` and `weights` those it has.
        source: The input, where it is a file.
        output: The output, if there is one.
        models: Names of models, ours among them.

    Returns:
        Remarks on what will take its time, a sentence each.

    Raises:
        InputError: A file or folder is missing, or a name is unknown.
    """
    if source is not None:
        streams.check(source)
    form = fasta_files.form(config.reference)
    sources.check(config.annotation, *sources.GENES)
    sources.check(getattr(config, "transcripts", "auto"), *sources.TRANSCRIPTS)
    _check_map(getattr(config, "map", "auto"))
    for name in models:
        catalogue.check(name)
    if output is not None and not drafts.is_special(output):
        drafts.check(output)
    if form is fasta_files.Form.GZIP:
        return fasta_files.remarks(config.reference)
    return []


def _check_map(choice: str) -> None:
    checks.require(
        choice in _NAMED_MAPS or pathlib.Path(choice).is_file(),
        f"--map must be a file, or one of {', '.join(_NAMED_MAPS)}",
        got=choice,
        remedy="check the path",
    )
