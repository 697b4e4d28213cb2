"""Core ML files: recognised everywhere; the runtime of macOS is played by a stand-in here."""

import sys
import types
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.models.asking import ask
from tests.models.tiny_coreml import write_linear
from tests.models.tiny_onnx import write_classifier

from modelkin.errors import BrokenModelError, MissingDependencyError, PredictionError
from modelkin.models.contents import content_kind
from modelkin.models.opening import open_format
from modelkin.models.recognising import is_model_folder

_DOUBLE = 65600


def feature(name: str, shape: tuple[int, ...], kind: str = "multiArrayType") -> Any:  # noqa: ANN401 (protobuf)
    numbers = {_DOUBLE: types.SimpleNamespace(name="DOUBLE")}
    names = {"ArrayDataType": types.SimpleNamespace(values_by_number=numbers)}
    array = types.SimpleNamespace(
        shape=shape, dataType=_DOUBLE, DESCRIPTOR=types.SimpleNamespace(enum_types_by_name=names)
    )
    held = types.SimpleNamespace(WhichOneof=lambda _: kind, multiArrayType=array)
    return types.SimpleNamespace(name=name, type=held)


class Runtime:
    """What coremltools shows of a loaded model."""

    inputs = (feature("rows", (4,)),)
    outputs = (feature("score", (2,)), feature("label", (), "stringType"))

    def __init__(self, path: str, compute_units: str) -> None:
        assert compute_units == "cpu"
        if "broken" in path:
            raise RuntimeError("no model\nat all")

    def get_spec(self) -> Any:  # noqa: ANN401 (protobuf)
        described = types.SimpleNamespace(input=self.inputs, output=self.outputs)
        return types.SimpleNamespace(description=described)

    def predict(self, asked: dict[str, Any]) -> dict[str, Any]:
        (row,) = asked.values()
        return {"score": row[:2] * 2, "label": "a"}


@pytest.fixture
def mac(monkeypatch: pytest.MonkeyPatch) -> None:
    tools: Any = types.ModuleType("coremltools")
    tools.models = types.SimpleNamespace(MLModel=Runtime)
    tools.ComputeUnit = types.SimpleNamespace(CPU_ONLY="cpu")
    monkeypatch.setitem(sys.modules, "coremltools", tools)
    monkeypatch.setattr("modelkin.models.formats.coreml._ON_MACOS", True)


def package(folder: Path) -> Path:
    path = folder / "tiny.mlpackage"
    (path / "Data" / "com.apple.CoreML").mkdir(parents=True)
    (path / "Manifest.json").write_text("{}")
    write_linear(path / "Data" / "com.apple.CoreML" / "model.mlmodel")
    return path


@pytest.mark.skipif(sys.platform == "darwin", reason="the answer of every other system")
def test_coreml_elsewhere_than_on_macos_names_a_next_step(tmp_path: Path) -> None:
    for path in (write_linear(tmp_path / "m.mlmodel"), package(tmp_path)):
        with pytest.raises(MissingDependencyError, match="only macOS can run") as caught:
            open_format(str(path))
        assert "modelkin record" in caught.value.hint
        assert "ONNX" in caught.value.hint


def test_coreml_is_told_from_onnx_by_its_content(tmp_path: Path) -> None:
    core, onnx = write_linear(tmp_path / "m.onnx"), write_classifier(tmp_path / "m.mlmodel")
    assert content_kind(core.read_bytes()[:4096]) == "coreml"
    assert content_kind(onnx.read_bytes()[:4096]) == "onnx"
    assert open_format(str(onnx))[0].name == "onnx"
    assert is_model_folder(package(tmp_path))


@pytest.mark.usefixtures("mac")
def test_coreml_on_macos_is_asked_row_by_row(tmp_path: Path) -> None:
    found, model = open_format(str(write_linear(tmp_path / "m.mlmodel")))
    rows = np.arange(12.0).reshape(3, 4)
    assert found.name == "coreml"
    assert [spec.shape for spec in model.signature.inputs] == [(None, 4)]
    assert [(spec.name, spec.dtype) for spec in model.signature.outputs] == [("score", "float64")]
    np.testing.assert_array_equal(ask(model, rows)[0], rows[:, :2] * 2)


@pytest.mark.usefixtures("mac")
def test_coreml_errors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BrokenModelError, match="no model") as caught:
        open_format(str(write_linear(tmp_path / "broken.mlmodel")))
    assert "\n" not in str(caught.value)
    path = str(write_linear(tmp_path / "m.mlmodel"))
    _, model = open_format(path)
    with pytest.raises(PredictionError, match="'q0'"):
        ask(model, np.array([None]))
    monkeypatch.setattr(Runtime, "outputs", ())
    with pytest.raises(BrokenModelError, match="answers no array"):
        open_format(path)
    monkeypatch.setattr(Runtime, "inputs", (feature("picture", (), "imageType"),))
    with pytest.raises(BrokenModelError, match="no arrays of numbers"):
        open_format(path)
