"""The command line: quick help, plain errors, exit codes."""

import os
import pathlib
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable

import pytest

from twinsplice import api, cli, errors
from twinsplice.genome import variants
from twinsplice.scoring.runs import preconditions
from twinsplice.settings import examples
from twinsplice.settings import score as score_settings

SCORE = ["score", "in.vcf", "--reference", "x.fa", "--annotation", "grch38"]
ROOT = pathlib.Path(__file__).parents[2]

Outcome = tuple[int, str, str]
Call = Callable[..., Outcome]


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Call:
    """Run the command line in this process."""

    def run(*args: str) -> Outcome:
        monkeypatch.setattr(sys, "argv", ["twinsplice", *args])
        # The handler of SIGTERM must not outlive the test.
        monkeypatch.setattr(signal, "signal", lambda *_: None)
        with pytest.raises(SystemExit) as left:
            cli.main()
        out, err = capfd.readouterr()
        assert isinstance(left.value.code, int)
        return left.value.code, out, err

    return run


def _scoring(
    monkeypatch: pytest.MonkeyPatch, outcome: BaseException | int
) -> list[score_settings.Config]:
    """Replace scoring by an outcome: an error, or a number of strict failures."""
    seen: list[score_settings.Config] = []

    def run(
        config: score_settings.Config, advance: object, announce: object
    ) -> score_settings.Summary:
        del advance, announce
        seen.append(config)
        if isinstance(outcome, BaseException):
            raise outcome
        return score_settings.Summary(
            records=1,
            scored=1,
            skipped={variants.SkipReason.REF_MISMATCH: outcome},
            elapsed=1.0,
            output=config.output,
        )

    monkeypatch.setattr(api, "run", run)
    monkeypatch.setattr(preconditions, "check", lambda *_, **__: [])
    return seen


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
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert len(done.stdout) > len("slow:\n")
    assert done.stdout.endswith("slow:\n")


def test_help_names_every_setting_and_its_text(call: Call) -> None:
    code, out, _ = call("score", "--help")
    assert code == 0
    for name in score_settings.Config.__dataclass_fields__:
        if name != "_":
            assert f"--{name.replace('_', '-')}" in out
    assert "Bases searched on each side" in out


def test_version(call: Call) -> None:
    code, out, _ = call("--version")
    assert (code, out.count(".")) == (0, 2)


def test_models_are_listed(call: Call) -> None:
    code, out, _ = call("models")
    assert code == 0
    assert "licence" in out


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["score"], "INPUT must be given"),
        (["score", "in.vcf"], "--reference must be given"),
        ([*SCORE, "--bogus", "1"], "--bogus"),
        ([*SCORE, "-d", "many"], "many"),
        ([*SCORE, "-d", "0"], "--distance must be 1 to 4,999; got 0"),
        ([*SCORE, "-d", "5000"], "--distance must be 1 to 4,999; got 5000"),
        ([*SCORE, "--threads", "0"], "--threads must be"),
        ([*SCORE, "--max-memory-gb", "0"], "--max-memory-gb must be"),
        ([*SCORE, "-o", "--mask"], "output must be"),
        ([*SCORE, "more"], "more"),
        (["scor"], 'Did you mean "score"?'),
        (["models", "x"], "models takes no more arguments; got x; see"),
        ([*SCORE, "--genes", "mrged"], 'Did you mean "merged"?'),
        ([*SCORE, "--referense", "x"], "Did you mean --reference?"),
    ],
)
def test_a_mistake_is_one_line_and_2(call: Call, args: list[str], said: str) -> None:
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
    call: Call,
    monkeypatch: pytest.MonkeyPatch,
    error: BaseException,
    code: int,
    said: str,
) -> None:
    _scoring(monkeypatch, error)
    found, _, err = call(*SCORE)
    assert found == code
    assert said in err
    assert "Traceback" not in err


class Panic(BaseException):
    """As Rust's panics are, which are no exceptions."""


@pytest.mark.parametrize(
    "error", [ValueError("unseen\x1b[2J\nbefore"), RecursionError(), Panic("at\n7")]
)
def test_an_error_that_nobody_foresaw_is_a_line_and_a_log(
    call: Call,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: pathlib.Path,
    error: BaseException,
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    _scoring(monkeypatch, error)
    code, out, err = call(*SCORE)
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
    code, _, err = call(*SCORE)
    assert (code, err.count("\n")) == (2, 1)
    assert "say what you ran" in err


@pytest.mark.parametrize(
    ("flags", "failures", "code"),
    [([], 3, 0), (["--strict"], 3, 1), (["--strict"], 0, 0)],
)
def test_strict_decides_by_what_was_skipped(
    call: Call,
    monkeypatch: pytest.MonkeyPatch,
    flags: list[str],
    failures: int,
    code: int,
) -> None:
    _scoring(monkeypatch, failures)
    assert call(*SCORE, *flags)[0] == code


def test_flags_reach_the_config(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = _scoring(monkeypatch, 0)
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
    call: Call, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    # Redirected, /dev/stdout is a file to look at.
    seen = _scoring(monkeypatch, 0)
    call(*SCORE, "-o", name, "--quiet")
    assert [str(config.output) for config in seen] == ["-"]


def test_waiting_threads_sleep_unless_told_otherwise(
    call: Call, monkeypatch: pytest.MonkeyPatch
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


def test_a_reader_that_leaves_is_no_error() -> None:
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
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
        [sys.executable, "-c", code, *SCORE],
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


def test_settings_are_read_from_a_file(call: Call, tmp_path: pathlib.Path) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text('[train]\ntargets = ["none.zarr"]\noutput = "run"\nsteps = 0\n')
    code, _, err = call("train", "--config", str(settings))
    assert code == 2
    assert "--steps must be 1 or more; got 0" in err
    # A flag overrides the file, wherever either stands.
    for words in (
        ("train", f"--config={settings}", "--steps", "1"),
        ("train", "--steps", "1", "--config", str(settings)),
        ("--config", str(settings), "train", "--steps", "1"),
    ):
        code, _, err = call(*words)
        assert code == 2
        assert "a store that twinsplice targets has made" in err


@pytest.mark.parametrize("at", range(5))
def test_a_settings_file_may_be_named_anywhere(
    call: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path, at: int
) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text('[score]\nreference = "x.fa"\nannotation = "g.gtf"\n')
    for given in (["--config", str(settings)], [f"--config={settings}"]):
        seen = _scoring(monkeypatch, 0)
        words = ["score", "--mask", "in.vcf", "--quiet"]
        code, _, _ = call(*words[:at], *given, *words[at:])
        assert code == 0
        (config,) = seen
        assert (str(config.reference), str(config.input)) == ("x.fa", "in.vcf")
        assert config.mask


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[train]\nsteeps = 3\n", "steeps"),
        ("[train\n", "--config must name a TOML file"),
        (None, "--config must name a TOML file"),
        ("train = 3\n", "must be a mapping"),
    ],
)
def test_a_settings_file_with_a_mistake_is_refused_in_one_line(
    call: Call, tmp_path: pathlib.Path, text: str | None, message: str
) -> None:
    settings = tmp_path / "settings.toml"
    if text is not None:
        settings.write_text(text)
    code, _, err = call("train", "--config", str(settings))
    assert code == 2
    assert message in err
    assert len(err.splitlines()) == 1


def test_a_settings_file_needs_a_name_and_is_one(call: Call) -> None:
    for words in (("--config",), ("--config", "a.toml", "--config", "b.toml")):
        code, _, err = call("train", *words)
        assert (code, len(err.splitlines())) == (2, 1)
        assert "--config" in err


# Former names.


def test_a_former_flag_works_with_a_hint(call: Call) -> None:
    for words in (("--most", "0"), ("--most=0",)):
        code, _, err = call(
            "calibrate", "run", "-t", "x", "-o", "x.safetensors", *words
        )
        hint, error = err.splitlines()
        assert code == 2
        assert hint == (
            "twinsplice: --most is now --max-variants; "
            "the old name goes in the next version"
        )
        assert "--max-variants must be 1 or more; got 0" in error


def test_a_former_name_in_a_settings_file_works_with_a_hint(
    call: Call, tmp_path: pathlib.Path
) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text('[train]\ntargets = ["x"]\noutput = "x"\nwarm-up = 2.0\n')
    code, _, err = call("train", "--config", str(settings))
    hint, error = err.splitlines()
    assert code == 2
    assert "warm-up is now warmup-fraction; the old name goes" in hint
    assert "--warmup-fraction must be more than 0 and less than 1; got 2.0" in error


def test_a_value_is_no_former_flag(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = _scoring(monkeypatch, 0)
    words = (*SCORE[:1], *SCORE[2:], "--quiet", "--", "--start")
    code, _, err = call(*words)
    assert (code, seen) == (2, [])
    assert "input must be a file name, or - alone; got --start" in err
    assert "is now" not in err


@pytest.mark.parametrize("command", ["score", "plot", "merge", "train", "models"])
def test_help_has_the_examples_of_its_command_alone(call: Call, command: str) -> None:
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
