"""View files: what they change, what they refuse."""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.models.tiny_onnx import write_classifier

from modelkin.errors import BrokenModelError, IncompatibleError, UnsafeModelError
from modelkin.models.digests import location_digest
from modelkin.models.opened import OpenedModel, open_model
from modelkin.models.views.roughness import looks_odd
from modelkin.queries.generators.uniform_noise import UniformNoise
from modelkin.records import Access, AnyArray, OutputKind


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("views")
    for ending in ("", ".modelkin.json"):
        shutil.copy(f"examples/models/fashion/source.onnx{ending}", folder / f"net.onnx{ending}")
    return folder


@pytest.fixture(scope="module")
def plain(folder: Path) -> OpenedModel:
    return open_model(str(folder / "net.onnx"))


def write(folder: Path, *steps: dict[str, Any], name: str = "seen", **other: object) -> str:
    path = folder / f"{name}.view.json"
    content = {"schema": "modelkin/view/1", "model": "net.onnx", "steps": list(steps), **other}
    path.write_text(json.dumps(content), encoding="utf-8")
    return str(path)


def queries(opened: OpenedModel, n: int = 12) -> AnyArray:
    height, width = opened.fed.shape[:2]
    rng = np.random.default_rng(5)
    return np.asarray(rng.integers(0, 256, (n, height, width, 3)), dtype=np.uint8)


def told(opened: OpenedModel, asked: AnyArray) -> AnyArray:
    return opened.answer([f"q{row}" for row in range(len(asked))], asked)[0]


def test_a_view_without_steps_is_the_model(folder: Path, plain: OpenedModel) -> None:
    seen = open_model(write(folder, name="bare"))
    asked = queries(seen)
    np.testing.assert_array_equal(told(seen, asked), told(plain, asked))
    assert seen.fed.layout == "NHWC"
    assert seen.fed.convention == "[0,255]"


@pytest.mark.parametrize(
    "step",
    [
        {"do": "jpeg", "quality": 20},
        {"do": "resize", "factor": 0.5},
        {"do": "blur", "radius": 2},
        {"do": "shake", "sd": 0.2},
        {"do": "noise", "sd": 1},
        {"do": "temper", "temperature": 4},
    ],
)
def test_every_step_changes_answers_and_repeats_itself(
    folder: Path, plain: OpenedModel, step: dict[str, Any]
) -> None:
    seen = open_model(write(folder, step, name="one"))
    asked = queries(seen)
    first = told(seen, asked)
    assert not np.allclose(first, told(plain, asked))
    # neither repetition nor company changes an answer, so averaging tells nobody anything
    np.testing.assert_array_equal(told(seen, asked[::-1])[::-1], first)
    alone = told(seen, asked[3:4]).astype(np.float64)
    np.testing.assert_allclose(alone, first[3:4].astype(np.float64), atol=1e-9)


def test_a_view_can_state_how_the_model_is_fed(folder: Path, plain: OpenedModel) -> None:
    other = {"mean": [0.5], "std": [0.25]}
    seen = open_model(write(folder, name="fed", preprocessing=other))
    asked = queries(seen)
    assert not np.allclose(told(seen, asked), told(plain, asked))


def test_rounding_and_labels_show_what_they_say(folder: Path) -> None:
    rounded = open_model(write(folder, {"do": "round", "decimals": 1}, name="round"))
    values = told(rounded, queries(rounded)).astype(np.float64)
    np.testing.assert_allclose(values, np.round(values, 1))
    assert rounded.signature.output is OutputKind.PROBABILITIES
    assert rounded.signature.outputs[0].scale == pytest.approx(0.1)
    labels = open_model(write(folder, {"do": "label"}, name="label"))
    assert labels.signature.access is Access.LABEL
    found = told(labels, queries(labels))
    assert found.dtype == np.int64
    shown = np.take_along_axis(values, found.astype(np.int64), axis=1)[:, 0]  # rounding makes ties
    np.testing.assert_array_equal(shown, values.max(axis=1))
    top = open_model(write(folder, {"do": "top", "k": 1}, name="top"))
    assert top.signature.access is Access.TOP_K


def test_flips_change_so_many_winners(folder: Path) -> None:
    none = open_model(write(folder, {"do": "flip", "share": 0}, name="none"))
    every = open_model(write(folder, {"do": "flip", "share": 1}, name="every"))
    asked = queries(none, 40)
    before, after = told(none, asked), told(every, asked)
    assert (before.argmax(axis=1) != after.argmax(axis=1)).all()
    np.testing.assert_allclose(np.sort(before, axis=1), np.sort(after, axis=1))


def test_odd_pictures_are_refused_and_photographs_answered(folder: Path) -> None:
    seen = open_model(write(folder, {"do": "detect", "then": "refuse"}, name="detect"))
    height, width = seen.fed.shape[:2]
    noise = UniformNoise(amplitude=1.0).draw(np.random.default_rng(0), (height, width, 3))
    flat = np.full((1, height, width, 3), 128, dtype=np.uint8)
    odd = np.concatenate([noise.astype(np.uint8), flat])
    assert looks_odd(odd).all()
    assert np.isnan(told(seen, odd).astype(np.float64)).all()


@pytest.mark.parametrize(
    "model", ["tests.models.tiny_torch:make", "http://127.0.0.1:9/v2/models/a"]
)
def test_code_and_urls_are_followed_only_when_allowed(tmp_path: Path, model: str) -> None:
    with pytest.raises(UnsafeModelError, match="no file"):
        open_model(write(tmp_path, model=model))


def test_a_view_of_a_view_is_refused(folder: Path) -> None:
    write(folder, name="inner")
    with pytest.raises(UnsafeModelError, match="view of a view"):
        open_model(write(folder, name="outer", model="inner.view.json"))


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"steps": [{"do": "melt"}]}, "melt"),
        ({"steps": [{"do": "jpeg", "quality": 500}]}, "500"),
        ({"steps": [{"do": "jpeg"}]}, "needs quality"),
        ({"steps": [{"do": "round", "decimals": True}]}, "True"),
        ({"steps": [{"do": "label"}] * 17}, "at most 16"),
        ({"model": 3}, "names no 'model'"),
        ({"seed": -1}, "seed"),
        ({"extra": 1}, "extra"),
        ({"schema": "modelkin/view/9"}, "schema"),
    ],
)
def test_mistakes_are_named(folder: Path, change: dict[str, Any], named: str) -> None:
    with pytest.raises(BrokenModelError, match=named):
        open_model(write(folder, name="wrong", **change))


def test_other_weights_behind_a_view_give_it_another_digest(tmp_path: Path) -> None:
    write_classifier(tmp_path / "net.onnx")
    location = write(tmp_path)
    before = open_model(location).file_digest
    with (tmp_path / "net.onnx").open("ab") as file:
        file.write(b"\x00" * 0 + b"\x42\x02\x10\x0d")  # a second, harmless opset entry
    assert open_model(location).file_digest != before
    assert location_digest(location) != before


def test_recordings_can_be_rounded_but_not_asked_otherwise(tmp_path: Path) -> None:
    lines = ["id,probabilities:0,probabilities:1,probabilities:2"]
    lines += [f"pool-{row},0.{row}25,0.1,{0.9 - row / 10 - 0.025:.3f}" for row in range(1, 8)]
    (tmp_path / "told.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    step = {"do": "round", "decimals": 1}
    seen = open_model(write(tmp_path, step, model="told.csv"))
    assert getattr(seen.model, "ids") == {f"pool-{row}" for row in range(1, 8)}  # noqa: B009
    with pytest.raises(IncompatibleError, match="cannot do 'jpeg'"):
        open_model(write(tmp_path, {"do": "jpeg", "quality": 5}, model="told.csv"))
    with pytest.raises(IncompatibleError, match="declares no input"):
        open_model(write(tmp_path, {"do": "shake", "sd": 0.1}, model="told.csv"))
