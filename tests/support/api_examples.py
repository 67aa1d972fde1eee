"""What the Python face is tried on: variants of a desk's genome, and a paired model."""

from typing import Any

from support import cli, trained_models
from support import models as toys
from twinsplice import api
from twinsplice.predictors import checkpoints
from twinsplice.predictors import loading as trained_loading

SEQUENCE = cli.GENOME["chr1"]
VARIANTS = [
    f"chr1-{at}-{SEQUENCE[at - 1 : at - 1 + length]}-{alt}"
    for at, length, alt in [
        (500, 1, cli.other(SEQUENCE[499])),
        (510, 1, SEQUENCE[509] + "GTAAGT"),
        (520, 5, SEQUENCE[519]),
        (530, 3, "CAGGT"),
        (2_500, 1, cli.other(SEQUENCE[2_499])),
        (540, 1, "*"),
    ]
]


def paired() -> api.Model:
    checkpoint = checkpoints.Trained(
        model=trained_models.paired_model(), card={}, sha256="0" * 64
    )
    return api.Model(trained_loading.of_trained(checkpoint, "run", toys.ON_CPU))


PAIRED = paired()


def files(desk: cli.Desk) -> dict[str, Any]:
    return {
        "reference": desk.folder / "genome.fa",
        "annotation": desk.folder / "genes.tsv",
    }
