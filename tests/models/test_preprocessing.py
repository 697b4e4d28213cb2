"""From signatures to the way of feeding."""

import pytest

from modelkin.errors import SignatureError
from modelkin.models.preprocessing import derive_preprocessing
from modelkin.records import Modality, Origin, Signature, TensorSpec

Shape = tuple[int | None, ...]


def signature(
    *shapes: Shape,
    dtype: str = "float32",
    scale: float | None = None,
    zero_point: int | None = None,
    rescales: bool | None = None,
) -> Signature:
    specs = tuple(
        TensorSpec(name=f"x{i}", shape=shape, dtype=dtype, scale=scale, zero_point=zero_point)
        for i, shape in enumerate(shapes)
    )
    return Signature(inputs=specs, rescales=rescales)


@pytest.mark.parametrize(
    ("shape", "layout", "channels", "size"),
    [
        ((1, 224, 224, 3), "NHWC", "RGB", (224, 224)),
        ((None, 3, 96, 64), "NCHW", "RGB", (96, 64)),
        ((None, 28, 28, 1), "NHWC", "GRAY", (28, 28)),
        ((None, 1, 28, 28), "NCHW", "GRAY", (28, 28)),
        ((None, 28, 28), "NHW", "GRAY", (28, 28)),
        ((None, None, None, 3), "NHWC", "RGB", (64, 64)),
        ((None, 3, None, None), "NCHW", "RGB", (64, 64)),
    ],
)
def test_pictures(shape: Shape, layout: str, channels: str, size: tuple[int, int]) -> None:
    found = derive_preprocessing(signature(shape))
    assert found.modality is Modality.IMAGE
    assert (found.layout, found.channels, found.shape) == (layout, channels, size)
    assert found.tensor_shape == tuple(-1 if side is None else side for side in shape[1:])
    assert (found.convention, found.origin) == ("[0,1]", Origin.DEFAULT)


@pytest.mark.parametrize(
    ("shape", "columns"),
    [
        ((None, 36), 36),
        ((None, 50, 10), 500),
        ((1, 40, 1), 40),
        ((1, 7, 7), 49),
        ((None, 32, 32, 4), 4096),
        ((None, 1, 100, 1), 100),
        ((None, 2, 3, 4, 5), 120),
        ((None,), 1),
    ],
)
def test_vectors(shape: Shape, columns: int) -> None:
    found = derive_preprocessing(signature(shape))
    assert (found.modality, found.shape, found.layout) == (Modality.VECTOR, (columns,), "ND")
    assert found.tensor_shape == shape[1:]


def test_open_sizes_take_the_hint() -> None:
    free = signature((None, None, None, 3))
    assert derive_preprocessing(free, file_shape_hint=(32, 48, 3)).shape == (32, 48)
    assert derive_preprocessing(signature((None, None)), file_shape_hint=(5,)).shape == (5,)
    plain = derive_preprocessing(signature((None, None, None)), file_shape_hint=(20, 30))
    assert (plain.layout, plain.shape) == ("NHW", (20, 30))


@pytest.mark.parametrize(
    ("dtype", "scale", "zero_point", "convention", "origin"),
    [
        ("uint8", 1 / 127.5, 127, "[-1,1]", Origin.FILE),
        ("uint8", 0.0078125, 128, "[-1,1]", Origin.FILE),
        ("uint8", 1 / 255, 0, "[0,1]", Origin.FILE),
        ("int8", 1 / 255, -128, "[0,1]", Origin.FILE),
        ("uint8", 1.0, 0, "[0,255]", Origin.FILE),
        ("uint8", None, None, "[0,255]", Origin.FILE),
        ("int8", None, None, "[0,255]", Origin.FILE),
        ("int8", 0.02, 0, "[-2.56,2.54]", Origin.FILE),
    ],
)
def test_quantization_says_the_convention(
    dtype: str, scale: float | None, zero_point: int | None, convention: str, origin: Origin
) -> None:
    given = signature((1, 32, 32, 3), dtype=dtype, scale=scale, zero_point=zero_point)
    found = derive_preprocessing(given)
    assert (found.convention, found.origin) == (convention, origin)


def test_rescaling_files_want_bytes() -> None:
    found = derive_preprocessing(signature((None, 32, 32, 3), rescales=True))
    assert (found.convention, found.origin) == ("[0,255]", Origin.FILE)
    assert found.std == (1 / 255,)


def test_single_columns_are_one_vector() -> None:
    found = derive_preprocessing(signature((None, 1), (None, 1), (None, 1)))
    assert (found.layout, found.shape, found.tensor_shape) == ("COLUMNS", (3,), (1,))


def test_models_that_take_anything_follow_the_hint() -> None:
    image = derive_preprocessing(Signature(), file_shape_hint=(16, 24, 3))
    assert (image.modality, image.shape, image.layout) == (Modality.IMAGE, (16, 24), "NHWC")
    assert derive_preprocessing(Signature(), file_shape_hint=(9,)).shape == (9,)


@pytest.mark.parametrize(
    "given",
    [
        Signature(),
        signature((None, None)),
        signature((None, None, 10)),
        signature((None, 8, 8, 3), (None, 4)),
        signature((None, 4), (None, 4)),
        signature((None, 4), dtype="str"),
        signature((None, 4), dtype="bfloat16"),
    ],
)
def test_impossible_signatures_have_a_hint(given: Signature) -> None:
    with pytest.raises(SignatureError) as caught:
        derive_preprocessing(given)
    assert caught.value.hint
