"""What `twinsplice models` prints."""

from twinsplice.base_models import catalogue
from twinsplice.report import listing


def test_every_model_says_its_licence_and_what_to_cite() -> None:
    text = listing.text()
    for entry in catalogue.entries().values():
        for fact in (entry.name, entry.licence, entry.citation, entry.source):
            assert fact in text
