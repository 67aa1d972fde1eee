"""`score` resumed: the bytes of a run that was never stopped."""

import dataclasses
import os
import pathlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from support import resumed_runs
from twinsplice import api, errors
from twinsplice.settings import score as score_settings

FORMS: dict[str, tuple[str, dict[str, Any]]] = {
    "vcf.gz": ("out.vcf.gz", {"intergenic": True}),
    "bcf": ("out.bcf", {}),
    "flat": ("out.vcf", {"flat": True, "mask": True}),
    "tsv": ("out.tsv", {"samples": True}),
    "tsv.gz": ("out.tsv.gz", {"hgvs": True}),
    "live map": ("out.vcf", {"map": "live"}),
    "models": ("out.tsv", {"models": ("RUN", "cispliceai")}),
    "parquet, refine": (
        "out.parquet",
        {"refine": "cispliceai", "refine_threshold": 0.05},
    ),
    "list": ("out.tsv", {"source": "in.txt"}),
    "sorted list": ("out.vcf.gz", {"source": "in.txt"}),
}


@pytest.fixture
def start(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[resumed_runs.Start]:
    yield from resumed_runs.make_start(tmp_path, monkeypatch)


@pytest.mark.parametrize("form", list(FORMS))
def test_a_run_killed_anywhere_ends_in_the_same_bytes(
    start: resumed_runs.Start,
    tmp_path: pathlib.Path,
    monkeypatch: pytest.MonkeyPatch,
    form: str,
) -> None:
    name, options = FORMS[form]
    config = start(name, **options)
    content = resumed_runs.whole_log(config, monkeypatch)
    expected = resumed_runs.written(config)
    assert len(expected) == 1 + name.endswith((".vcf.gz", ".bcf"))
    counter = resumed_runs.Counter(monkeypatch)
    with resumed_runs.opened(config) as run:
        run()
        assert counter.since() == resumed_runs.CHUNKS
        assert resumed_runs.written(config) == expected
        ends = resumed_runs.ends(content, tmp_path)
        assert len(ends) == 1 + resumed_runs.CHUNKS
        for cut in (ends[0], ends[1] + 5, (ends[2] + ends[3]) // 2, ends[3]):
            resumed_runs.put(config, content[:cut])
            summary = run()
            whole = sum(end <= cut for end in ends[1:])
            assert counter.since() == resumed_runs.CHUNKS - whole
            assert summary.resumed == min(
                whole * resumed_runs.CHUNK, len(resumed_runs.RECORDS)
            )
            assert resumed_runs.written(config) == expected
            assert not resumed_runs.log_of(config).parent.exists()
        damaged = bytearray(content)
        damaged[ends[2] - 1] ^= 16
        resumed_runs.put(config, bytes(damaged))
        run()
        assert counter.since() == 1
        assert resumed_runs.written(config) == expected


def test_a_stopped_run_keeps_what_it_has_done(
    start: resumed_runs.Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By Ctrl-C or an error, like a bad line; what is in order by then is kept."""
    config = start()
    whole = config.input.read_text()
    api.run(config)
    expected = resumed_runs.written(config)
    lines = whole.splitlines(keepends=True)
    lines.insert(3 + resumed_runs.CHUNK + 1, "1\tnowhere\t.\tA\tC\t.\t.\t.\n")
    config.input.write_text("".join(lines))
    with pytest.raises(errors.InputError, match="POS must be a whole number"):
        api.run(config)
    assert not config.output.exists()
    config.input.write_text(whole)
    counter = resumed_runs.Counter(monkeypatch)
    said: list[str] = []
    summary = api.run(config, announce=said.append)
    assert counter.since() == resumed_runs.CHUNKS - 1
    assert summary.resumed == resumed_runs.CHUNK
    assert resumed_runs.written(config) == expected
    (message,) = said
    assert message.startswith("the scores of 3 records are taken over from a run that ")
    assert message.endswith("; --no-resume begins anew")


def test_records_that_are_new_or_moved_are_scored_and_others_are_not(
    start: resumed_runs.Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = start()
    content = resumed_runs.whole_log(config, monkeypatch)
    lines = config.input.read_text().splitlines(keepends=True)
    first, changed = 3, lines[4].replace("\t.\tGT", "\tX=1\tGT")
    config.input.write_text(
        "".join(
            [
                *lines[:first],
                *lines[first + resumed_runs.CHUNK :],
                *lines[first : first + 2],
            ]
        )
    )
    api.run(config)
    expected = resumed_runs.written(config)
    counter = resumed_runs.Counter(monkeypatch)
    resumed_runs.put(config, content)
    api.run(config)
    assert counter.since() == resumed_runs.CHUNKS - 1
    assert resumed_runs.written(config) == expected
    # What is not scored may change: it is written as it is now.
    config.input.write_text("".join([*lines[:4], changed, *lines[5:]]))
    resumed_runs.put(config, content)
    assert api.run(config).resumed == len(resumed_runs.RECORDS)
    assert b"\tX=1;TwinSplice=" in resumed_runs.written(config)["out.vcf"]
    config.input.write_text("".join([*lines[:3], lines[6]]))
    resumed_runs.put(config, content)
    (note,) = api.run(config).notes
    assert note == "a stopped run had scored other records; none was taken over"


def _renamed(config: score_settings.Config) -> score_settings.Config:
    path = pathlib.Path(config.annotation)
    path.write_text(path.read_text().replace("PLUS", "SULP"))
    return config


def _touched(config: score_settings.Config) -> score_settings.Config:
    os.utime(config.reference)
    return config


CHANGES: dict[str, Callable[[score_settings.Config], score_settings.Config]] = {
    "distance": lambda config: dataclasses.replace(config, distance=7),
    "map, model": lambda config: dataclasses.replace(config, map="live"),
    "model": lambda config: dataclasses.replace(config, model="cispliceai"),
    "annotation": _renamed,
    "reference": _touched,
    "version": lambda config: config,
}


@pytest.mark.parametrize("name", list(CHANGES))
def test_other_settings_begin_anew_or_are_refused(
    start: resumed_runs.Start, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    config = start()
    content = resumed_runs.whole_log(config, monkeypatch)
    resumed_runs.written(config)
    changed = CHANGES[name](config)
    if name == "version":
        monkeypatch.setattr("twinsplice.__version__", "9")
    api.run(changed)
    expected = resumed_runs.written(changed)
    counter = resumed_runs.Counter(monkeypatch)
    resumed_runs.put(changed, content)
    with pytest.raises(errors.InputError) as refused:
        api.run(dataclasses.replace(changed, resume=True))
    assert f"got other values of {name} at 20" in str(refused.value)
    assert refused.value.remedy == "use those, or begin anew with --no-resume"
    # It is still there.
    assert resumed_runs.log_of(changed).read_bytes() == content
    said: list[str] = []
    summary = api.run(changed, announce=said.append)
    assert counter.since() == resumed_runs.CHUNKS
    assert summary.resumed == 0
    assert said[0].endswith(f"had other values of {name}: begins anew")
    assert resumed_runs.written(changed) == expected
    assert not resumed_runs.log_of(changed).parent.exists()


def test_no_resume_begins_anew_and_resume_may_have_nothing_to_go_on_from(
    start: resumed_runs.Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = start(resume=True)
    content = resumed_runs.whole_log(config, monkeypatch)
    expected = resumed_runs.written(config)
    counter = resumed_runs.Counter(monkeypatch)
    resumed_runs.put(config, content)
    said: list[str] = []
    api.run(dataclasses.replace(config, resume=False), announce=said.append)
    assert counter.since() == resumed_runs.CHUNKS
    assert not said
    assert resumed_runs.written(config) == expected
    resumed_runs.put(config, content)
    assert api.run(config).resumed == len(resumed_runs.RECORDS)
    assert counter.since() == 0
    assert resumed_runs.written(config) == expected
