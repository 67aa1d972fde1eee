"""The command line: quick help, plain errors, exit codes."""

import os
import pathlib
import subprocess
import sys
import tempfile

import pytest

from support import command_line
from twinsplice import errors
from twinsplice.settings import examples
from twinsplice.settings import score as score_settings


@pytest.mark.parametrize("words", [("--help",), ("train", "--help"), ("--version",)])
def test_help_loads_nothing_that_is_slow(words: tuple[str, ...]) -> None:
    code = (
        "import sys\n"
        "from twinsplice import cli\n"
        "try: cli.main()\n"
        "except SystemExit as left: assert left.code == 0\n"
        "slow = {'torch', 'polars', 'pysam', 'scipy', 'sklearn', 'matplotlib'}\n"
        "print('slow:', *sorted(slow & sys.modules.keys()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *words],
        env=os.environ | {"PYTHONPATH": str(command_line.ROOT / "src")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert len(done.stdout) > len("slow:\n")
    assert done.stdout.endswith("slow:\n")


def test_help_names_every_setting_and_its_text(call: command_line.Call) -> None:
    code, out, _ = call("score", "--help")
    assert code == 0
    for name in score_settings.Config.__dataclass_fields__:
        if name != "_":
            assert f"--{name.replace('_', '-')}" in out
    assert "Bases searched on each side" in out


def test_version(call: command_line.Call) -> None:
    code, out, _ = call("--version")
    assert (code, out.count(".")) == (0, 2)


def test_models_are_listed(call: command_line.Call) -> None:
    code, out, _ = call("models")
    assert code == 0
    assert "licence" in out


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["score"], "INPUT must be given"),
        (["score", "in.vcf"], "--reference must be given"),
        ([*command_line.SCORE, "--bogus", "1"], "--bogus"),
        (
            [*command_line.SCORE, "-d", "many"],
            "-d must be a whole number; got many; see",
        ),
        ([*command_line.SCORE, "-d", "0"], "--distance must be 1 to 4,999; got 0"),
        (
            [*command_line.SCORE, "-d", "5000"],
            "--distance must be 1 to 4,999; got 5000",
        ),
        ([*command_line.SCORE, "--threads", "0"], "--threads must be"),
        ([*command_line.SCORE, "--max-memory-gb", "0"], "--max-memory-gb must be"),
        ([*command_line.SCORE, "-o", "--mask"], "output must be"),
        ([*command_line.SCORE, "more"], "more"),
        (["scor"], 'Did you mean "score"?'),
        (["models", "x"], "models takes no more arguments; got x; see"),
        (
            [*command_line.SCORE, "--genes", "mrged"],
            "--genes must be one of merged, mane, transcripts; got mrged; did you mean "
            "merged?",
        ),
        ([*command_line.SCORE, "--quiet=x"], "--quiet must be true or false; got x"),
        ([*command_line.SCORE, "--referense", "x"], "Did you mean --reference?"),
    ],
)
def test_a_mistake_is_one_line_and_2(
    call: command_line.Call, args: list[str], said: str
) -> None:
    code, out, err = call(*args)
    assert (code, out) == (2, "")
    assert err.startswith("twinsplice: error: ")
    assert said in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (
            errors.InputError("a rule", got="this", remedy="do\nthat"),
            2,
            "twinsplice: error: a rule; got this; do that\n",
        ),
        (OSError(28, "No space left"), 2, "No space left"),
        (MemoryError(), 2, "lower --max-memory-gb"),
        (KeyboardInterrupt(), 130, ""),
    ],
)
def test_a_failed_run_has_its_code(
    call: command_line.Call,
    monkeypatch: pytest.MonkeyPatch,
    error: BaseException,
    code: int,
    said: str,
) -> None:
    command_line.scoring(monkeypatch, error)
    found, _, err = call(*command_line.SCORE)
    assert found == code
    assert said in err
    assert "Traceback" not in err


class Panic(BaseException):
    """As Rust's panics are, which are no exceptions."""


@pytest.mark.parametrize(
    "error", [ValueError("unseen\x1b[2J\nbefore"), RecursionError(), Panic("at\n7")]
)
def test_an_error_that_nobody_foresaw_is_a_line_and_a_log(
    call: command_line.Call,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: pathlib.Path,
    error: BaseException,
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    command_line.scoring(monkeypatch, error)
    code, out, err = call(*command_line.SCORE)
    assert (code, out) == (2, "")
    assert err.startswith("twinsplice: error: a bug, please report it; got ")
    assert err.count("\n") == 1
    assert err.removesuffix("\n").isprintable()
    (log,) = tmp_path.iterdir()
    assert str(log) in err
    text = log.read_text()
    assert "Traceback" in text
    assert "--annotation grch38" in text

    # Nor does it matter that no log can be written.
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tempfile, "NamedTemporaryFile", full)
    code, _, err = call(*command_line.SCORE)
    assert (code, err.count("\n")) == (2, 1)
    assert "say what you ran" in err


@pytest.mark.parametrize(
    ("flags", "failures", "code"),
    [([], 3, 0), (["--strict"], 3, 1), (["--strict"], 0, 0)],
)
def test_strict_decides_by_what_was_skipped(
    call: command_line.Call,
    monkeypatch: pytest.MonkeyPatch,
    flags: list[str],
    failures: int,
    code: int,
) -> None:
    command_line.scoring(monkeypatch, failures)
    assert call(*command_line.SCORE, *flags)[0] == code


def test_flags_reach_the_config(
    call: command_line.Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = command_line.scoring(monkeypatch, 0)
    _, out, err = call(
        "score",
        "-",
        "-r",
        "x.fa",
        "-a",
        "g.gtf",
        "-o",
        "-",
        "-d",
        "7",
        "--mask",
        "--quiet",
    )
    assert (out, err) == ("", "")
    assert seen == [
        score_settings.Config(
            pathlib.Path("-"),
            reference=pathlib.Path("x.fa"),
            annotation="g.gtf",
            distance=7,
            mask=True,
            quiet=True,
        )
    ]


@pytest.mark.parametrize("name", ["/dev/stdout", "/dev/fd/1", "-"])
def test_stdout_by_any_name_is_never_replaced(
    call: command_line.Call, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    # Redirected, /dev/stdout is a file to look at.
    seen = command_line.scoring(monkeypatch, 0)
    call(*command_line.SCORE, "-o", name, "--quiet")
    assert [str(config.output) for config in seen] == ["-"]


def test_waiting_threads_sleep_unless_told_otherwise(
    call: command_line.Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    for set_before, policy in (
        ({}, "passive"),
        ({"OMP_WAIT_POLICY": "active"}, "active"),
        ({"GOMP_SPINCOUNT": "1000"}, None),
    ):
        environment = dict(set_before)
        monkeypatch.setattr(os, "environ", environment)
        call("--version")
        assert environment.get("OMP_WAIT_POLICY") == policy


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["models"], 2),
        (["--help"], 2),
        ([*command_line.SCORE, "-o", "x.vcf", "--quiet"], 0),
    ],
)
def test_a_closed_output_costs_only_what_is_printed_there(
    call: command_line.Call,
    monkeypatch: pytest.MonkeyPatch,
    words: list[str],
    code: int,
) -> None:
    command_line.scoring(monkeypatch, 0)
    monkeypatch.setattr(sys, "stdout", None)
    found, _, err = call(*words)
    assert (found, err.count("\n")) == (code, code // 2)
    assert "a bug" not in err


def test_a_reader_that_leaves_is_no_error() -> None:
    environment = os.environ | {"PYTHONPATH": str(command_line.ROOT / "src")}
    code = (
        "import sys\n"
        "from twinsplice import cli\n"
        "from twinsplice import api\n"
        "from twinsplice.scoring.runs import preconditions\n"
        "def run(*_):\n"
        "    while True: sys.stdout.write('line\\n')\n"
        "preconditions.check = lambda *_, **__: []\n"
        "api.run = run; cli.main()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, *command_line.SCORE],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 1


@pytest.mark.parametrize("command", ["score", "plot", "merge", "train", "models"])
def test_help_has_the_examples_of_its_command_alone(
    call: command_line.Call, command: str
) -> None:
    code, out, _ = call(command, "--help")
    assert code == 0
    named = {
        line.split()[1]
        for line in out.splitlines()
        if line.strip().startswith("twinsplice ")
    }
    assert named == {command} - {"models"}
    shown = f"twinsplice {command} " in call("--help")[1]
    assert shown == (command != "models")


def test_examples_are_of_commands() -> None:
    words = examples.EXAMPLES.splitlines()
    for name in {line.split()[1] for line in words if line.startswith("twinsplice ")}:
        own = examples.of_command(name).splitlines()
        assert [line for line in words if line.startswith(f"twinsplice {name} ")] == [
            line for line in own if line.startswith(f"twinsplice {name} ")
        ]
    assert examples.of_command("models") == ""
