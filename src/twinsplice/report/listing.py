"""The known models, for people who choose one."""

from twinsplice.base_models import catalogue


def text() -> str:
    """Return what `twinsplice models` prints: licence, source, citation of each."""
    return "\n".join(_described(entry) for entry in catalogue.entries().values())


def _described(entry: catalogue.Entry) -> str:
    use = "any use" if entry.commercial else "non-commercial use only"
    return (
        f"{entry.name}: {entry.title}\n"
        f"  INFO key  {entry.info}\n"
        f"  licence   {entry.licence} ({use})\n"
        f"  weights   {entry.source}\n"
        f"  cite      {entry.citation}\n"
    )
