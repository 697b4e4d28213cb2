"""Models asked in reals: one tensor for all conventions and sizes."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from tests.models.tiny_onnx import write_classifier

from modelkin.errors import IncompatibleError
from modelkin.models.as_reals import AsReals, cut_or_repeat
from modelkin.models.opened import OpenedModel, open_model
from modelkin.queries.generators.even_noise import EvenNoise
from modelkin.queries.generators.neighbourhood import Neighbourhood
from modelkin.queries.randomness import keyed
from modelkin.records import AnyArray, Batch, FloatArray, Modality, Origin, Preprocessing, Signature

PICTURES = np.concatenate(
    [EvenNoise(grey=0.5, sd=0.2).draw(keyed(f"{seed}"), (6, 6, 3)) for seed in range(4)]
)
WAYS: dict[str, dict[str, Any]] = {
    "[-1,1]": {"mean": (0.5,), "std": (0.5,)},
    "imagenet": {"mean": (0.485, 0.456, 0.406), "std": (0.229, 0.224, 0.225)},
    "[0,1] bytes": {"dtype": "uint8", "scale": 1 / 255, "zero_point": 0},
    "[-1,1] bytes": {"dtype": "uint8", "scale": 2 / 255, "zero_point": 127},
    "[-1,1] signed": {"dtype": "int8", "scale": 2 / 255, "zero_point": -1},
}


class Echo:
    """Answers with the tensor itself, as reals."""

    signature = Signature()

    def __init__(self, fed: Preprocessing) -> None:
        self._fed = fed

    def predict(self, batch: Batch) -> tuple[AnyArray, ...]:
        tensor = np.asarray(batch.inputs[0], dtype=np.float64)
        if self._fed.scale is not None:
            tensor = (tensor - (self._fed.zero_point or 0)) * self._fed.scale
        return (tensor,)


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenedModel]:
    found = open_model(str(write_classifier(tmp_path_factory.mktemp("reals") / "tiny.onnx")))
    yield found
    found.close()


def echo(opened: OpenedModel, **stated: Any) -> AsReals:  # noqa: ANN401
    ways: dict[str, Any] = {
        "modality": Modality.IMAGE,
        "shape": (6, 6),
        "layout": "NHWC",
        "tensor_shape": (6, 6, 3),
        "origin": Origin.FILE,
        **stated,
    }
    fed = Preprocessing(**ways)
    return AsReals(replace(opened, model=Echo(fed), preprocessing=fed))


@pytest.mark.parametrize("way", WAYS)
def test_all_conventions_and_quantizations_get_the_same_reals(
    way: str, opened: OpenedModel
) -> None:
    got = _reals(echo(opened, **WAYS[way]).answer(["a", "b", "c", "d"], PICTURES)[0])
    np.testing.assert_allclose(got, _reals(PICTURES) / 255, rtol=0, atol=1e-6)


@pytest.mark.parametrize("std", [(1 / 255,), (1 / 58,)])
def test_models_of_bytes_get_bytes(std: tuple[float, ...], opened: OpenedModel) -> None:
    got = _reals(echo(opened, std=std).answer(["a", "b", "c", "d"], PICTURES)[0])
    np.testing.assert_allclose(got, _reals(PICTURES), rtol=0, atol=1e-3)


def test_pictures_are_cut_or_repeated_pixel_for_pixel() -> None:
    np.testing.assert_array_equal(cut_or_repeat(PICTURES, 4, 5), PICTURES[:, :4, :5])
    larger = cut_or_repeat(PICTURES, 9, 13)
    assert larger.shape == (4, 9, 13, 3)
    np.testing.assert_array_equal(larger[:, 6:, 12:], PICTURES[:, :3, :1])
    assert cut_or_repeat(PICTURES, 6, 6) is PICTURES


def test_answers_are_kept_by_tensor_and_not_by_convention(opened: OpenedModel) -> None:
    subject = echo(opened, mean=(0.5,), std=(0.5,))
    assert subject.digest == echo(opened).digest
    assert subject.digest != echo(opened, std=(1 / 255,)).digest
    assert subject.digest != opened.digest
    assert subject.name == opened.name
    assert subject.fed.convention == "[0,1]"
    assert subject.wire is None


def test_rows_have_no_range(opened: OpenedModel) -> None:
    with pytest.raises(IncompatibleError, match="vector"):
        AsReals(opened)


@pytest.mark.parametrize("generator", [EvenNoise(), EvenNoise(0.1, 0.12), Neighbourhood(7)])
def test_noise_holds_even_bytes_only(generator: EvenNoise | Neighbourhood) -> None:
    made = generator.draw(keyed("even"), (16, 16, 3))
    assert (made % 2 == 0).all()
    assert len(np.unique(made)) > 3


def test_a_neighbourhood_is_one_picture_and_noise() -> None:
    near = Neighbourhood(picture=3, sd=0.03)
    drawn = [_reals(near.draw(keyed(f"{seed}"), (24, 24, 3))) for seed in range(40)]
    made = np.concatenate(drawn) / 255
    assert made.std(axis=0).mean() == pytest.approx(0.03, abs=0.01)
    assert made.mean(axis=0).std() > 0.03
    other = _reals(Neighbourhood(picture=4).draw(keyed("0"), (24, 24, 3))) / 255
    assert np.abs(made.mean(axis=0) - other).mean() > 0.05


def _reals(values: AnyArray) -> FloatArray:
    return values.astype(np.float64)
