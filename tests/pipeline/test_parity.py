"""Broken exports are named: made here from a real model by wrapping it."""

import json
from pathlib import Path

import numpy as np
import pytest

from modelkin.answers.parity import measure_parity
from modelkin.cli.main import main
from modelkin.models.opened import OpenedModel, open_model
from modelkin.pipeline.compare import run_compare
from modelkin.pipeline.options import CompareOptions
from modelkin.pipeline.progress import Silent
from modelkin.records import AnyArray, Batch, FloatArray, Parity, Signature, TensorSpec

FASHION = Path("examples/models/fashion")


class Colour:
    """A little colour model: pools the picture into a grid and maps it to classes."""

    def __init__(self, fault: str = "") -> None:
        rng = np.random.default_rng(0)
        self._weights = rng.normal(size=(4 * 4 * 3, 7))
        self._fault = fault
        shape = (None, 32, 32, 3)
        self.signature = Signature(inputs=(TensorSpec(name="x", shape=shape, dtype="float32"),))

    def predict(self, batch: Batch) -> tuple[AnyArray, ...]:
        x = batch.inputs[0].astype(np.float64)
        if self._fault == "bgr":
            x = x[..., ::-1]
        if self._fault == "turned":
            x = x.transpose(0, 2, 1, 3)
        if self._fault == "lost":
            x = x * 0.5 + 0.5
        if self._fault == "doubled":
            x = (x - 0.5) / 0.5
        grid = x.reshape(len(x), 4, 8, 4, 8, 3).mean(axis=(2, 4)).reshape(len(x), -1)
        logits = np.tanh(grid * 2) @ self._weights * 2
        if self._fault == "no softmax":
            return (logits,)
        scores = np.exp(logits - logits.max(axis=1, keepdims=True))
        scores /= scores.sum(axis=1, keepdims=True)
        if self._fault == "order":
            scores = scores[:, ::-1]
        if self._fault == "half":
            scores = np.round(scores * 8192) / 8192
        if self._fault == "coarse":
            scores = scores + np.random.default_rng(1).normal(size=scores.shape) * 0.015
            scores = np.abs(scores) / np.abs(scores).sum(axis=1, keepdims=True)
        return (scores,)


def wrapped(fault: str) -> OpenedModel:
    base = open_model(str(FASHION / "source.onnx"))
    model = Colour(fault)
    override = {"convention": "[-1,1]", "layout": "NHWC", "channels": "RGB", "shape": [32, 32]}
    from dataclasses import replace

    from modelkin.models.preprocessing import apply_override, derive_preprocessing
    from modelkin.models.sidecar import Sidecar

    fed = apply_override(derive_preprocessing(model.signature), override)
    return replace(
        base,
        name=fault or "original",
        model=model,
        file_digest=(fault or "original").encode().hex(),
        preprocessing=fed,
        sidecar=Sidecar(),
    )


def parity(fault: str, cache: Path) -> Parity:
    options = CompareOptions(cache=cache, queries=120)
    report, _ = run_compare(wrapped(""), wrapped(fault), [], options, Silent())
    assert report.parity is not None
    return report.parity


@pytest.mark.parametrize(
    ("fault", "level", "diagnosis"),
    [
        ("", "identical", None),
        ("half", "numerically equivalent", None),
        ("coarse", "drift", None),
        ("no softmax", "identical", "lacks the softmax"),
        ("order", "identical", "classes stand in another order"),
        ("bgr", "different", "wrong channel order: fed BGR"),
        ("turned", "different", "height and width are swapped"),
        ("lost", "different", "wrong normalisation: the export lost one to [-1,1]"),
        ("doubled", "different", "wrong normalisation: the export has one to [-1,1] too many"),
    ],
)
def test_an_export_is_told_by_its_fault(
    fault: str, level: str, diagnosis: str | None, tmp_path: Path
) -> None:
    found = parity(fault, tmp_path)
    assert found.level == level
    if diagnosis is None:
        assert found.diagnosis is None
    else:
        assert diagnosis in str(found.diagnosis)


def test_the_tolerance_is_the_largest_difference(tmp_path: Path) -> None:
    found = parity("half", tmp_path)
    assert 0 < found.tolerance <= 1 / 16384 + 1e-9
    assert found.worst[0][1] == found.by_output[0][1] == found.tolerance
    assert found.labels_changed <= 1


@pytest.mark.parametrize(
    ("name", "levels"),
    [
        ("fp16", {"identical", "numerically equivalent"}),
        ("int8", {"numerically equivalent", "drift"}),
        ("distilled", {"drift", "different"}),
    ],
)
def test_real_exports(
    name: str, levels: set[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pair = [str(FASHION / "source.onnx"), str(FASHION / "copies" / f"{name}.onnx")]
    main(["compare", *pair, "--cache", str(tmp_path), "--json", "-"])
    report = json.loads(capsys.readouterr().out)
    assert report["parity"]["level"] in levels
    assert report["parity"]["diagnosis"] is None


def test_labels_have_no_parity() -> None:
    from modelkin.records import Access, OutputKind, Responses

    labels: FloatArray = (np.arange(40)[:, None] % 4).astype(np.float64)
    seen = Responses(
        model="m",
        model_digest="d",
        pool="p",
        pool_digest="q",
        values=labels,
        kind=OutputKind.LABELS,
        access=Access.LABEL,
        index=np.arange(40),
        parts=("a",) * 40,
        asked=40,
    )
    assert measure_parity(seen, seen, [""] * 40) is None
