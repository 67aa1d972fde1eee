"""Shards of a run: parts of an input scored apart, on any machines, and joined.

A shard answers every n-th chunk of its input and keeps the answers as a stopped run
does; the file that holds them is its output. Who joins shards reads the same input
again and finds the answers of every chunk in one of them, so that the output has the
bytes of one run.
"""

import contextlib
import dataclasses
import json
import os
import pathlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from twinsplice import errors, progress
from twinsplice.effect import results
from twinsplice.io import drafts
from twinsplice.io.kept import answer_log
from twinsplice.io.vcf import vcf
from twinsplice.scoring import assembly, model_sets
from twinsplice.scoring.runs import kept_answers, run_identity
from twinsplice.settings import shards as shard_names

_REQUEST = b"request".ljust(answer_log.KEY_BYTES, b"\0")
_UNREADABLE = (
    *(errors.InputError, OSError, ValueError),
    *(KeyError, TypeError, OverflowError, RecursionError),
)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Making(kept_answers.Keeping):
    """The making of a shard, into `output`.

    Attributes:
        number: Its number, from 1.
        of: Number of shards.
        request: The run's settings, plain JSON values, for who joins the shards.
    """

    number: int
    of: int
    request: Mapping[str, object]

    def opened(
        self, models: model_sets.ModelSet, options: assembly.Options
    ) -> contextlib.AbstractContextManager[kept_answers.Answers]:
        """Provide the answers of the shard; its file is whole once the block succeeds.

        Args:
            models: The models.
            options: Their options.

        Raises:
            InputError: It cannot be written, or not be resumed if it is to be.
        """
        return kept_answers.closing(_ShardAnswers(models, options, self))


class _ShardAnswers(kept_answers.KeptAnswers):
    """The answers of a shard, all of them kept."""

    def __init__(
        self, models: model_sets.ModelSet, options: assembly.Options, making: Making
    ) -> None:
        """Look for what a stopped run of the shard has left.

        Raises:
            InputError: It cannot be written, or not be resumed if it is to be.
        """
        self._making = making
        assert making.output is not None
        self._output = making.output
        drafts.check(self._output)
        super().__init__(models, options, making)

    def takes(self, number: int) -> bool:
        return number % self._making.of == self._making.number - 1

    def score(
        self, records: Sequence[vcf.Record], advance: progress.Advance
    ) -> list[results.Results]:
        answers = super().score(records, advance)
        self._require_kept()
        return answers

    def finish(self) -> None:
        log = self._own_log(self._output)
        self._require_kept()
        assert log is not None
        log.keep(_REQUEST, json.dumps(dict(self._making.request)).encode(), 0)
        self._trouble = log.trouble
        self._require_kept()
        log.publish(self._output)
        self._log = None

    def _identity_of(
        self, models: model_sets.ModelSet, options: assembly.Options
    ) -> run_identity.Identity:
        shard = {"shard": [self._making.number, self._making.of]}
        return {**run_identity.of(models, options, anywhere=True), **shard}

    def _lasts(self) -> bool:
        return True

    def _require_kept(self) -> None:
        if self._trouble:
            raise errors.InputError(
                "the scores of a shard must be kept",
                got=f"{self._output}: {self._trouble}",
                remedy="mend that; the same command goes on from what is there",
            )


@dataclasses.dataclass(frozen=True, kw_only=True)
class Joining(kept_answers.Keeping):
    """The joining of shards into the output of one run.

    Attributes:
        shards: All of them.
    """

    shards: "Sequence[Shard]"

    def opened(
        self, models: model_sets.ModelSet, options: assembly.Options
    ) -> contextlib.AbstractContextManager[kept_answers.Answers]:
        """Provide the answers that the shards hold.

        Args:
            models: The models of the shards.
            options: Their options.

        Raises:
            InputError: The shards are of other models or options.
        """
        own = run_identity.of(models, options, anywhere=True)
        for shard in self.shards:
            if others := shard.differences(own):
                raise errors.InputError(
                    "shards are joined with what they were made with",
                    got=f"other values of {', '.join(others)} in {shard.path}",
                    remedy="make that shard anew, or name the files it was made with",
                )
        kinds = [scorer.predictor.kinds for scorer in models.scorers]
        return kept_answers.closing(_JoinedAnswers(self.shards, kinds))


class _JoinedAnswers(kept_answers.Answers):
    """The answers of shards; nothing is scored."""

    def __init__(self, shards: "Sequence[Shard]", kinds: Sequence[Any]) -> None:
        self._shards, self._kinds = shards, kinds

    def known(self, records: Sequence[vcf.Record]) -> list[results.Results] | None:
        own = kept_answers.key(records)
        for shard in self._shards:
            content = shard.frames.kept(own)
            if content is not None:
                return kept_answers.unpacked(content, self._kinds)
            if shard.frames.holds(own):
                raise _damaged(shard.path)
        return None

    def score(
        self, records: Sequence[vcf.Record], advance: progress.Advance
    ) -> list[results.Results]:
        del advance
        raise errors.InputError(
            "every record must have been scored by one of the shards",
            got=f"none that has those from line {records[0].line:,} on",
            remedy="merge with the input that the shards were made from, unchanged",
        )

    def finish(self) -> None:
        """Do nothing; the shards stay, and are closed by who opened them."""

    def leave(self) -> None:
        """Likewise."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Shard:
    """The file of a shard, open.

    Attributes:
        path: Its path.
        frames: What it holds.
        number: Its number, from 1.
        of: Number of shards.
        request: Settings of the run.
    """

    path: pathlib.Path
    frames: answer_log.Frames
    number: int
    of: int
    request: Mapping[str, Any]

    def differences(self, identity: run_identity.Identity) -> list[str]:
        """Return the names of what this shard was not made with."""
        others = run_identity.differences(self.frames.identity, identity)
        return [name for name in others if name != "shard"]


@contextlib.contextmanager
def opened(paths: Sequence[pathlib.Path]) -> Iterator[tuple[Shard, ...]]:
    """Open all shards of a run.

    Args:
        paths: Their files, in any order.

    Raises:
        InputError: One cannot be read, is there twice, or is missing.
    """
    with contextlib.ExitStack() as files:
        shards = [_read(path, files) for path in paths]
        _check(shards)
        yield tuple(shards)


def _read(path: pathlib.Path, files: contextlib.ExitStack) -> Shard:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError as error:
        raise errors.InputError(
            "a shard must be a file that can be read",
            got=f"{path}: {error.strerror}",
            remedy="give one that twinsplice score --shard has made",
        ) from error
    files.callback(os.close, descriptor)
    frames = answer_log.Frames(descriptor)
    if not frames.is_whole:
        raise _damaged(path)
    try:
        number, of = map(int, json.loads(frames.identity)["shard"])
        request = dict(json.loads(frames.kept(_REQUEST) or b""))
        # A number without bounds would ask for any amount of memory.
        shard_names.part(f"{number}/{of}")
    except _UNREADABLE as error:
        raise _damaged(path) from error
    return Shard(path=path, frames=frames, number=number, of=of, request=request)


def _damaged(path: pathlib.Path) -> errors.InputError:
    return errors.InputError(
        "a shard must be whole",
        got=f"{path}, which is damaged or no shard",
        remedy="make it anew with twinsplice score --shard",
    )


def _check(shards: Sequence[Shard]) -> None:
    """Refuse all but the whole set of the shards of one run."""
    for shard in shards:
        if shard.of != shards[0].of:
            raise errors.InputError(
                "shards must be of one run",
                got=f"{shard.path}, one of {shard.of}, beside {shards[0].path}, one of "
                f"{shards[0].of}",
                remedy="merge the shards of one run only",
            )
    numbered = [(shard.number, shard.path) for shard in shards]
    shard_names.require_all(numbered, shards[0].of, "score")
