"""Pairs of real files in different frameworks, through the command line."""

import json
from pathlib import Path

import numpy as np
import pytest

from modelkin.cli.main import main
from modelkin.testing.extras import corpus_folder, needs_corpus, needs_extra

SOURCE = "examples/models/fashion/source.onnx"


def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict]:  # type: ignore[type-arg]
    code = main(["compare", *arguments, "--cache", str(tmp_path / "cache"), "--json", "-"])
    shown = capsys.readouterr()
    return code, json.loads(shown.out) if shown.out else {"error": shown.err}


def mobile(name: str) -> str:
    folder = corpus_folder()
    assert folder is not None
    return str(folder / "mobile" / "models" / name)


@needs_corpus()
@needs_extra("ai_edge_litert", "tflite")
def test_tflite_float_and_its_quantized_twin(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    twins = (mobile("148cdda2a7b0.tflite"), mobile("d74dc7b631ff.tflite"))
    code, report = run(tmp_path, capsys, *twins, "--queries", "120")
    assert (code, report["verdict"]) == (4, "inconclusive"), "no references, no claim"
    assert report["similarities"]["log_correlation"] > 0.9
    assert report["source"]["preprocessing"]["convention"] == "[-1,1]"
    assert report["suspect"]["preprocessing"]["origin"] == "file"
    other = mobile("2b97647bad76.tflite")
    _, unrelated = run(tmp_path, capsys, twins[0], other, "--queries", "120")
    assert unrelated["similarities"]["rsm"] < report["similarities"]["rsm"]
    assert unrelated["label_sets"].startswith("different")


@needs_corpus()
@needs_extra("ai_edge_litert", "tflite")
def test_tflite_that_hardly_answers_gets_no_verdict(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mute, live = mobile("78db661169a2.tflite"), mobile("b329f65b9eca.tflite")
    code, report = run(tmp_path, capsys, live, mute, "--queries", "120")
    assert code in {3, 4}
    assert report.get("verdict") != "related"


@needs_extra("sklearn", "sklearn")
def test_sklearn_against_onnx_of_the_same_model_is_identical(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    onnx = pytest.importorskip("skl2onnx", reason="needs skl2onnx: make lane-sklearn")
    import skops.io
    from sklearn.linear_model import LogisticRegression

    rng = np.random.default_rng(0)
    rows, noise = rng.normal(size=(400, 6)), rng.normal(size=(400, 3))
    labels = (rows[:, :3] + 0.3 * noise).argmax(axis=1)
    fitted = LogisticRegression().fit(rows, labels)
    other = LogisticRegression(C=0.01).fit(rows[:200], labels[:200])
    paths = [str(tmp_path / name) for name in ("model.skops", "model.onnx", "other.skops")]
    skops.io.dump(fitted, paths[0])
    Path(paths[1]).write_bytes(
        onnx.to_onnx(fitted, rows[:1].astype(np.float32)).SerializeToString()
    )
    skops.io.dump(other, paths[2])
    code, report = run(tmp_path, capsys, paths[0], paths[1])
    assert (code, report["relation"]) == (1, "identical")
    code, report = run(tmp_path, capsys, paths[0], paths[2])
    assert (code, report["relation"]) == (4, None)


def test_a_python_function_against_the_file_it_wraps(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "wrapped.py").write_text(
        f"""
import numpy as np, onnxruntime
session = onnxruntime.InferenceSession({SOURCE!r}, providers=["CPUExecutionProvider"])
def answer(x):
    return session.run(None, {{"image": x.transpose(0, 3, 1, 2)}})[0]
answer.modelkin = {{"shape": [28, 28, 1], "output": "logits"}}
""",
        encoding="utf-8",
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    code, report = run(tmp_path, capsys, SOURCE, "wrapped:answer", "--queries", "120")
    assert (code, report["relation"]) == (1, "identical")
    assert report["suspect"]["preprocessing"]["channels"] == "GRAY"
