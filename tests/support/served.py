"""A small genome, small networks, and the application that serves them."""

import contextlib
import dataclasses
import pathlib
from collections.abc import Iterator
from typing import Any

from starlette import testclient

from support import cli
from support import models as toys
from twinsplice import api
from twinsplice.settings import serve as serve_settings
from twinsplice.web import application, instances

BUILD = "GRCh37"
MODELS = {
    name: dataclasses.replace(
        toys.model([toys.member(number)], name), sha256=str(number) * 64
    )
    for number, name in enumerate(("cispliceai", "spliceai"), 1)
}
BASE = "http://localhost"
GTF = "".join(
    f'chr1\tx\t{kind}\t{start}\t{end}\t.\t+\t0\tgene_id "id.A"; gene_name "A"; '
    'transcript_id "NM_000001.1";\n'
    for kind, start, end in (
        ("transcript", 101, 2_000),
        ("exon", 101, 400),
        ("exon", 901, 1_200),
        ("exon", 1_701, 2_000),
        ("CDS", 201, 400),
        ("CDS", 901, 1_200),
        ("CDS", 1_701, 1_800),
    )
)
Client = testclient.TestClient


@contextlib.contextmanager
def opened(folder: pathlib.Path) -> Iterator[instances.Instances]:
    """Open the toys on the genome of `cli`."""
    reference, genes, transcripts = (
        folder / name for name in ("genome.fa", "genes.tsv", "genes.gtf")
    )
    reference.write_text(cli.fasta_of(cli.GENOME))
    genes.write_text(cli.GENES)
    transcripts.write_text(GTF)
    models = [api.Model(model.predictor(toys.ON_CPU)) for model in MODELS.values()]
    with api.Scorer(
        models,
        reference=reference,
        annotation=genes,
        transcripts=transcripts,
        distance=50,
    ) as scorer:
        scorers = {BUILD: scorer}
        yield instances.Instances(
            scorers=scorers,
            by_transcript=instances.one_by_one(scorers, models),
            annotations={BUILD: "genes.tsv"},
            models=instances.described(models),
        )


def config(folder: pathlib.Path, **more: object) -> serve_settings.Config:
    """Return settings that name the toys' genome."""
    given: dict[str, Any] = {
        "reference": folder / "genome.fa",
        "annotation": str(folder / "genes.tsv"),
        "distance": 50,
        "max_distance": 400,
        "max_variants": 100,
        "max_body": 100_000,
        "scan_bases": 20,
        "timeout": 20.0,
        "quiet": True,
    }
    return serve_settings.Config(**(given | more))


@contextlib.contextmanager
def client(
    settings: serve_settings.Config, held: instances.Instances
) -> Iterator[Client]:
    """Start the application, and speak to it as a browser of this machine does."""
    app = application.application(settings, held)
    made = testclient.TestClient(app, base_url=BASE, raise_server_exceptions=False)
    with made as started:
        yield started
