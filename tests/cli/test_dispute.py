"""What the options of a dispute refuse, and what they keep out of reports."""

import sys
from pathlib import Path

import pytest

from modelkin.cli.main import main
from modelkin.cli.options import command_line


def test_the_key_is_left_out_of_the_kept_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    typed = ["modelkin", "compare", "a", "b", "--sign", "my.key", "--seed", "3", "--sign=my.key"]
    monkeypatch.setattr(sys, "argv", typed)
    assert command_line("--sign") == (
        "modelkin compare a b --sign '[secret]' --seed 3 '--sign=[secret]'"
    )
    assert "my.key" in command_line()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--sign", "k"], "--sign has nothing to sign"),
        (["--beacon", "1f"], "belong to a commitment"),
        (["--reveal", "1f"], "belong to a commitment"),
        (["--commitment", "nowhere.json", "--beacon", "1f"], "there is no commitment"),
        (["--sentinels", "-1"], "cannot be asked"),
    ],
)
def test_what_cannot_be_meant_is_refused_before_anything_is_asked(
    options: list[str], message: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["compare", "a.onnx", "b.onnx", "--cache", str(tmp_path), *options]) == 2
    assert message in capsys.readouterr().err
