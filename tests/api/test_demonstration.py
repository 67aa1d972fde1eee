"""`demonstration`: the demo runs from the package's own files and reads well."""

import pathlib
import socket

import pytest

from twinsplice import cli, errors
from twinsplice.api import demonstration
from twinsplice.base_models import loading
from twinsplice.report import demo_table
from twinsplice.settings import demo, examples


def _no_socket(*_: object, **__: object) -> None:
    raise AssertionError("the network is not used")


def test_it_scores_copies_and_prints_what_is_known(
    tmp_path: pathlib.Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(loading, "is_installed", lambda _: False)
    # No network: whatever opened a socket would fail.
    monkeypatch.setattr(socket.socket, "__init__", _no_socket)
    with pytest.raises(AssertionError, match="network"):
        socket.create_connection(("127.0.0.1", 9))
    assert cli.scoring.demo(demo.Config(to=tmp_path / "new" / "demo")) == 0
    out, err = capsys.readouterr()
    rows = {line.split()[0]: line for line in out.splitlines() if line[1:2].isdigit()}
    assert "NM_007294.3:c.5332+1G>A" in rows["17:41203079"]
    assert "Hutchinson-Gilford progeria" in rows["1:156108404"]
    assert "1.00 @ +1" in rows["17:41242960"]
    assert "its base model" not in out
    made = {path.name for path in (tmp_path / "new" / "demo").iterdir()}
    assert {"demo.vcf", "demo.GRCh37.fa", "demo.twinsplice.vcf"} <= made
    # What is told to be tried next is what a user would type.
    assert examples.after_demo(tmp_path / "new" / "demo") in err
    # Without a folder nothing is left.
    assert list(tmp_path.iterdir()) == [tmp_path / "new"]


def test_the_base_model_stands_below(tmp_path: pathlib.Path) -> None:
    line = (
        "1\t5\t.\tA\tC\t.\t.\tGENE=G;HGVS=NM_1.1:c.1A>C;KNOWN=a_b;"
        "{}=C|G|0.01|0.90|0.00|0.04|-1|2|3|4\n"
    )
    header = (
        "##fileformat=VCFv4.2\n##contig=<ID=1>\n"
        '##INFO=<ID=GENE,Number=1,Type=String,Description="x">\n'
        '##INFO=<ID=HGVS,Number=A,Type=String,Description="x">\n'
        '##INFO=<ID=KNOWN,Number=1,Type=String,Description="x">\n'
        '##INFO=<ID=TwinSplice,Number=.,Type=String,Description="x">\n'
        '##INFO=<ID=CISpliceAI,Number=.,Type=String,Description="x">\n'
        '##INFO=<ID=TwinSplice_SKIP,Number=.,Type=String,Description="x">\n'
        "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
    )
    for name in ("TwinSplice", "CISpliceAI"):
        (tmp_path / name).write_text(header + line.format(name))
    beside = demo_table.read_beside(tmp_path / "CISpliceAI")
    own, base = demo_table.rows(tmp_path / "TwinSplice", beside)
    assert own == ("1:5 A>C", "G", "NM_1.1:c.1A>C", "·", "0.90 @ +2", "·", "·", "a b")
    assert base[0].strip() == "its base model"
    assert base[3:7] == own[3:7]


def test_a_folder_that_cannot_be_is_refused(tmp_path: pathlib.Path) -> None:
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(errors.InputError, match="--to must be a folder"):
        demonstration.run(file)


def test_a_path_with_blanks_can_be_copied() -> None:
    assert "-r 'my demo/demo.GRCh37.fa'" in examples.after_demo(pathlib.Path("my demo"))
