"""Functions and objects named as module:function."""

import itertools
from pathlib import Path

import numpy as np
import pytest

from modelkin.errors import (
    BrokenModelError,
    ModelNotFoundError,
    PredictionError,
    SignatureError,
)
from modelkin.models.digests import location_digest
from modelkin.models.opening import open_format
from modelkin.records import Access, Batch, OutputKind

_numbers = itertools.count()
BATCH = Batch(ids=("a", "b"), inputs=(np.ones((2, 3), dtype=np.float32),))


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a fresh module in the current directory."""
    name = f"users_model_{next(_numbers)}"
    (tmp_path / f"{name}.py").write_text(
        "import numpy as np\n"
        "def scores(x):\n    x *= 2\n    return x\n"
        "def pair(x):\n    return x, x.sum(axis=1)\n"
        "def rows(x):\n    return [list(map(float, row)) for row in x]\n"
        "def short(x):\n    return x[:1]\n"
        "def text(x):\n    return ['cat'] * len(x)\n"
        "def bad(x):\n    raise KeyError('weights')\n"
        "def declared(x):\n    return x\n"
        "declared.modelkin = {'shape': [28, 28, 1], 'modality': 'image', 'output': 'labels'}\n"
        "def typo(x):\n    return x\n"
        "typo.modelkin = {'shapes': [3]}\n"
        "def flat(x):\n    return x\n"
        "flat.modelkin = {'shape': [784], 'modality': 'image'}\n"
        "class Model:\n    def predict(self, x):\n        return x + 1\n"
        "model = Model()\n"
        "number = 3\n",
        encoding="utf-8",
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    return name


def test_function_is_called_on_copies(module: str) -> None:
    found, model = open_format(f"{module}:scores")
    assert found.name == "python_callable"
    assert model.signature.metered
    assert model.signature.inputs == ()
    np.testing.assert_array_equal(model.predict(BATCH)[0], 2.0)
    np.testing.assert_array_equal(BATCH.inputs[0], 1.0)


def test_several_outputs_and_lists_of_rows(module: str) -> None:
    first, second = open_format(f"{module}:pair")[1].predict(BATCH)
    assert first.shape == (2, 3)
    assert second.tolist() == [3, 3]
    (listed,) = open_format(f"{module}:rows")[1].predict(BATCH)
    assert listed.shape == (2, 3)


def test_object_with_predict(module: str) -> None:
    assert open_format(f"{module}:model")[1].predict(BATCH)[0].max() == 2


def test_declared_input(module: str) -> None:
    signature = open_format(f"{module}:declared")[1].signature
    assert signature.inputs[0].shape == (None, 28, 28, 1)
    assert signature.output is OutputKind.LABELS
    assert signature.access is Access.LABEL


@pytest.mark.parametrize(("name", "message"), [("typo", "unknown keys shapes"), ("flat", "vector")])
def test_wrong_declaration_is_named(module: str, name: str, message: str) -> None:
    with pytest.raises(SignatureError, match=message) as caught:
        open_format(f"{module}:{name}")
    assert "modelkin" in caught.value.hint


@pytest.mark.parametrize(
    ("name", "message"),
    [("bad", "KeyError: 'weights'"), ("short", "for 2 queries"), ("text", "returned an array of")],
)
def test_unusable_answers_are_prediction_errors(module: str, name: str, message: str) -> None:
    _, model = open_format(f"{module}:{name}")
    with pytest.raises(PredictionError, match=message) as caught:
        model.predict(BATCH)
    assert caught.value.hint


def test_missing_module_and_function(module: str) -> None:
    with pytest.raises(ModelNotFoundError, match="no module 'no_such_module'"):
        open_format("no_such_module:f")
    with pytest.raises(ModelNotFoundError, match="has no 'score'") as caught:
        open_format(f"{module}:score")
    assert caught.value.hint == "did you mean 'scores'?"


def test_what_cannot_be_called_is_broken(module: str) -> None:
    for name in ("number", "Model"):
        with pytest.raises(BrokenModelError, match="cannot be called"):
            open_format(f"{module}:{name}")


def test_failing_import_is_broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "broken_users_model.py").write_text("import no_such_dependency\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(BrokenModelError, match="no_such_dependency"):
        open_format("broken_users_model:f")


def test_digest_covers_name_and_source(module: str, tmp_path: Path) -> None:
    first = location_digest(f"{module}:scores")
    assert first == location_digest(f"{module}:scores")
    assert first != location_digest(f"{module}:pair")
    file = tmp_path / f"{module}.py"
    file.write_text(file.read_text() + "# changed\n")
    assert first != location_digest(f"{module}:scores")
    with pytest.raises(ModelNotFoundError):
        location_digest("no_such_module:f")
