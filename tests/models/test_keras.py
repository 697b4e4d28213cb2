"""Keras files: what is read from them, and what is refused."""

import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.models import tiny_keras
from tests.models.asking import ask

from modelkin.errors import BrokenModelError, PredictionError, UnsafeModelError
from modelkin.models.keras_config import code_in, wants_bytes
from modelkin.models.opened import open_model
from modelkin.models.opening import open_format
from modelkin.records import Origin
from modelkin.testing.extras import needs_extra

pytestmark = needs_extra("keras", "keras")


def saved(model: Any, path: Path) -> str:  # noqa: ANN401
    model.save(path)
    return str(path)


@pytest.fixture(autouse=True)
def _old_format_is_meant(recwarn: pytest.WarningsRecorder) -> None:
    del recwarn


def test_both_formats_answer_alike_under_any_ending(tmp_path: Path) -> None:
    model = tiny_keras.convolutional()
    rows = np.random.default_rng(0).random((3, 28, 28, 1)).astype(np.float32)
    paths = [saved(model, tmp_path / name) for name in ("m.keras", "m.h5", "m.hdf5")]
    for old, new in (("m.keras", "model.bin"), ("m.h5", "other.keras")):
        (tmp_path / new).write_bytes((tmp_path / old).read_bytes())
        paths.append(str(tmp_path / new))
    wanted = None
    for path in paths:
        found, opened = open_format(path)
        (answers,) = ask(opened, rows)
        wanted = answers if wanted is None else wanted
        np.testing.assert_array_equal(answers, wanted)
        assert found.name == "keras"
        assert opened.signature.inputs[0].shape == (None, 28, 28, 1)
        assert opened.signature.outputs[0].shape == (None, 10)


def test_rescaling_at_the_start_is_read(tmp_path: Path) -> None:
    import keras

    layers = keras.layers
    cases: dict[str, tuple[list[Any], bool]] = {
        "plain": ([], False),
        "rescaling": ([layers.Rescaling(1 / 255)], True),
        "centred": ([layers.RandomFlip(), layers.Rescaling(1 / 127.5, offset=-1)], True),
        "small": ([layers.Rescaling(2.0, offset=-1)], False),
        "normalized": ([layers.Normalization(mean=120.0, variance=3600.0)], True),
        "unit": ([layers.Normalization(mean=0.5, variance=0.1)], False),
        "nested": ([keras.Sequential([layers.Rescaling(1 / 255)])], True),
    }
    for name, (first, wanted) in cases.items():
        path = saved(tiny_keras.convolutional(0, *first), tmp_path / f"{name}.keras")
        opened = open_model(path)
        assert bool(opened.signature.rescales) is wanted, name
        if wanted:
            assert (opened.fed.convention, opened.fed.origin) == ("[0,255]", Origin.FILE)


def test_first_convolution_with_scaling_and_norm_folded(tmp_path: Path) -> None:
    import keras

    model = tiny_keras.convolutional(0, keras.layers.Rescaling(0.5, offset=0.25))
    norm = model.layers[2]
    rng = np.random.default_rng(0)
    norm.set_weights([rng.uniform(0.5, 1.5, 8) for _ in norm.get_weights()])
    path = saved(model, tmp_path / "m.keras")
    found = open_format(path)[0].first_convolution(path)
    assert found is not None
    kernel, bias = found
    rows = rng.random((1, 28, 28, 1)).astype(np.float32)
    wanted = rows
    for layer in model.layers[:3]:
        wanted = layer(wanted)
    folded = (kernel * rows[:, :3, :3]).sum((1, 2, 3)) + bias
    got = keras.ops.convert_to_numpy(wanted)[0, 0, 0]
    np.testing.assert_allclose(folded, got, atol=1e-4)
    rows_path = saved(tiny_keras.rows(), tmp_path / "rows.keras")
    assert open_format(rows_path)[0].first_convolution(rows_path) is None


@pytest.mark.parametrize("name", ["m.keras", "m.h5"])
def test_lambda_layers_are_named_and_refused(tmp_path: Path, name: str) -> None:
    import keras

    layer = keras.layers.Lambda(lambda x: x * 2, name="doubling", output_shape=(28, 28, 1))
    path = saved(tiny_keras.convolutional(0, layer), tmp_path / name)
    with pytest.raises(UnsafeModelError, match="Lambda 'doubling'") as caught:
        open_format(path)
    assert "--allow-code" in caught.value.hint
    _, model = open_format(path, allow_code=True)
    assert ask(model, np.ones((2, 28, 28, 1), dtype=np.float32))[0].shape == (2, 10)


def test_code_is_found_wherever_it_hides() -> None:
    foreign = {"class_name": "Popen", "module": "subprocess", "config": {}}
    assert code_in([{"a": {"b": [foreign]}}]) == ("Popen of the package 'subprocess'",)
    own = {"class_name": "Dense", "module": "keras.layers", "config": {"name": "d"}}
    assert code_in({"layers": [own]}) == ()
    assert not wants_bytes({"config": {"layers": []}})
    assert not wants_bytes({})


def test_class_of_another_package_is_refused(tmp_path: Path) -> None:
    path = Path(saved(tiny_keras.rows(), tmp_path / "m.keras"))
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    config = json.loads(members["config.json"])
    config["config"]["layers"][-1]["module"] = "users_layers.dense"
    members["config.json"] = json.dumps(config).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    with pytest.raises(UnsafeModelError, match="Dense of the package 'users_layers'"):
        open_format(str(path))


def test_weights_alone_and_damaged_files(tmp_path: Path) -> None:
    import h5py

    weights = tmp_path / "m.weights.h5"
    tiny_keras.rows().save_weights(weights)
    with pytest.raises(BrokenModelError, match="not the model that they belong to"):
        open_format(str(weights))
    with h5py.File(tmp_path / "old.h5", "w") as file:
        file.attrs["model_config"] = json.dumps({"class_name": "NoSuchModel", "config": {}})
    with pytest.raises(BrokenModelError, match="cannot be loaded by Keras"):
        open_format(str(tmp_path / "old.h5"))
    for name in ("m.keras", "m.h5"):
        path = Path(saved(tiny_keras.rows(), tmp_path / name))
        path.write_bytes(path.read_bytes()[: -path.stat().st_size // 2])
        with pytest.raises(BrokenModelError, match="cannot be read as a Keras file") as caught:
            open_format(str(path))
        assert "\n" not in str(caught.value)


def test_wrong_shape_is_a_prediction_error(tmp_path: Path) -> None:
    _, model = open_format(saved(tiny_keras.rows(), tmp_path / "m.keras"))
    with pytest.raises(PredictionError, match="Keras failed"):
        ask(model, np.ones((2, 7), dtype=np.float32))
