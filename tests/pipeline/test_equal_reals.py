"""Comparing in equal reals: kin under other heads, found whatever range their files state."""

import json
from pathlib import Path

import numpy as np
import pytest
from tests.models.tiny_onnx import FLOAT, Constant, write_onnx

import modelkin

SIDE, FEATURES = 8, 8
QUERIES = 1020


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A source, kin that states another range, and a stranger."""
    found = tmp_path_factory.mktemp("nets")
    for name, backbone, head, convention in (
        ("source", 1, 1, "[0,1]"),
        ("kin", 1, 2, "[-1,1]"),
        ("stranger", 2, 3, "[-1,1]"),
    ):
        drawn, last = np.random.default_rng(backbone), np.random.default_rng(100 + head)
        inputs = SIDE * SIDE * 3
        constants: dict[str, Constant] = {
            "shape": np.array([-1, inputs], dtype=np.int64),
            "w": (drawn.normal(size=(inputs, FEATURES)) / 2).astype(np.float32),
            "v": (last.normal(size=(FEATURES, 2 + head)) / 10).astype(np.float32),
        }
        write_onnx(
            found / f"{name}.onnx",
            nodes=[
                ("Reshape", ["x", "shape"], ["flat"], {}),
                ("MatMul", ["flat", "w"], ["z"], {}),
                ("Relu", ["z"], ["a"], {}),
                ("MatMul", ["a", "v"], ["o"], {}),
                ("Softmax", ["o"], ["p"], {}),
            ],
            constants=constants,
            inputs=[("x", FLOAT, ("n", SIDE, SIDE, 3))],
            outputs=[("p", FLOAT, ("n", 2 + head))],
        )
        stated = {"preprocessing": {"convention": convention}}
        (found / f"{name}.onnx.modelkin.json").write_text(json.dumps(stated))
    return found


def test_graded_noise_finds_kin_of_another_range(folder: Path, tmp_path: Path) -> None:
    rated = {}
    for name in ("kin", "stranger"):
        report = modelkin.compare(
            folder / "source.onnx",
            folder / f"{name}.onnx",
            pool="graded-noise-v1",
            queries=QUERIES,
            cache=tmp_path,
        )
        assert report.similarities[0].method == "graded_cka"
        assert any("equal reals" in one for one in report.warnings)
        rated[name] = report.similarities[0].value
    assert rated["kin"] > 0.2
    assert abs(rated["stranger"]) < 0.05


def test_references_are_asked_in_equal_reals_too(folder: Path, tmp_path: Path) -> None:
    pair = {"pool": "graded-noise-v1", "queries": QUERIES, "cache": tmp_path}
    report = modelkin.compare(
        folder / "source.onnx",
        folder / "stranger.onnx",
        references=[folder / "kin.onnx"],
        **pair,  # type: ignore[arg-type]
    )
    assert report.decision.null is not None
    direct = modelkin.compare(folder / "source.onnx", folder / "kin.onnx", **pair)  # type: ignore[arg-type]
    own = report.decision.null.scores[0].value  # on the parts that the stranger answers too
    assert own == pytest.approx(direct.similarities[0].value, abs=0.05)


def test_other_pools_are_fed_as_ever_and_have_no_graded_row(folder: Path, tmp_path: Path) -> None:
    report = modelkin.compare(
        folder / "source.onnx", folder / "kin.onnx", queries=100, cache=tmp_path
    )
    assert report.similarities[0].method == "whitened_cka"
    assert "graded_cka" not in {one.method for one in report.similarities}
    assert not any("equal reals" in one for one in report.warnings)
