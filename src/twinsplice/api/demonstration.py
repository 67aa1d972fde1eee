"""The bundled variants of known effect, scored: what `twinsplice demo` does."""

import importlib.resources
import pathlib
import shutil
from typing import NamedTuple

from twinsplice import errors, progress
from twinsplice.api import runs
from twinsplice.base_models import loading
from twinsplice.settings import score as score_settings

VCF, FASTA = "demo.vcf", "demo.GRCh37.fa"
"""The demo's files in the package."""
DISTANCE = 500
"""Bases searched on each side of its variants."""
_BESIDE = "cispliceai"
"""The base model that is shown beside ours, where it is installed."""
_FEW = ("LMNA", "MLH1", "BRCA2")
"""Genes of the variants that it scores."""


class Scored(NamedTuple):
    """Scored VCFs: by the default model, and a few by its base model, if installed."""

    ours: pathlib.Path
    beside: pathlib.Path | None


def run(
    folder: pathlib.Path, advance: progress.Advance = progress.silent
) -> tuple[score_settings.Summary, Scored]:
    """Copy the demo's files into a folder, and score them there.

    Args:
        folder: Where to; it is made if need be.
        advance: As for `Scorer.score_vcf`.

    Raises:
        InputError: The folder cannot be made or written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in (VCF, FASTA):
            source = importlib.resources.files("twinsplice.data") / name
            with importlib.resources.as_file(source) as path:
                shutil.copyfile(path, folder / name)
    except OSError as error:
        raise errors.InputError(
            "--to must be a folder that can be written to",
            got=f"{folder} ({error.strerror or error})",
            remedy="name another",
        ) from error
    ours = folder / "demo.twinsplice.vcf"
    summary = runs.run(_config(folder, folder / VCF, ours), advance)
    beside = None
    if loading.is_installed(_BESIDE):
        few, beside = folder / "demo.few.vcf", folder / f"demo.{_BESIDE}.vcf"
        few.write_text(_few((folder / VCF).read_text(encoding="utf-8")))
        runs.run(_config(folder, few, beside, _BESIDE))
        few.unlink()
    return summary, Scored(ours, beside)


def _config(
    folder: pathlib.Path,
    source: pathlib.Path,
    output: pathlib.Path,
    model: str = "twinsplice",
) -> score_settings.Config:
    return score_settings.Config(
        source,
        reference=folder / FASTA,
        annotation="grch37",
        distance=DISTANCE,
        output=output,
        model=model,
    )


def _few(text: str) -> str:
    lines = text.splitlines(keepends=True)
    genes = tuple(f"GENE={gene};" for gene in _FEW)
    return "".join(
        line
        for line in lines
        if line.startswith("#") or any(gene in line for gene in genes)
    )
