"""Merge the shards of a reference map."""

from twinsplice.io import map_shards
from twinsplice.settings import merge as merge_settings


def run(config: merge_settings.Config) -> merge_settings.Summary:
    """Merge shards into one map.

    Args:
        config: Settings of the merge.

    Raises:
        InputError: The shards are not those of one map, or cannot be used.
    """
    merged = map_shards.merge(config.shards, config.output)
    return merge_settings.Summary(
        genes=len(merged),
        sites=merged.site_count,
        size=config.output.stat().st_size,
        output=config.output,
    )
