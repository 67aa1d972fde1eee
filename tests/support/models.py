"""Small models and genomes, for tests that need no weights.

`model` has random weights: good for laws, never for frozen numbers. `motif_model`
is made by hand, so that its answers follow by reasoning.
"""

import math
import pathlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch

from twinsplice.base_models import contract
from twinsplice.effect import deltas, rules
from twinsplice.engine import devices
from twinsplice.genome import coordinates, genes
from twinsplice.io import fasta
from twinsplice.io.vcf import vcf
from twinsplice.models import dilated
from twinsplice.scoring import pipeline, queries

MEMORY = 500_000_000
ON_CPU = devices.Placement(device=torch.device("cpu"), memory=MEMORY)
TRACKS = ("acceptor", "donor")
MOTIF_PROBABILITY = 0.9
_CERTAINTY = 20.0
_SPREAD = 5.0
_FRESH = dilated.DilatedConfig(blocks=4, channels=6)


def member(
    seed: int,
    config: dilated.DilatedConfig = _FRESH,
    rows: tuple[int, ...] = (0, 1),
) -> contract.Member:
    """Return a random network whose tracks vary a lot from base to base."""
    generator = torch.Generator().manual_seed(seed)
    network = dilated.DilatedNetwork(config)
    state: dict[str, torch.Tensor] = {}
    for name, tensor in network.state_dict().items():
        if name.endswith("num_batches_tracked"):
            state[name] = tensor
            continue
        noise = torch.randn(tensor.shape, generator=generator)
        if "norm" in name and name.endswith(("running_var", "weight")):
            state[name] = 1 + 0.3 * noise.clamp(-2, 2)
        elif name.endswith(("bias", "running_mean")):
            state[name] = 0.2 * noise
        else:
            fan_in = tensor.shape[1] * tensor.shape[2]
            state[name] = noise * math.sqrt(2 / fan_in)
    # As sure of itself as trained networks: changes are large, and rounding is not.
    network.load_state_dict(state)
    state["head.weight"] = state["head.weight"] * (_SPREAD / _spread(network))
    return contract.Member(config=config, state=state, rows=rows)


def _spread(network: dilated.DilatedNetwork) -> float:
    """The standard deviation of log odds along random bases."""
    codes = torch.randint(
        0,
        4,
        (1, 1_000 + 2 * network.config.context),
        generator=torch.Generator().manual_seed(0),
    )
    with torch.no_grad():
        probability = network.double().eval()(torch.eye(4).double()[codes].mT)
    return float(torch.logit(probability[:, -1], eps=1e-12).std())


def model(
    members: Sequence[contract.Member], name: str = "spliceai"
) -> contract.BaseModel:
    """Return members as a model of two tracks that goes by a catalogued name."""
    return contract.BaseModel(
        name=name,
        info={"spliceai": "SpliceAI", "cispliceai": "CISpliceAI"}[name],
        tracks=TRACKS,
        kinds=deltas.SITE_KINDS,
        members=tuple(members),
        sha256="0" * 64,
    )


def undivided_model(seed: int) -> contract.BaseModel:
    """Return a model like Pangolin: tracks of tissues, some with more members."""
    config = dilated.DilatedConfig(blocks=4, channels=6, classes=2, kept=(1,))
    rows = (0, 1, 2, 1, 0)
    return contract.BaseModel(
        name="pangolin",
        info="Pangolin",
        tracks=("heart", "liver", "brain"),
        kinds=deltas.site_agnostic_kinds(range(3)),
        members=tuple(member(seed + i, config, (row,)) for i, row in enumerate(rows)),
        sha256="0" * 64,
    )


def motif_model(name: str = "spliceai") -> contract.BaseModel:
    """Return a network that knows two motifs.

    The base before GT is a donor and the base after AG an acceptor, each with
    probability `MOTIF_PROBABILITY`; any other base is neither.
    """
    config = dilated.DilatedConfig(blocks=4, channels=6, epsilon=0.0)
    fresh = dilated.DilatedNetwork(config).state_dict()
    state = {key: torch.zeros_like(tensor) for key, tensor in fresh.items()}
    for key in state:
        if key.endswith("running_var") or ("norm" in key and key.endswith("weight")):
            state[key] += 1
    for base in range(4):
        state["stem.weight"][base, base, 0] = 1
    a, g, t = 0, 2, 3
    acceptor, donor, middle = 4, 5, 5
    # Two letters of a motif together are more than the threshold; one is not.
    first = state["blocks.0.conv1.weight"]
    first[donor, g, middle + 1] = first[donor, t, middle + 2] = 1
    first[acceptor, a, middle - 2] = first[acceptor, g, middle - 1] = 1
    state["blocks.0.conv1.bias"][[acceptor, donor]] = -1
    for channel in (acceptor, donor):
        state["blocks.0.conv2.weight"][channel, channel, middle] = 1
        state["skips.1.weight"][channel, channel, 0] = 1
    odds = math.log(MOTIF_PROBABILITY / (1 - MOTIF_PROBABILITY))
    for row, channel in ((1, acceptor), (2, donor)):
        state["head.weight"][row, channel, 0] = _CERTAINTY + odds
        state["head.bias"][row] = -_CERTAINTY
    return model([contract.Member(config=config, state=state, rows=(0, 1))], name)


def gene(
    name: str,
    start: int,
    end: int,
    strand: str = "+",
    *,
    left: Sequence[int] = (),
    right: Sequence[int] = (),
    contig: str = "1",
) -> genes.Gene:
    """Return a gene; `left` and `right` are the exon bases around its introns."""
    return genes.from_introns(
        names=(name, f"id.{name}"),
        span=coordinates.Interval(contig, start, end),
        strand=coordinates.Strand(strand),
        left=np.array(left, dtype=np.int64),
        right=np.array(right, dtype=np.int64),
    )


def record(position: int, ref: str, *alts: str, contig: str = "1") -> vcf.Record:
    """Return a record of a VCF (0-based position)."""
    alt = ",".join(alts) or "."
    text = f"{contig}\t{position + 1}\t.\t{ref}\t{alt}\t.\t.\t."
    return vcf.Record(1, contig, position, ref, alts, text)


def write_fasta(path: pathlib.Path, contigs: Mapping[str, str]) -> pathlib.Path:
    """Write sequences in lines of 60."""
    lines: list[str] = []
    for name, sequence in contigs.items():
        lines.append(f">{name}")
        lines += [sequence[i : i + 60] for i in range(0, len(sequence), 60)]
    path.write_text("\n".join(lines) + "\n")
    return path


def write_genome(
    folder: pathlib.Path, contigs: Mapping[str, str], genes_table: str
) -> dict[str, Any]:
    """Write sequences and genes; return the settings that name them."""
    table = folder / "genes.tsv"
    table.write_text(genes_table)
    reference = write_fasta(folder / "x.fa", contigs)
    return {"reference": reference, "annotation": str(table)}


def scorer(
    model_: contract.BaseModel | contract.Predictor,
    reference: fasta.Reference,
    annotation: Sequence[genes.Gene],
    conventions: rules.Rules = rules.TWINSPLICE,
    *,
    reach: int = 20,
    mask: bool = False,
    intergenic: bool = False,
) -> pipeline.Scorer:
    """Return a scorer on the CPU."""
    if isinstance(model_, contract.BaseModel):
        predictor: contract.Predictor = model_.predictor(ON_CPU)
    else:
        predictor = model_
    return pipeline.Scorer(
        predictor=predictor,
        builder=queries.QueryBuilder(
            reference=reference,
            index=genes.GeneIndex(annotation),
            conventions=conventions,
            reach=reach,
            context=predictor.context,
            intergenic=intergenic,
            mask=mask,
        ),
    )
