"""The JSON beside a model, and overriding what its file says."""

import json
from pathlib import Path
from typing import Any

import pytest

from modelkin.errors import SignatureError
from modelkin.models.preprocessing import apply_override, derive_preprocessing
from modelkin.models.sidecar import read_override, read_sidecar
from modelkin.records import Modality, Origin, OutputKind, Preprocessing, Signature, TensorSpec


def derived(*shape: int | None) -> Preprocessing:
    spec = TensorSpec(name="x", shape=(None, *shape), dtype="float32")
    return derive_preprocessing(Signature(inputs=(spec,)))


def written(folder: Path, content: Any) -> Path:  # noqa: ANN401 (any JSON)
    text = content if isinstance(content, str) else json.dumps(content)
    (folder / "m.onnx.modelkin.json").write_text(text)
    return folder / "m.onnx"


def test_sidecar_is_read(tmp_path: Path) -> None:
    model = written(
        tmp_path,
        {
            "derivation": {"family": "f", "parent": "../source.onnx", "null": None, "seed": 3},
            "preprocessing": {"layout": "NCHW", "mean": [0.5], "std": 0.5},
            "output": "logits",
        },
    )
    found = read_sidecar(str(model))
    assert found.output is OutputKind.LOGITS
    assert found.derivation["family"] == "f"
    assert found.preprocessing == {"layout": "NCHW", "mean": (0.5,), "std": (0.5,)}
    assert read_override(tmp_path / "m.onnx.modelkin.json") == found


def test_absent_sidecar_is_empty(tmp_path: Path) -> None:
    for location in (tmp_path / "m.onnx", "module:function"):
        found = read_sidecar(location)
        assert (dict(found.preprocessing), dict(found.derivation), found.output) == ({}, {}, None)


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("{", "cannot be read as JSON"),
        ([], "no JSON object"),
        ({"preprocesing": {}}, "'preprocesing'"),
        ({"preprocessing": []}, "'preprocessing'"),
        ({"preprocessing": {"size": [1]}}, "'size'"),
        ({"preprocessing": {"layout": "CHWN"}}, "'layout'"),
        ({"preprocessing": {"layout": ["NCHW"]}}, "'layout'"),
        ({"preprocessing": {"mean": "half"}}, "'mean'"),
        ({"preprocessing": {"std": [0]}}, "'std'"),
        ({"preprocessing": {"shape": [28.5, 28]}}, "'shape'"),
        ({"derivation": {"family": 3}}, "'derivation.family'"),
        ({"output": "scores"}, "'output'"),
        ({"output": ["logits"]}, "'output'"),
    ],
)
def test_mistakes_name_the_file_and_the_key(tmp_path: Path, content: object, named: str) -> None:
    model = written(tmp_path, content)
    with pytest.raises(SignatureError, match=named) as caught:
        read_sidecar(model)
    assert "m.onnx.modelkin.json" in str(caught.value)
    assert caught.value.hint


def test_an_absent_override_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SignatureError, match="cannot be read"):
        read_override(tmp_path / "none.json")


@pytest.mark.parametrize(
    ("override", "name"),
    [
        ({"mean": [0.5], "std": [0.5]}, "[-1,1]"),
        ({"mean": [0.5, 0.5, 0.5], "std": [0.5]}, "[-1,1]"),
        ({"mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]}, "imagenet"),
        ({"convention": "[0,255]"}, "[0,255]"),
        ({"mean": [0.4]}, "custom"),
    ],
)
def test_mean_and_std_become_a_named_convention(override: dict[str, Any], name: str) -> None:
    found = apply_override(derived(32, 32, 3), override)
    assert (found.convention, found.origin) == (name, Origin.OVERRIDE)


def test_other_overrides_leave_the_convention_open() -> None:
    found = apply_override(derived(32, 32, 3), {"channels": "BGR"})
    assert (found.channels, found.origin) == ("BGR", Origin.DEFAULT)
    assert apply_override(found, {}) == found


def test_rows_can_be_pictures_and_pictures_rows() -> None:
    image = apply_override(derived(784), {"modality": "image", "shape": [28, 28]})
    assert (image.modality, image.layout, image.channels) == (Modality.IMAGE, "N", "GRAY")
    colour = apply_override(derived(3072), {"modality": "image", "shape": [32, 32, 3]})
    assert (colour.shape, colour.channels) == ((32, 32), "RGB")
    vector = apply_override(derived(28, 28), {"modality": "vector"})
    assert (vector.modality, vector.shape, vector.layout) == (Modality.VECTOR, (784,), "ND")


def test_open_sizes_are_closed_by_an_override() -> None:
    assert apply_override(derived(None, None, 3), {"shape": [96, 128]}).shape == (96, 128)


@pytest.mark.parametrize(
    ("shape", "override"),
    [
        ((32, 32, 3), {"shape": [28, 28]}),
        ((32, 32, 3), {"layout": "NCHW"}),
        ((32, 32, 3), {"channels": "GRAY"}),
        ((32, 32, 3), {"mean": [0.1, 0.2]}),
        ((32, 32, 3), {"layout": "ND"}),
        ((784,), {"modality": "image", "shape": [30, 30]}),
        ((784,), {"modality": "image"}),
        ((784,), {"mean": [0.0, 1.0]}),
        ((28, 28), {"channels": "RGB"}),
        ((4,), {"size": 3}),
    ],
)
def test_contradictions_are_refused(shape: tuple[int, ...], override: dict[str, Any]) -> None:
    with pytest.raises(SignatureError) as caught:
        apply_override(derived(*shape), override)
    assert caught.value.hint
