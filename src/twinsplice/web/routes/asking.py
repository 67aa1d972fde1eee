"""What a request asks for, checked: build, model, distance, mask, and a variant."""

from typing import Annotated

import fastapi
from fastapi import Query

from twinsplice.io.vcf import variant_lists
from twinsplice.settings import serve as serve_settings
from twinsplice.web import instances, refusals

LONGEST = 11_000
"""Letters of a variant; alleles of 5,000 are scored."""

VariantText = Annotated[
    str,
    Query(
        max_length=LONGEST,
        description="chrom-pos-ref-alt, or an HGVS name",
        examples=["17-41242960-C-T"],
    ),
]


def options(
    request: fastapi.Request,
    build: Annotated[str | None, Query(max_length=100)] = None,
    model: Annotated[str | None, Query(max_length=100)] = None,
    distance: Annotated[int | None, Query()] = None,
    mask: Annotated[bool | None, Query()] = None,
) -> instances.Asking:
    """Return the options of a request.

    Raises:
        RefusedError: One is not open here, or out of range.
    """
    opened: instances.Instances = request.app.state.opened
    config: serve_settings.Config = request.app.state.config
    chosen = opened.models[0].name if model is None else opened.model(model).name
    return instances.Asking(
        build=opened.build(build),
        model=chosen,
        distance=distance_within(config, distance),
        mask=bool(mask),
    )


def distance_within(config: serve_settings.Config, distance: int | None) -> int:
    """Return the distance of a request, or the usual one.

    Raises:
        RefusedError: It is out of range.
    """
    if distance is None:
        return config.distance
    if not 1 <= distance <= config.max_distance:
        raise refusals.bad(
            f"distance must be 1 to {config.max_distance:,}",
            got=str(distance),
            remedy="change it",
            reason="distance",
        )
    return distance


def variant(variant: VariantText) -> str:
    """Return the variant of a request.

    Raises:
        RefusedError: There is none.
    """
    text = variant.strip()
    # A line of a VCF is one by its tabs.
    if not variant_lists.columns(text):
        text = " ".join(text.split())
    if variant_lists.is_empty(text):
        raise refusals.bad(
            "a variant must be text, as chrom-pos-ref-alt",
            got=repr(text),
            remedy="write one",
            reason="unreadable_name",
        )
    return text


Options = Annotated[instances.Asking, fastapi.Depends(options)]
Variant = Annotated[str, fastapi.Depends(variant)]
