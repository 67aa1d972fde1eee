"""Settings from a file, and flags by their former names."""

import pathlib

import pytest

from support import command_line


def test_settings_are_read_from_a_file(
    call: command_line.Call, tmp_path: pathlib.Path
) -> None:
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
    call: command_line.Call,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: pathlib.Path,
    at: int,
) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text('[score]\nreference = "x.fa"\nannotation = "g.gtf"\n')
    for given in (["--config", str(settings)], [f"--config={settings}"]):
        seen = command_line.scoring(monkeypatch, 0)
        words = ["score", "--mask", "in.vcf", "--quiet"]
        code, _, _ = call(*words[:at], *given, *words[at:])
        assert code == 0
        (config,) = seen
        assert (str(config.reference), str(config.input)) == ("x.fa", "in.vcf")
        assert config.mask


def test_a_settings_file_is_not_written_over(
    call: command_line.Call, tmp_path: pathlib.Path
) -> None:
    settings, link = tmp_path / "settings.tsv", tmp_path / "link.tsv"
    settings.write_text("[score]\n")
    link.symlink_to(settings)
    for words in (["-o", str(settings)], [f"--output={link}"]):
        code, _, err = call(*command_line.SCORE, *words, "--config", str(settings))
        assert code == 2
        assert "a file of settings must be nothing else; got" in err
        assert settings.read_text() == "[score]\n"


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
    call: command_line.Call, tmp_path: pathlib.Path, text: str | None, message: str
) -> None:
    settings = tmp_path / "settings.toml"
    if text is not None:
        settings.write_text(text)
    code, _, err = call("train", "--config", str(settings))
    assert code == 2
    assert message in err
    assert len(err.splitlines()) == 1


def test_a_settings_file_needs_a_name_and_is_one(call: command_line.Call) -> None:
    for words in (("--config",), ("--config", "a.toml", "--config", "b.toml")):
        code, _, err = call("train", *words)
        assert (code, len(err.splitlines())) == (2, 1)
        assert "--config" in err


# Former names.


def test_a_former_flag_works_with_a_hint(call: command_line.Call) -> None:
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
    call: command_line.Call, tmp_path: pathlib.Path
) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text('[train]\ntargets = ["x"]\noutput = "x"\nwarm-up = 2.0\n')
    code, _, err = call("train", "--config", str(settings))
    hint, error = err.splitlines()
    assert code == 2
    assert "warm-up is now warmup-fraction; the old name goes" in hint
    assert "--warmup-fraction must be more than 0 and less than 1; got 2.0" in error


def test_a_value_is_no_former_flag(
    call: command_line.Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = command_line.scoring(monkeypatch, 0)
    words = (
        *command_line.SCORE[:1],
        *command_line.SCORE[2:],
        "--quiet",
        "--",
        "--start",
    )
    code, _, err = call(*words)
    assert (code, seen) == (2, [])
    assert "input must be a file name, or - alone; got --start" in err
    assert "is now" not in err
