"""Every substitution of a short region: the largest gain and loss by each."""

from typing import Annotated

import fastapi
import numpy as np
from fastapi import Query
from jaxtyping import Float64

from twinsplice import api
from twinsplice.genome import coordinates, saturation
from twinsplice.scoring.runs import scans
from twinsplice.settings import serve as serve_settings
from twinsplice.web import engines, refusals, result_cache, schemas
from twinsplice.web.routes import asking

router = fastapi.APIRouter(prefix="/api/v1")
_DECIMALS = 4
_FURTHEST = 10**9
Place = Annotated[int, Query(ge=1, le=_FURTHEST)]


@router.get("/scan", response_model=schemas.Scan)
async def scan(
    request: fastapi.Request,
    options: asking.Options,
    contig: Annotated[str, Query(min_length=1, max_length=200, pattern=r"^\S+$")],
    start: Place,
    end: Place,
    gene: Annotated[str | None, Query(max_length=200)] = None,
) -> fastapi.Response:
    """The largest gain and loss by every substitution of a region."""
    config: serve_settings.Config = request.app.state.config
    bases = end - start + 1
    if not 1 <= bases <= config.scan_bases:
        raise refusals.bad(
            f"a scan must be of 1 to {config.scan_bases:,} bases",
            got=f"{contig}:{start}-{end}",
            remedy="change start or end",
            reason="scan_bases",
        )
    answering: engines.Engines = request.app.state.engines
    scorer: api.Scorer = request.app.state.opened.scorer(options)

    def work() -> bytes:
        found = scorer.scan(f"{contig}:{start}-{end}", gene=gene)
        return _answer(found).model_dump_json().encode()

    name = coordinates.canonical_contig(contig)
    key = result_cache.key(scorer.identity, "scan", name, start, end, gene)
    reply = await answering.kept(key, work)
    return fastapi.Response(reply, media_type="application/json")


def _answer(scan: scans.Scan) -> schemas.Scan:
    interval, gene = scan.place.interval, scan.place.gene
    gain, loss = scan.effects.substitutions
    minus = gene is not None and gene.strand is coordinates.Strand.MINUS
    return schemas.Scan(
        contig=interval.contig,
        start=interval.start + 1,
        end=interval.end,
        sequence=scan.sequence,
        gene=None if gene is None else gene.name,
        strand=None if gene is None else "-" if minus else "+",
        gain=_letters(gain),
        loss=_letters(loss),
    )


def _letters(values: Float64[np.ndarray, "4 width"]) -> schemas.Letters:
    rows = [
        [None if np.isnan(value) else round(value, _DECIMALS) + 0.0 for value in row]
        for row in values.tolist()
    ]
    return schemas.Letters(**dict(zip(saturation.LETTERS, rows, strict=True)))
