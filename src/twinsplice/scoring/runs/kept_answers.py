"""Answers that are kept while a run goes on, so that a later one need not score anew.

The answers of a chunk are kept under a checksum of its alleles, and used for a chunk of
the same alleles only, wherever it stands. Input is read, and output written, from the
beginning: it has the bytes of a run that was never stopped.
"""

import abc
import contextlib
import dataclasses
import hashlib
import pathlib
import struct
import time
from collections.abc import Callable, Iterator, Sequence

from twinsplice import errors, progress
from twinsplice.effect import deltas, results
from twinsplice.io import drafts
from twinsplice.io.kept import answer_log, kept_work, packed_results
from twinsplice.io.vcf import streams, vcf
from twinsplice.scoring import assembly, model_sets
from twinsplice.scoring.runs import run_identity

KEPT_AFTER = 5.0
"""Seconds that a run has lasted when answers begin to be kept."""
_DAMAGED = (ValueError, KeyError, TypeError, struct.error)

Announce = Callable[[str], object]
"""Called with what is to be said before the work."""


def silent(message: str) -> None:
    """Say nothing."""
    del message


@dataclasses.dataclass(frozen=True, kw_only=True)
class Keeping:
    """Whether and where answers are kept.

    Attributes:
        output: File that a run is for; answers are kept beside it. None to keep none.
        resume: Whether to go on from what a stopped run has left: True to refuse what
            does not fit, None to begin anew then, False to begin anew anyway.
        announce: Called with what is done about it.
    """

    output: pathlib.Path | None = None
    resume: bool | None = None
    announce: Announce = silent

    @property
    def place(self) -> pathlib.Path | None:
        """The output, if anything can be kept beside it."""
        output = self.output
        if output is None or output == streams.STANDARD or drafts.is_special(output):
            return None
        return output

    def opened(
        self, models: model_sets.ModelSet, options: assembly.Options
    ) -> contextlib.AbstractContextManager["Answers"]:
        """Provide the answers of a run; what is kept goes once the block succeeds.

        Args:
            models: The models.
            options: Their options.

        Raises:
            InputError: A run cannot be resumed that is to be.
        """
        return closing(KeptAnswers(models, options, self))


class Answers(abc.ABC):
    """Where a run has its answers from.

    Attributes:
        taken: Records whose answers an earlier run has given.
    """

    taken = 0

    def takes(self, number: int) -> bool:
        """Return whether a chunk is this run's to answer.

        Args:
            number: Its number in the input, from 0.
        """
        del number
        return True

    @abc.abstractmethod
    def known(self, records: Sequence[vcf.Record]) -> list[results.Results] | None:
        """Return the answers that an earlier run has given to records, if any."""

    @abc.abstractmethod
    def score(
        self, records: Sequence[vcf.Record], advance: progress.Advance
    ) -> list[results.Results]:
        """Score records.

        Args:
            records: The records.
            advance: As for `model_sets.ModelSet.score`.
        """

    def notes(self) -> Iterator[str]:
        """Yield remarks on the answers, at the end of a run."""
        return iter(())

    @abc.abstractmethod
    def finish(self) -> None:
        """Close what is kept: the output is whole."""

    @abc.abstractmethod
    def leave(self) -> None:
        """Leave what is kept to a later run."""


class KeptAnswers(Answers):
    """The answers of a run, those of an earlier one among them."""

    def __init__(
        self, models: model_sets.ModelSet, options: assembly.Options, keeping: Keeping
    ) -> None:
        """Look for what a stopped run has left.

        Raises:
            InputError: `keeping` asks to resume, and that cannot be.
        """
        self._began = time.monotonic()
        self._models, self._keeping = models, keeping
        self._place, self._trouble = keeping.place, ""
        self._identity = self._identity_of(models, options)
        self._kinds = [scorer.predictor.kinds for scorer in models.scorers]
        self._log: answer_log.AnswerLog | None = None
        self._is_ours, self._earlier = False, frozenset[bytes]()
        if self._place is not None:
            self._find(self._place)
        elif keeping.resume:
            raise errors.InputError(
                "--resume goes with an output that is a file",
                got=str(keeping.output),
                remedy="leave --resume out, or name a file with -o",
            )

    def known(self, records: Sequence[vcf.Record]) -> list[results.Results] | None:
        """Return the answers that an earlier run has given to records, if any."""
        if self._log is None or not self._earlier:
            return None
        own = key(records)
        content = self._log.kept(own) if own in self._earlier else None
        answers = None if content is None else unpacked(content, self._kinds)
        self.taken += 0 if answers is None else len(records)
        return answers

    def score(
        self, records: Sequence[vcf.Record], advance: progress.Advance
    ) -> list[results.Results]:
        """Score records, and keep the answers of a run that takes its time.

        Args:
            records: The records.
            advance: As for `model_sets.ModelSet.score`.
        """
        answers = self._models.score(records, advance)
        if self._place is not None and self._lasts():
            self._keep(self._place, records, answers)
        return answers

    def notes(self) -> Iterator[str]:
        """Yield remarks on what was kept, at the end of a run."""
        if self._trouble:
            yield f"this run could not have been resumed: {self._trouble}"
        if self._earlier and not self.taken:
            yield "a stopped run had scored other records; none was taken over"

    def finish(self) -> None:
        """Remove what is kept: the output is whole."""
        if self._log is not None and self._place is not None:
            self._log.finish(self._place)
            self._log = None

    def leave(self) -> None:
        """Leave what is kept to a later run."""
        if self._log is not None:
            self._log.leave()
            self._log = None

    def _identity_of(
        self, models: model_sets.ModelSet, options: assembly.Options
    ) -> run_identity.Identity:
        return run_identity.of(models, options)

    def _lasts(self) -> bool:
        """Whether the run is one whose answers are worth keeping."""
        return time.monotonic() - self._began >= KEPT_AFTER

    def _find(self, place: pathlib.Path) -> None:
        """Open what a stopped run has left, and say what becomes of it."""
        resume, announce = self._keeping.resume, self._keeping.announce
        try:
            self._log = answer_log.find(place)
        except BlockingIOError:
            if resume:
                raise kept_work.busy(place) from None
            self._place, self._trouble = None, "another run was writing the same output"
            return
        except OSError as error:
            self._place, self._trouble = None, error.strerror or str(error)
            return
        log = self._log
        if log is None or not log.records or resume is False:
            return
        when = time.strftime("%Y-%m-%d %H:%M", time.localtime(log.stopped))
        others = run_identity.differences(log.identity, self._identity)
        if not others:
            self._is_ours, self._earlier = True, log.keys
            announce(
                f"the scores of {log.records:,} records are taken over from a run that "
                f"was stopped at {when}; --no-resume begins anew"
            )
            return
        if resume:
            self.leave()
            raise errors.InputError(
                "a run is resumed with what it was begun with",
                got=f"other values of {', '.join(others)} at {when}",
                remedy="use those, or begin anew with --no-resume",
            )
        announce(
            f"a run that was stopped at {when} had other values of "
            f"{', '.join(others)}: begins anew"
        )

    def _keep(
        self,
        place: pathlib.Path,
        records: Sequence[vcf.Record],
        answers: Sequence[results.Results],
    ) -> None:
        log = None if self._trouble else self._own_log(place)
        if log is None:
            return
        log.keep(key(records), packed_results.pack_all(answers), len(records))
        self._trouble = log.trouble

    def _own_log(self, place: pathlib.Path) -> answer_log.AnswerLog | None:
        """Return the log of this run, begun if it was not; None if it cannot be."""
        try:
            if self._log is None:
                self._log = answer_log.make(place)
        except OSError as error:
            self._trouble = error.strerror or str(error)
            return None
        if not self._is_ours:
            # Not before there is something to keep: what was left may yet be wanted.
            self._log.begin(run_identity.text(self._identity))
            self._is_ours = True
        return self._log


@contextlib.contextmanager
def closing(answers: Answers) -> Iterator[Answers]:
    """Provide answers; close them once the block succeeds, else leave them."""
    try:
        yield answers
    except BaseException:
        answers.leave()
        raise
    answers.finish()


def unpacked(
    content: bytes, kinds: Sequence[Sequence[deltas.Kind]]
) -> list[results.Results] | None:
    """Return answers that were kept; None if they are damaged.

    Args:
        content: As they were kept.
        kinds: The kinds of each model.
    """
    try:
        return packed_results.unpack_all(content, kinds)
    except _DAMAGED:
        return None


def key(records: Sequence[vcf.Record]) -> bytes:
    """Return a checksum of all that scores of records depend on."""
    digest = hashlib.blake2b(digest_size=answer_log.KEY_BYTES)
    for record in records:
        asked = record.contig, record.position, record.ref, record.alts, record.refusal
        digest.update(repr(asked).encode("utf-8", "surrogateescape"))
    return digest.digest()
