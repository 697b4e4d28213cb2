"""Torch modules changed and trained on, students, references; needs torch and onnx."""

import json
from pathlib import Path

import numpy as np
import pytest
from tests.models import tiny_torch

from modelkin.errors import UsageError
from modelkin.making.deriving import run_derive
from modelkin.making.lesson import read_lesson
from modelkin.making.referencing import run_references
from modelkin.making.support import DataOrigin
from modelkin.models.opened import open_model
from modelkin.pipeline.loading import null_of
from modelkin.pipeline.null_cap import cap_of
from modelkin.pipeline.options import CompareOptions
from modelkin.pipeline.progress import Silent
from modelkin.records import NullKind
from modelkin.testing.extras import needs_extra

pytestmark = [needs_extra("torch", "train"), needs_extra("onnx", "train")]
_SIDECAR = {"preprocessing": {"shape": [28, 28], "mean": [0.0], "std": [1.0]}}


@pytest.fixture
def script(tmp_path: Path) -> str:
    location = tiny_torch.script(tiny_torch.convolutional(), tmp_path / "net.ts")
    Path(f"{location}.modelkin.json").write_text(json.dumps(_SIDECAR), encoding="utf-8")
    return location


@pytest.mark.slow
def test_a_module_is_changed_and_trained_on(script: str, tmp_path: Path) -> None:
    options = CompareOptions(cache=tmp_path / "cache")
    found = run_derive(script, tmp_path / "out", ("int4", "fine-tuned"), options, Silent())
    assert found.failed == ()
    tuned = [one.similarity or 0 for one in found.copies if one.kind == "fine-tuned"]
    assert len(tuned) == 3
    assert tuned[0] > tuned[-1]
    assert all(open_model(str(tmp_path / "out" / one.name)) for one in found.copies)


@pytest.mark.slow
def test_a_student_learns_some_of_the_source(script: str, tmp_path: Path) -> None:
    options = CompareOptions(cache=tmp_path / "cache")
    found = run_derive(script, tmp_path / "out", ("distilled",), options, Silent())
    assert [one.kind for one in found.copies] == ["distilled"] * 2
    assert all((one.similarity or 0) > 0.2 for one in found.copies)


@pytest.mark.slow
def test_references_record_what_they_can_stand_for(script: str, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    np.savez(
        tmp_path / "data.npz",
        inputs=rng.integers(0, 256, (120, 28, 28), dtype=np.uint8),
        labels=np.arange(120) % 10,
    )
    options = CompareOptions(cache=tmp_path / "cache")
    made = run_references(
        script,
        tmp_path / "refs",
        train=2,
        data=(tmp_path / "data.npz",),
        origin=DataOrigin.SAME,
        options=options,
        progress=Silent(),
    )
    assert made.classes == 10
    assert len({one.arch for one in made.references}) == 2
    for one in made.references:
        opened = open_model(str(tmp_path / "refs" / one.file))
        assert null_of(opened) is NullKind.N1
        assert cap_of(opened) is NullKind.N1
        assert opened.signature.outputs[0].shape[-1] == 10


def test_data_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "data.npz"
    np.savez(path, inputs=np.zeros((120, 28, 28), np.uint8), labels=np.full(120, 12))
    with pytest.raises(UsageError, match="labels run from 12 to 12"):
        read_lesson((path,), (28, 28, 3), 10, ())
    np.savez(path, inputs=np.zeros((120, 28), np.float32), labels=np.zeros(120, np.int64))
    with pytest.raises(UsageError, match="inputs of shape"):
        read_lesson((path,), (28, 28, 3), 10, ())
    with pytest.raises(UsageError, match="no class folders"):
        read_lesson((tmp_path,), (28, 28, 3), 10, ())
