"""Models of rows that fail on reals are asked small whole numbers."""

from pathlib import Path

import numpy as np
import pytest
from tests.models.tiny_onnx import FLOAT, write_onnx

from modelkin.bench.field import asking
from modelkin.bench.field.opening import ready
from modelkin.bench.field.questions import Questions, as_tokens

COLUMNS = 6


def write_root(path: Path) -> None:
    """Write softmax(sqrt(x) @ w), which answers negative numbers with NaN."""
    write_onnx(
        path,
        nodes=[
            ("Sqrt", ["x"], ["r"], {}),
            ("MatMul", ["r", "w"], ["z"], {}),
            ("Softmax", ["z"], ["p"], {}),
        ],
        constants={"w": np.random.default_rng(0).normal(size=(COLUMNS, 3)).astype(np.float32)},
        inputs=[("x", FLOAT, ("n", COLUMNS))],
        outputs=[("p", FLOAT, ("n", 3))],
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("rows")
    write_root(made / "root.onnx")
    return made


def test_a_model_that_fails_on_reals_is_asked_tokens(folder: Path, tmp_path: Path) -> None:
    pool = f"vector-mix-v1/d{COLUMNS}/n60/s0"
    found = asking._one(folder, tmp_path, ("root.onnx", pool))
    assert (found.failed, found.mute) == ("", "")
    assert found.group == f"tokens of {COLUMNS}"
    assert found.responses is not None
    assert found.responses.pool == f"token-mix-v1/d{COLUMNS}/n60/s0"
    assert len(found.responses) == 60


def test_what_fails_on_tokens_too_stays_failed(folder: Path, tmp_path: Path) -> None:
    opened = ready(folder / "root.onnx", tmp_path)
    group, pool = Questions(rows=60).group(opened)
    assert group == f"rows of {COLUMNS}"
    tokens = as_tokens(opened, pool)
    assert tokens is not None
    assert as_tokens(opened, tokens[1]) is None
    opened.close()


def test_pictures_have_no_tokens(corpus_folder: Path, tmp_path: Path) -> None:
    opened = ready(corpus_folder / "models/alder0.onnx", tmp_path)
    assert as_tokens(opened, Questions().group(opened)[1]) is None
    opened.close()
