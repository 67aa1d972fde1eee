"""Answers that are kept while a run goes on, so that a later one need not score anew.

The answers of a chunk are kept under a checksum of its alleles, and used for a chunk of
the same alleles only, wherever it stands. Input is read, and output written, from the
beginning: it has the bytes of a run that was never stopped.
"""

import contextlib
import dataclasses
import hashlib
import pathlib
import struct
import time
from collections.abc import Callable, Iterator, Sequence

from twinsplice import errors, progress
from twinsplice.effect import results
from twinsplice.io import answer_log, drafts, kept_work, packed_results
from twinsplice.io.vcf import streams, vcf
from twinsplice.scoring import assembly, model_sets, run_identity

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


class KeptAnswers:
    """The answers of a run, those of an earlier one among them.

    Attributes:
        taken: Records whose answers an earlier run has given.
    """

    def __init__(
        self, models: model_sets.ModelSet, options: assembly.Options, keeping: Keeping
    ) -> None:
        """Look for what a stopped run has left.

        Raises:
            InputError: `keeping` asks to resume, and that cannot be.
        """
        self.taken, self._began = 0, time.monotonic()
        self._models, self._keeping = models, keeping
        self._place, self._trouble = keeping.place, ""
        self._identity = run_identity.of(models, options)
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
        if content is None:
            return None
        try:
            answers = packed_results.unpack_all(content, self._kinds)
        except _DAMAGED:
            return None
        self.taken += len(records)
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
        lasted = time.monotonic() - self._began
        if self._place is not None and lasted >= KEPT_AFTER:
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
        if self._trouble:
            return
        try:
            if self._log is None:
                self._log = answer_log.make(place)
        except OSError as error:
            self._trouble = error.strerror or str(error)
            return
        if not self._is_ours:
            # Not before there is something to keep: what was left may yet be wanted.
            self._log.begin(run_identity.text(self._identity))
            self._is_ours = True
        self._log.keep(key(records), packed_results.pack_all(answers), len(records))
        self._trouble = self._log.trouble


@contextlib.contextmanager
def keeping(
    models: model_sets.ModelSet, options: assembly.Options, how: Keeping
) -> Iterator[KeptAnswers]:
    """Provide the answers of a run; what is kept goes once the block succeeds.

    Args:
        models: The models.
        options: Their options.
        how: Whether and where answers are kept.

    Raises:
        InputError: `how` asks to resume, and that cannot be.
    """
    answers = KeptAnswers(models, options, how)
    try:
        yield answers
    except BaseException:
        answers.leave()
        raise
    answers.finish()


def key(records: Sequence[vcf.Record]) -> bytes:
    """Return a checksum of all that scores of records depend on."""
    digest = hashlib.blake2b(digest_size=answer_log.KEY_BYTES)
    for record in records:
        asked = record.contig, record.position, record.ref, record.alts, record.refusal
        digest.update(repr(asked).encode("utf-8", "surrogateescape"))
    return digest.digest()
