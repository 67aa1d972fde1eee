"""The short way to a scorer."""

from twinsplice.api.models import Model, Path, load_model
from twinsplice.api.scorers import Scorer


def open_scorer(  # noqa: PLR0913
    reference: Path,
    annotation: Path,
    model: str | Model = "twinsplice",
    *,
    distance: int = 50,
    mask: bool = False,
    intergenic: bool = False,
    map: Path = "auto",  # noqa: A002
    transcripts: Path = "auto",
    genes: str = "merged",
    device: str = "auto",
    threads: int | None = None,
) -> Scorer:
    """Return a scorer of one model; it is a context manager.

    This is `Scorer(load_model(model), ...)`, which have more settings.

    Args:
        reference: FASTA of the genome, plain or bgzipped.
        annotation: Genes: grch37, grch38, or a file.
        model: What is predicted with: a name, as for `load_model`, or a model.
        distance: Bases searched on each side of a variant, 1 to 4,999.
        mask: Leave out gains at annotated sites and losses elsewhere.
        intergenic: Score variants outside every gene too, on both strands.
        map: Where the base model's reference is from, as for `Scorer`.
        transcripts: What HGVS names count on, as for `Scorer`.
        genes: What is scored as a gene: merged, mane or transcripts.
        device: Where networks run: auto, cpu, cuda or cuda:N.
        threads: CPU threads; all if not given.

    Raises:
        TwinSpliceError: A file, a setting or the model cannot be used.
    """
    if isinstance(model, str):
        model = load_model(model, device=device, threads=threads)
    return Scorer(
        model,
        reference=reference,
        annotation=annotation,
        distance=distance,
        mask=mask,
        intergenic=intergenic,
        map=map,
        transcripts=transcripts,
        genes=genes,
    )
