"""The same network saved by PyTorch and transformers in several ways, compared."""

import json
import warnings
from pathlib import Path
from typing import Any

import pytest
from tests.models import tiny_torch, tiny_transformers

from modelkin.cli.main import main
from modelkin.testing.extras import needs_extra

FACTORY = "tests.models.tiny_torch:make"


def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    capsys.readouterr()
    named = ("--cache", str(tmp_path / "cache"), "--json", "-", "--queries", "120")
    code = main(["compare", *arguments, *named])
    shown = capsys.readouterr()
    return code, json.loads(shown.out) if shown.out else {"error": shown.err}


@pytest.fixture
def ways(tmp_path: Path) -> dict[str, str]:
    net = tiny_torch.convolutional()
    return {
        "script": tiny_torch.script(net, tmp_path / "net.pt"),
        "export": tiny_torch.export(net, tmp_path / "net.pt2", 1, 28, 28),
        "weights": f"{FACTORY}@{tiny_torch.weights(net, tmp_path / 'net.safetensors')}",
    }


@needs_extra("torch", "torch")
def test_torch_net_is_identical_in_every_way_of_saving(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], ways: dict[str, str]
) -> None:
    for source, suspect in (("script", "export"), ("export", "weights"), ("weights", "script")):
        code, report = run(tmp_path, capsys, ways[source], ways[suspect])
        assert (code, report["relation"]) == (1, "identical"), (source, suspect, report)
    honest = tiny_torch.script(tiny_torch.convolutional(5), tmp_path / "other.pt")
    code, report = run(tmp_path, capsys, ways["script"], honest)
    assert (code, report["relation"]) == (4, None)


@needs_extra("torch", "torch")
def test_torch_net_of_open_size_is_asked_at_the_size_of_its_onnx_twin(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], ways: dict[str, str]
) -> None:
    pytest.importorskip("onnx", reason="needs onnx: make lane-torch")
    import torch

    onnx = str(tmp_path / "net.onnx")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            tiny_torch.convolutional(), (torch.zeros(1, 1, 28, 28),), onnx, dynamo=False
        )
    for pair in ((ways["script"], onnx), (onnx, ways["script"])):
        code, report = run(tmp_path, capsys, *pair)
        assert (code, report["relation"]) == (1, "identical"), report
        assert report["pool"]["name"].startswith("image-mix-v1/28x28")
        assert report["source"]["preprocessing"]["shape"] == [28, 28]
        assert report["suspect"]["preprocessing"]["shape"] == [28, 28]


@needs_extra("torch", "torch")
def test_two_torch_nets_of_open_size_are_asked_at_the_size_of_the_pool(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], ways: dict[str, str]
) -> None:
    pair = (ways["script"], ways["weights"])
    code, report = run(tmp_path, capsys, *pair)
    assert (code, report["pool"]["name"][:18]) == (1, "image-mix-v1/64x64")
    code, report = run(tmp_path, capsys, *pair, "--pool", "image-mix-v1/32x32/n120/s0")
    assert (code, report["source"]["preprocessing"]["shape"]) == (1, [32, 32])


@needs_extra("transformers", "huggingface")
def test_huggingface_folder_as_source_and_as_reference(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tiny_transformers.write(tmp_path / "source")
    twin = tiny_transformers.write(tmp_path / "twin")
    for seed in (1, 2):
        tiny_transformers.write(tmp_path / "honest" / f"net{seed}", seed)
    references = ("--references", str(tmp_path / "honest"))
    code, report = run(tmp_path, capsys, source, twin, *references)
    assert (code, report["relation"]) == (1, "identical"), report
    assert report["null"]["n_models"] == 2
    code, report = run(tmp_path, capsys, source, str(tmp_path / "honest" / "net1"))
    assert (code, report["relation"]) == (4, None)


@needs_extra("torch", "torch")
def test_bad_torch_files_end_with_one_paragraph(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], ways: dict[str, str]
) -> None:
    bare = ways["weights"].partition("@")[2]
    cut = tmp_path / "cut.pt"
    cut.write_bytes(Path(ways["script"]).read_bytes()[:-400])
    cases = {bare: "module:factory@", str(cut): "cut short", f"no_such:make@{bare}": "no_such.py"}
    for suspect, wanted in cases.items():
        code, report = run(tmp_path, capsys, ways["script"], suspect)
        assert code in {2, 3}
        assert wanted in " ".join(report["error"].split())
        assert "Traceback" not in report["error"]
