"""`checks`: bounds stated with a field are kept, and said in words."""

import dataclasses
import math
import pathlib
from collections.abc import Callable
from typing import Annotated

import pytest

from twinsplice import errors
from twinsplice.settings import calibrate, checks, evaluate, sample, score, train
from twinsplice.settings import targets as targets_settings


@dataclasses.dataclass(frozen=True)
class _Config:
    """One field of each sort."""

    count_of: Annotated[int, checks.Range(1, 4_999)] = 1
    size: Annotated[float, checks.Range(0, 100_000, above=True)] = 1.0
    share: Annotated[float, checks.OPEN_FRACTION] = 0.5
    part: Annotated[float | None, checks.Range(0, 1, below=True)] = None
    names: Annotated[tuple[str, ...], checks.Naming("a store")] = ("a",)
    output: Annotated[pathlib.Path, checks.Ending(".x")] = pathlib.Path("a.x")
    free: float = math.nan


@pytest.mark.parametrize(
    "kept",
    [
        {},
        {"count_of": 4_999},
        {"size": 100_000},
        {"share": 1e-9},
        {"part": 0},
        {"part": None},
    ],
)
def test_what_lies_within_bounds_passes(kept: dict[str, float]) -> None:
    checks.check(_Config(**kept))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        ({"count_of": 0}, "--count-of must be 1 to 4,999; got 0; change it"),
        ({"count_of": 5_000}, "--count-of must be 1 to 4,999; got 5000; change it"),
        ({"size": 0}, "--size must be more than 0 and at most 100,000; got 0; "),
        ({"size": math.inf}, "--size must be more than 0 and at most 100,000; got inf"),
        ({"size": math.nan}, "--size must be more than 0 and at most 100,000; got nan"),
        ({"share": 0}, "--share must be more than 0 and less than 1; got 0"),
        ({"share": 1}, "--share must be more than 0 and less than 1; got 1"),
        ({"part": 1}, "--part must be 0 or more and less than 1; got 1"),
        ({"part": -1}, "--part must be 0 or more and less than 1; got -1"),
        ({"names": ()}, "--names must name a store; got none; change it"),
        ({"output": pathlib.Path("a.y")}, "--output must end in .x; got a.y"),
    ],
)
def test_what_lies_beyond_is_refused_with_rule_and_remedy(
    broken: dict[str, float], message: str
) -> None:
    with pytest.raises(errors.InputError) as caught:
        checks.check(_Config(**broken))  # type: ignore[arg-type]
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    "config",
    [
        lambda path: calibrate.Config(path, targets=(path,), output=path),
        lambda path: evaluate.Config(path, targets=(path,), threads=0),
        lambda path: sample.Config(reference=path, annotation="grch37", per_gene=0),
        lambda path: score.Config(path, reference=path, annotation="x", distance=0),
        lambda path: targets_settings.Config(path, output=path, reach=0),
        lambda path: train.Config(targets=(path,), output=path, learning_rate=0.0),
    ],
)
def test_every_command_is_held_to_its_bounds(
    config: Callable[[pathlib.Path], object],
) -> None:
    with pytest.raises(errors.InputError, match=r"^--[a-z-]+ must "):
        config(pathlib.Path("none.vcf"))


def test_a_rule_across_fields_has_its_own_remedy() -> None:
    config = _Config(count_of=3)
    checks.require(config.count_of > config.size, "a rule", got="a")
    with pytest.raises(errors.InputError, match=r"^a rule; got b; mend it$"):
        checks.require(
            config.count_of < config.size, "a rule", got="b", remedy="mend it"
        )


@dataclasses.dataclass(frozen=True)
class _Files:
    """Inputs of each sort, and two outputs."""

    input: pathlib.Path
    annotation: str
    shards: tuple[pathlib.Path, ...] = ()
    output: pathlib.Path | None = None
    plot: pathlib.Path | None = None


@pytest.mark.parametrize("field", ["input", "annotation", "shards"])
@pytest.mark.parametrize("written", ["output", "plot"])
def test_an_input_is_not_written_over(
    tmp_path: pathlib.Path, field: str, written: str
) -> None:
    names = {"input": "in.vcf", "annotation": "a.gtf", "shards": "1.parquet"}
    for name in names.values():
        (tmp_path / name).touch()
    target = tmp_path / names[field]
    (tmp_path / "link").symlink_to(target)
    files = _Files(
        tmp_path / "in.vcf", str(tmp_path / "a.gtf"), (tmp_path / "1.parquet",)
    )
    checks.check(files)

    def writing(path: pathlib.Path) -> _Files:
        if written == "plot":
            return dataclasses.replace(files, plot=path)
        return dataclasses.replace(files, output=path)

    checks.check(writing(tmp_path / "out.vcf"))
    words = f"{written} must not be the {field}"
    index = pathlib.Path(f"{target}.fai")
    index.touch()
    for path in (target, tmp_path / "link", tmp_path / "." / names[field], index):
        with pytest.raises(errors.InputError, match=words):
            checks.check(writing(path))


def test_two_outputs_are_two_files(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "x.svg"
    files = _Files(tmp_path / "in.vcf", "grch37", output=path, plot=path)
    with pytest.raises(errors.InputError, match="output must not be the plot"):
        checks.check(files)
    # Devices and standard output may be both.
    for name in ("-", "/dev/null"):
        place = pathlib.Path(name)
        checks.check(_Files(place, "grch37", output=place))
