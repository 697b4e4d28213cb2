"""The same tensor out of every format, and hostile files of every format."""

import json
import time
from pathlib import Path

import flatbuffers
import numpy as np
import onnxruntime
import pytest
from tests.apps.making import ONNX, field, safetensors, samples
from tests.apps.making_weights import (
    FORMATS,
    Files,
    Weights,
    catboost_trees,
    keras_zip,
    lightgbm_trees,
    ncnn,
    onnx_outside,
    openvino,
    plain_json,
    saved_model,
    ubjson,
    xgboost_trees,
)
from tests.apps.test_apps_fuzz import mutated

from modelkin.apps.gathering import gather
from modelkin.apps.limits import WalkLimits
from modelkin.apps.refused import RefusedError
from modelkin.apps.vault import Vault
from modelkin.apps.weights.likeness import WeightLikeness, likeness
from modelkin.apps.weights.reading import read_weights
from modelkin.apps.weights.tensor import Tensor
from modelkin.apps.weights.ubjson import read_ubjson
from modelkin.apps.zoo_weights import disk_parts, file_kind, main_file
from modelkin.cli.main import main as main_of
from modelkin.pipeline.progress import Silent
from modelkin.testing.extras import needs_extra


def drawn(seed: int) -> Weights:
    return np.random.default_rng(seed).normal(size=(40, 30)).astype(np.float32)


def laid(folder: Path, files: Files) -> Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def scanned(folder: Path, files: Files) -> tuple[str, tuple[Tensor, ...]]:
    """As a scan reads it: found by content, with what lies beside it."""
    found = gather([laid(folder / "app", files)], Vault(folder / "vault"), WalkLimits(), Silent())
    assert found.failed == ()
    (model,) = found.models
    read = read_weights(model.kind, found.files[model.name], found.parts[model.name])
    assert read is not None
    return model.kind, read


def rated(a: tuple[Tensor, ...], b: tuple[Tensor, ...]) -> WeightLikeness:
    found = likeness(a, b)
    assert found is not None
    return found


def plain(tmp_path: Path, one: Weights) -> tuple[Tensor, ...]:
    file = tmp_path / "plain.safetensors"
    file.write_bytes(safetensors({"w": one}))
    found = read_weights("safetensors", file)
    assert found is not None
    return found


@pytest.mark.parametrize("name", FORMATS)
def test_one_tensor_reads_the_same_from_every_format(tmp_path: Path, name: str) -> None:
    kind, write = FORMATS[name]
    told, found = scanned(tmp_path, write(drawn(0)))
    assert told == kind
    largest = max(found, key=lambda one: one.size)
    assert sorted(largest.sizes) in ([30, 40], [1200])
    assert (largest.sizes == (1200,)) == (name == "openvino, old")  # it states no shape
    alike = rated(found, plain(tmp_path, drawn(0)))
    if name in {"mnn, bytes", "mnn, packed", "ncnn, bytes", "ncnn, table"}:
        assert alike.correlation is not None
        assert alike.correlation > 0.98
    else:
        assert alike.equal > 0.9
    stranger = rated(found, plain(tmp_path, drawn(1)))
    assert stranger.equal == 0
    assert not stranger.telling


@pytest.mark.parametrize("name", FORMATS)
def test_damaged_files_of_every_format_are_refused_or_read(tmp_path: Path, name: str) -> None:
    rng = np.random.default_rng(len(name))
    kind, write = FORMATS[name]
    files = write(drawn(0))
    refused = 0
    for number in range(40):
        folder = tmp_path / str(number)
        laid(folder, {key: mutated(content, rng) for key, content in files.items()})
        main = folder / next(iter(files))
        try:
            found = read_weights(kind, main, disk_parts(kind, main))
        except RefusedError:
            refused += 1
        else:
            assert found is not None
    assert refused


def test_own_formats_of_onnx_runtime_are_read(tmp_path: Path) -> None:
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.optimized_model_filepath = str(tmp_path / "model.ort")
    options.add_session_config_entry("session.save_model_format", "ORT")
    onnxruntime.InferenceSession(ONNX, options, providers=["CPUExecutionProvider"])
    found = read_weights("ort", tmp_path / "model.ort")
    source = read_weights("onnx", ONNX)
    assert found
    assert source
    assert rated(found, source).equal == 1.0


def test_a_zoo_finds_what_lies_beside_its_own_models(tmp_path: Path) -> None:
    folder = laid(tmp_path / "saved", saved_model(drawn(0)))
    main = main_file(folder)
    assert main == folder / "saved_model.pb"
    assert file_kind(main) == "saved_model"
    found = read_weights("saved_model", main, disk_parts("saved_model", main))
    assert found
    assert rated(found, plain(tmp_path, drawn(0))).equal == 1.0
    assert main_file(tmp_path / "gone") is None
    escaping = laid(tmp_path / "onnx", onnx_outside(drawn(0), "../secret"))
    (tmp_path / "secret").write_bytes(bytes(10_000))
    assert disk_parts("onnx", escaping / "net.onnx") == {}


@pytest.mark.parametrize(
    ("kind", "files"),
    [
        ("openvino", {"net.xml": openvino(drawn(0))["net.xml"]}),
        ("ncnn", {"net.param": ncnn(drawn(0))["net.param"]}),
        ("onnx", {"net.onnx": onnx_outside(drawn(0))["net.onnx"]}),
    ],
)
def test_weights_that_are_not_there_are_said_so(tmp_path: Path, kind: str, files: Files) -> None:
    main = laid(tmp_path, files) / next(iter(files))
    with pytest.raises(RefusedError, match="not beside it"):
        read_weights(kind, main, disk_parts(kind, main))


def test_trees_are_equal_or_not(tmp_path: Path) -> None:
    trees = xgboost_trees(0, 5)
    (tmp_path / "a.json").write_text(plain_json(trees))
    (tmp_path / "a.ubj").write_bytes(ubjson(trees))
    (tmp_path / "b.json").write_text(plain_json(xgboost_trees(1, 5)))
    text, binary, other = (
        read_weights("xgboost", tmp_path / name) for name in ("a.json", "a.ubj", "b.json")
    )
    assert text
    assert binary
    assert other
    assert len(text) == 5
    assert rated(text, binary) == WeightLikeness(1.0, None, 0.0)
    assert not rated(text, other).telling
    (tmp_path / "a.txt").write_bytes(lightgbm_trees(4))
    (tmp_path / "b.txt").write_bytes(lightgbm_trees(2).replace(b"\n", b"\r\n"))
    whole = read_weights("lightgbm", tmp_path / "a.txt")
    part = read_weights("lightgbm", tmp_path / "b.txt")
    assert whole
    assert part
    assert (len(whole), len(part), rated(whole, part).equal) == (4, 2, 1.0)
    (tmp_path / "a.cbm").write_bytes(catboost_trees(0, 6))
    (tmp_path / "b.cbm").write_bytes(catboost_trees(1, 6))
    first, second = (read_weights("catboost", tmp_path / name) for name in ("a.cbm", "b.cbm"))
    assert first
    assert second
    assert len(first) == 6
    assert rated(first, second).equal == 0


@pytest.mark.parametrize("kind", ["xgboost", "xgboost binary", "lightgbm", "catboost"])
def test_damaged_trees_are_refused_or_read(tmp_path: Path, kind: str) -> None:
    rng = np.random.default_rng(len(kind))
    whole = {
        "xgboost": plain_json(xgboost_trees(0, 3)).encode(),
        "xgboost binary": ubjson(xgboost_trees(0, 3)),
        "lightgbm": lightgbm_trees(3),
        "catboost": catboost_trees(0, 3),
    }[kind]
    refused = 0
    for number in range(60):
        file = tmp_path / str(number)
        file.write_bytes(mutated(whole, rng))
        try:
            read_weights(kind.partition(" ")[0], file)
        except RefusedError:
            refused += 1
    assert refused or kind == "lightgbm"  # lines of text that are left out


def test_long_lists_that_tables_share_are_not_read_again_and_again(tmp_path: Path) -> None:
    """A list of sizes as long as the file, for each of very many tensors."""
    builder = flatbuffers.Builder(1 << 20)
    sizes = builder.CreateNumpyVector(np.ones(200_000, dtype=np.int32))
    content = builder.CreateByteVector(bytes(range(100)))
    builder.StartObject(3)
    builder.PrependUOffsetTRelativeSlot(0, content, 0)
    held = builder.EndObject()
    builder.StartObject(5)
    builder.PrependUOffsetTRelativeSlot(0, sizes, 0)
    builder.PrependUint32Slot(2, 1, 0)
    tensor = builder.EndObject()
    builder.StartVector(4, 50_000, 4)
    for _ in range(50_000):
        builder.PrependUOffsetTRelative(tensor)
    tensors = builder.EndVector()
    builder.StartObject(5)
    builder.PrependUOffsetTRelativeSlot(0, tensors, 0)
    graph = builder.EndObject()
    builder.StartVector(4, 1, 4)
    builder.PrependUOffsetTRelative(graph)
    graphs = builder.EndVector()
    builder.StartVector(4, 2, 4)
    builder.PrependUOffsetTRelative(held)
    builder.PrependUOffsetTRelative(held)
    buffers = builder.EndVector()
    builder.StartObject(8)
    builder.PrependUOffsetTRelativeSlot(2, graphs, 0)
    builder.PrependUOffsetTRelativeSlot(4, buffers, 0)
    builder.Finish(builder.EndObject(), file_identifier=b"TFL3")
    (tmp_path / "m.tflite").write_bytes(bytes(builder.Output()))
    started = time.perf_counter()
    with pytest.raises(RefusedError, match="too long"):
        read_weights("tflite", tmp_path / "m.tflite")
    assert time.perf_counter() - started < 10


def test_binary_json_is_bounded() -> None:
    assert read_ubjson(memoryview(b"[i\x05S" + b"i\x02okT]")) == [5, "ok", True]
    for hostile in (
        b"[" * 100_000,
        b"[$l#L\x7f" + bytes(7),
        b"[$Z#L\x7f" + b"\xff" * 7,
        b"{i\x7f",
        b"",
        b"S" + b"l\xff\xff\xff\xff",
    ):
        with pytest.raises(ValueError, match=r"."):
            read_ubjson(memoryview(hostile))


def test_entities_in_xml_are_refused(tmp_path: Path) -> None:
    lines = ['<?xml version="1.0"?><!DOCTYPE net [<!ENTITY a0 "ha">']
    lines += [f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12)]
    (tmp_path / "net.xml").write_text("".join(lines) + "]><net>&a11;</net>")
    (tmp_path / "net.bin").write_bytes(bytes(100))
    started = time.perf_counter()
    with pytest.raises(RefusedError, match="document type"):
        read_weights("openvino", tmp_path / "net.xml", {"model.bin": tmp_path / "net.bin"})
    assert time.perf_counter() - started < 2


def test_tensors_that_overlap_are_not_read_again_and_again(tmp_path: Path) -> None:
    data = '<data element_type="f32" shape="1000,1000" offset="0" size="4000000"/>'
    layers = f'<layer type="Const">{data}</layer>' * 10_000
    (tmp_path / "net.xml").write_text(f"<net><layers>{layers}</layers></net>")
    rng = np.random.default_rng(0)
    (tmp_path / "net.bin").write_bytes(rng.normal(size=10**6).astype(np.float32).tobytes())
    started = time.perf_counter()
    with pytest.raises(RefusedError, match="overlap"):
        read_weights("openvino", tmp_path / "net.xml", {"model.bin": tmp_path / "net.bin"})
    assert time.perf_counter() - started < 20


def test_deep_nesting_ends(tmp_path: Path) -> None:
    inner = b""
    for _ in range(3000):
        inner = field(202, field(1, inner))
    (tmp_path / "m.mlmodel").write_bytes(inner)
    with pytest.raises(RefusedError, match="nested"):
        read_weights("coreml", tmp_path / "m.mlmodel")


def test_a_damaged_index_of_variables_is_said_so(tmp_path: Path) -> None:
    files = saved_model(drawn(0))
    table = files["variables/variables.index"]
    for index, reason in ((table[:40], "cut short"), (table[:-1] + b"x", "no table")):
        laid(tmp_path, {**files, "variables/variables.index": index})
        main = tmp_path / "saved_model.pb"
        with pytest.raises(RefusedError, match=reason):
            read_weights("saved_model", main, disk_parts("saved_model", main))


def test_unreadable_weights_are_one_row(tmp_path: Path) -> None:
    """The scan of an app with unreadable weights lists the model and says why."""
    files = ncnn(drawn(0))
    files["net.bin"] = files["net.bin"][:-4]
    app = laid(tmp_path / "app", files)
    out = tmp_path / "scan.json"
    quiet = ["--cache", str(tmp_path / "cache"), "--quiet", "--json", str(out)]
    assert main_of(["scan", str(app), *quiet]) == 4
    report = json.loads(out.read_text(encoding="utf-8"))
    (model,) = report["models"]
    assert model["kind"] == "ncnn"
    assert model["tensors"] is None
    (row,) = report["outcomes"]
    assert row["kind"] == "skipped"
    assert row["subject"] == model["name"]
    assert "weights are not compared" in row["reason"]


@needs_extra("h5py", "apps")
def test_keras_files_are_read_and_hostile_ones_refused(tmp_path: Path) -> None:
    import h5py

    with h5py.File(tmp_path / "w.h5", "w") as file:
        file.create_dataset("layers/dense/vars/0", data=drawn(0))
        file.create_dataset("layers/dense/vars/1", data=np.zeros(30, np.float32))
        file.create_dataset("packed", data=drawn(2), compression="gzip")
        file["loop"] = file["layers"]
        file["away"] = h5py.ExternalLink("/etc/passwd", "/")
    content = (tmp_path / "w.h5").read_bytes()
    for number, files in enumerate(({"w.h5": content}, {"m.keras": keras_zip(content)})):
        kind, found = scanned(tmp_path / str(number), files)
        assert kind in {"hdf5_weights", "keras"}
        assert rated(found, plain(tmp_path, drawn(0))).equal == 1.0
        assert [one.shape for one in found] == [(40, 30)]
    rng = np.random.default_rng(0)
    (tmp_path / "bad.h5").write_bytes(mutated(content[:600], rng))
    with pytest.raises(RefusedError, match="HDF5"):
        read_weights("keras_hdf5", tmp_path / "bad.h5")


def test_a_missing_library_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("modelkin.apps.weights.hdf5_contents.needs_library", lambda: True)
    (tmp_path / "w.h5").write_bytes(samples()["keras hdf5"][1])
    with pytest.raises(RefusedError, match=r"modelkin\[apps\]"):
        read_weights("keras_hdf5", tmp_path / "w.h5")
