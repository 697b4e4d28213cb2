"""A quantized input cuts values off, which tells its range."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from modelkin.models import inference
from modelkin.models.feeding import Feeder
from modelkin.models.inference import infer_preprocessing
from modelkin.models.opened import OpenedModel, open_model
from modelkin.records import FloatArray, Preprocessing

_COPIES = Path("examples/models/fashion/copies")


def _bare(name: str, folder: Path) -> OpenedModel:
    """A copy without the file beside it that states how it is fed."""
    return open_model(str(shutil.copy(_COPIES / name, folder / name)), cache=folder)


def test_an_eight_bit_file_is_not_taken_for_one_of_bytes(tmp_path: Path) -> None:
    opened = infer_preprocessing(_bare("int8.onnx", tmp_path), cache=tmp_path)
    opened.close()
    fed = opened.preprocessing
    assert fed is not None
    assert (fed.convention, fed.margin) == ("[0,1]", 1.0)
    assert opened.probes == 2 * 65 + 3 * 32


@pytest.mark.parametrize(
    ("low", "high", "told"),
    [(0.0, 1.0, "[0,1]"), (-1.0, 0.992, "[-1,1]"), (0.0, 255.0, None), (-2.2, 2.7, None)],
)
def test_where_values_are_cut(
    low: float, high: float, told: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def answers(_: OpenedModel, fed: Preprocessing, pictures: FloatArray) -> FloatArray:
        tensor = Feeder(fed).tensors(pictures.astype(np.uint8))[0]
        reals = np.clip(tensor.reshape(len(tensor), -1).astype(np.float64), low, high)
        mixing = np.random.default_rng(3).normal(size=(reals.shape[1], 4))
        return np.asarray(reals @ mixing, np.float64)

    opened = _bare("int8.onnx", tmp_path)
    monkeypatch.setattr(inference, "_answers", answers)
    found = infer_preprocessing(opened, cache=tmp_path).preprocessing
    opened.close()
    assert found is not None
    if told is None:
        assert dict(found.considered).keys() == {"[0,1]", "[0,255]"}  # behaviour alone
    else:
        assert (found.convention, found.margin, found.considered) == (told, 1.0, ((told, 1.0),))


def test_answers_that_never_differ_tell_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def one_hot(_: OpenedModel, fed: Preprocessing, pictures: FloatArray) -> FloatArray:
        found = np.zeros((len(pictures), 4))
        found[:, 1 if fed.convention == "[0,255]" and len(pictures) > 32 else 0] = 1.0
        return found

    opened = _bare("int8.onnx", tmp_path)
    monkeypatch.setattr(inference, "_answers", one_hot)
    found = infer_preprocessing(opened, cache=tmp_path).preprocessing
    opened.close()
    assert found is not None
    assert len(found.considered) != 1
