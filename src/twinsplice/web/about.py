"""What this server is, for the page: builds, models, limits, examples."""

import fastapi

import twinsplice
from twinsplice.effect import splice_events
from twinsplice.settings import serve as serve_settings
from twinsplice.web import instances, schemas

EXAMPLES = (
    ("BRCA1:c.4185+1G>A", "GRCh37", "takes a donor away: exon 11 is skipped"),
    ("17-41242960-C-T", "GRCh37", "the same by its place on GRCh37"),
    ("chr17-43090943-C-T", "GRCh38", "the same on GRCh38"),
    ("NM_000256.3:c.1624+4A>T", "GRCh37", "MYBPC3: weakens a donor"),
    ("11-47364709-C-T", "GRCh37", "MYBPC3: makes a cryptic acceptor"),
    ("7-117171169-G-T", "GRCh37", "CFTR: takes a donor away"),
)
router = fastapi.APIRouter(prefix="/api/v1")


def of(config: serve_settings.Config, opened: instances.Instances) -> schemas.About:
    """Return what a server is.

    Args:
        config: Its settings.
        opened: Its models and genomes.
    """
    return schemas.About(
        version=twinsplice.__version__,
        program="TwinSplice",
        builds=[
            schemas.BuildAbout(name=name, annotation=annotation, demo=opened.demo)
            for name, annotation in opened.annotations.items()
        ],
        models=list(opened.models),
        limits=schemas.Limits(
            distance=config.max_distance,
            scan_bases=config.scan_bases,
            variants=config.max_variants,
            body_bytes=config.max_body,
        ),
        defaults=schemas.Defaults(
            distance=config.distance, mask=False, threshold=splice_events.THRESHOLD
        ),
        examples=[
            schemas.Example(text=text, build=build, says=says)
            for text, build, says in EXAMPLES
            if build in opened.scorers
        ],
        demo=opened.demo,
    )


@router.get("/about")
async def about(request: fastapi.Request) -> schemas.About:
    """What this server is."""
    said: schemas.About = request.app.state.about
    return said
