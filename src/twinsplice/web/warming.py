"""The first question, asked by the server itself: what is loaded when needed, is then.

Networks choose their kernels, transcripts and names are read, files are hashed. It goes
on beside what visitors ask.
"""

import contextlib
import threading
from collections.abc import Iterator

from twinsplice import errors
from twinsplice.settings import serve as serve_settings
from twinsplice.web import answers, guards, instances


def warm(
    config: serve_settings.Config,
    opened: instances.Instances,
    stopped: threading.Event,
) -> None:
    """Ask every model about a variant of every genome.

    Args:
        config: The settings.
        opened: What is open; `warmed` is set at the end.
        stopped: Set when there is no more need for it.
    """
    for build, scorer in opened.scorers.items():
        variant = scorer.any_variant
        for model in opened.models:
            if variant is None or stopped.is_set():
                break
            asking = instances.Asking(build, model.name, config.distance, mask=False)
            try:
                place = opened.understand(build, variant).place
                answers.replies(opened, asking, [answers.Question(place)])
                _ = opened.scorer(asking).identity
            except errors.TwinSpliceError as error:
                # Visitors will be told.
                guards.log.warning("%s", error)
    opened.warmed.set()


@contextlib.contextmanager
def warming(
    config: serve_settings.Config, opened: instances.Instances
) -> Iterator[None]:
    """Warm what is open, beside a block."""
    stopped = threading.Event()
    opened.warmed.clear()
    thread = threading.Thread(target=warm, args=(config, opened, stopped))
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()
