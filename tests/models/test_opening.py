"""Finding the format of a location, and what cannot be opened."""

import pickle
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
from tests.models.tiny_coreml import write_linear
from tests.models.tiny_onnx import write_classifier

from modelkin.errors import (
    AmbiguousFormatError,
    BrokenModelError,
    MissingDependencyError,
    ModelNotFoundError,
    UnknownFormatError,
    UnknownNameError,
)
from modelkin.models.digests import location_digest
from modelkin.models.formats.onnx import Onnx
from modelkin.models.opening import open_format
from modelkin.models.recorded_table import write_recorded
from modelkin.protocols import ModelFormat
from modelkin.records import OutputKind
from modelkin.registry import names, part

FORMATS = [
    part(ModelFormat, name)()  # type: ignore[type-abstract]
    for name in names("format")
]


PLAIN, CODE = pickle.dumps({"weight": 1.0}, 2), pickle.dumps(print, 2)
SCRIPT = {"m/data.pkl": CODE, "m/constants.pkl": CODE, "m/code/__torch__.py": b""}
LAYERS = {"metadata.json": b"{}", "config.json": b"{}", "model.weights.h5": b""}
ARCHIVES: dict[str, tuple[dict[str, bytes], str]] = {
    "script.pt": (SCRIPT, "torchscript"),
    "script": (SCRIPT, "torchscript"),
    "export.pt2": ({"m/archive_format": b"pt2", "m/models/model.json": b"{}"}, "torch_export"),
    "old-export.pt2": ({"serialized_exported_program.json": b"{}"}, "torch_export"),
    "whole.pth": ({"m/data.pkl": CODE}, "torch_pickle"),
    "weights.pth": ({"m/data.pkl": PLAIN}, "torch_state"),
    "layers.keras": (LAYERS, "keras"),
    "layers.zip": (LAYERS, "keras"),
}


def table_fixtures(folder: Path) -> dict[str, str]:
    made: dict[str, str] = {}
    tables = {
        "m.cbm": (b"CBM1p8\0\0", "catboost"),
        "m.onnx": (b"CBM1p8\0\0", "catboost"),
        "m.txt": (b"tree\nversion=v4\nnum_class=1\n", "lightgbm"),
        "m.json": (b'{"learner":{"attributes":{}', "xgboost"),
        "m.model": (b'{\n  "version": [1, 7], "learner": {', "xgboost"),
        "m.ubj": (b"{L" + bytes(7) + b"\x07learner{L", "xgboost"),
        "m.xml": (b'<?xml version="1.0"?>\n<net name="a" version="11">', "openvino"),
        "bare.xml": (b'<net name="a">', "openvino"),
    }
    for name, (content, known) in tables.items():
        path = folder / f"{known}-{name}"
        path.write_bytes(content)
        made[str(path)] = known
    for name in ("m.mlmodel", "m.onnx"):
        made[str(write_linear(folder / f"core-{name}"))] = "coreml"
    graph = folder / "saved" / "saved_model.pb"
    graph.parent.mkdir()
    graph.write_bytes(b"\x08\x01\x12\x9c\x7b\x0a\x05\x12")
    made |= {str(place): "saved_model" for place in (graph, graph.parent)}
    return made


def fixtures(folder: Path) -> dict[str, str]:
    """One location of every kind, and the format that must claim it."""
    made = table_fixtures(folder)
    for name in ("m.onnx", "m", "m.tflite", "m.pkl", "m.csv"):
        made[str(write_classifier(folder / f"onnx-{name}"))] = "onnx"
    for name in ("m.tflite", "m.bin", "m.onnx"):
        path = folder / f"lite-{name}"
        path.write_bytes(b"\x1c\0\0\0TFL3" + bytes(40))
        made[str(path)] = "tflite"
    for name in ("m.pkl", "m.joblib", "m.pickle", "m", "m.onnx"):
        path = folder / f"pickle-{name}"
        path.write_bytes(pickle.dumps([1, 2, 3]))
        made[str(path)] = "pickle"
    for suffix in (".csv", ".npz", ".parquet"):
        path = folder / f"recorded{suffix}"
        write_recorded(path, ["a"], np.eye(1), kind=OutputKind.VECTORS)
        made[str(path)] = "recorded"
    for name in ("m.skops", "m", "m.zip"):
        path = folder / f"skops-{name}"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("schema.json", "{}")
        made[str(path)] = "skops"
    for name, (members, format_name) in ARCHIVES.items():
        with zipfile.ZipFile(folder / name, "w") as archive:
            for member, content in members.items():
                archive.writestr(member, content)
        made[str(folder / name)] = format_name
    for name in ("hdf5-m.h5", "hdf5-m"):
        (folder / name).write_bytes(b"\x89HDF\r\n\x1a\n" + bytes(40))
        made[str(folder / name)] = "keras"
    (folder / "m.safetensors").write_bytes(b"\2\0\0\0\0\0\0\0{}")
    made[str(folder / "m.safetensors")] = "torch_state"
    made["package.module:factory@m.safetensors"] = "torch_state"
    hub = folder / "hub"
    hub.mkdir()
    (hub / "config.json").write_text("{}")
    (hub / "model.safetensors").touch()
    made[str(hub)] = "huggingface"
    made["package.module:function"] = "python_callable"
    return made


def test_every_fixture_is_claimed_by_one_format(tmp_path: Path) -> None:
    for location, expected in fixtures(tmp_path).items():
        path = Path(location)
        first_bytes = path.read_bytes()[:4096] if path.is_file() else b""
        claims = [known.name for known in FORMATS if known.recognises(location, first_bytes)]
        assert claims == [expected], location


def test_every_format_says_what_loading_does() -> None:
    for known in FORMATS:
        assert known.loading
        assert known.doc_lines()["Summary"]


def test_missing_file_offers_close_names(tmp_path: Path) -> None:
    write_classifier(tmp_path / "classifier.onnx")
    with pytest.raises(ModelNotFoundError) as caught:
        open_format(str(tmp_path / "clasifier.onnx"))
    assert "classifier.onnx" in caught.value.hint
    with pytest.raises(ModelNotFoundError) as caught:
        open_format(str(tmp_path / "none" / "m.onnx"))
    assert "does not exist" in caught.value.hint
    with pytest.raises(ModelNotFoundError):
        location_digest(str(tmp_path / "clasifier.onnx"))


def test_folder_and_empty_file(tmp_path: Path) -> None:
    (tmp_path / "m.onnx").touch()
    with pytest.raises(UnknownFormatError, match="is a folder") as caught:
        open_format(str(tmp_path))
    assert "m.onnx" in caught.value.hint
    with pytest.raises(BrokenModelError, match="is empty"):
        open_format(str(tmp_path / "m.onnx"))


def test_unknown_format_lists_what_was_tried(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("no model")
    with pytest.raises(UnknownFormatError, match=r"onnx \(\.onnx, \.ort\)") as caught:
        open_format(str(path))
    assert "--source-format" in caught.value.hint


def test_ambiguity_is_said_and_a_name_settles_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Greedy(Onnx):
        name = "greedy"

    path = str(write_classifier(tmp_path / "m.onnx"))
    monkeypatch.setattr("modelkin.models.recognising.every", lambda _kind: (Onnx, Greedy))
    with pytest.raises(AmbiguousFormatError, match="onnx, greedy") as caught:
        open_format(path)
    assert "--suspect-format" in caught.value.hint
    assert open_format(path, format_name="onnx")[0].name == "onnx"


def test_named_format_is_tried_whatever_the_file_says(tmp_path: Path) -> None:
    path = tmp_path / "m.txt"
    path.write_text("no model")
    with pytest.raises(BrokenModelError, match="cannot be loaded by ONNX Runtime"):
        open_format(str(path), format_name="onnx")
    with pytest.raises(UnknownNameError):
        open_format(str(path), format_name="no-such-format")


def test_unexpected_errors_become_broken_models(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_self: Onnx, _location: str) -> None:
        raise ZeroDivisionError("surprise")

    monkeypatch.setattr(Onnx, "load", fail)
    with pytest.raises(BrokenModelError, match="ZeroDivisionError: surprise") as caught:
        open_format(str(write_classifier(tmp_path / "m.onnx")))
    assert isinstance(caught.value.__cause__, ZeroDivisionError)


@pytest.mark.parametrize(
    ("file_name", "module", "extra"),
    [
        ("lite-m.tflite", "ai_edge_litert.interpreter", "tflite"),
        ("skops-m.skops", "sklearn", "sklearn"),
        ("pickle-m.pkl", "joblib", "sklearn"),
        ("xgboost-m.json", "xgboost", "xgboost"),
        ("lightgbm-m.txt", "lightgbm", "lightgbm"),
        ("catboost-m.cbm", "catboost", "catboost"),
        ("openvino-m.xml", "openvino", "openvino"),
        ("saved", "openvino", "openvino"),
        ("script.pt", "torch", "torch"),
        ("export.pt2", "torch", "torch"),
        ("whole.pth", "torch", "torch"),
        ("m.safetensors", "torch", "torch"),
        ("hub", "torch", "huggingface"),
        ("layers.keras", "keras", "keras"),
    ],
)
def test_missing_extra_says_how_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file_name: str, module: str, extra: str
) -> None:
    fixtures(tmp_path)
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingDependencyError, match=module) as caught:
        open_format(str(tmp_path / file_name), allow_code=True)
    assert caught.value.hint == f"pip install 'modelkin[{extra}]'"


def test_digest_is_of_the_content(tmp_path: Path) -> None:
    a = write_classifier(tmp_path / "a.onnx")
    b = write_classifier(tmp_path / "b.onnx")
    assert location_digest(str(a)) == location_digest(str(b))
    b.write_bytes(b.read_bytes() + b"\0")
    assert location_digest(str(a)) != location_digest(str(b))


def test_listing_the_formats_imports_no_framework() -> None:
    code = (
        "import sys\n"
        "import modelkin, modelkin.models.opening, modelkin.registry\n"
        "modelkin.registry.every('format')\n"
        "heavy = {'onnxruntime', 'ai_edge_litert', 'sklearn', 'skops', 'joblib', 'torch',"
        " 'tensorflow', 'arro3', 'keras', 'transformers', 'safetensors', 'h5py'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"
