"""Pictures on the wire: PNG loses nothing; what JPEG costs a copy is measured and bounded."""

import base64
import io
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from modelkin.cli.main import main
from modelkin.errors import PredictionError
from modelkin.models.endpoints.pictures import as_base64, encoded
from modelkin.models.endpoints.settings import Settings
from modelkin.records import AnyArray

_SOURCE = Path("examples/models/fashion/source.onnx")
_MODULE = """
import io
import numpy as np, onnxruntime
from PIL import Image
from modelkin.models.endpoints.pictures import encoded
from modelkin.models.endpoints.settings import Settings

session = onnxruntime.InferenceSession({path!r})
[given] = session.get_inputs()

def sent(settings):
    def answer(pictures):
        seen = [Image.open(io.BytesIO(encoded(one, settings))) for one in pictures]
        pixels = np.stack([np.asarray(one) for one in seen]).astype(np.float32) / 255
        sizes = [size if isinstance(size, int) else len(pixels) for size in given.shape]
        return session.run(None, {{given.name: pixels.reshape(len(pixels), *sizes[1:])}})[0]
    answer.modelkin = {{"shape": [28, 28, 1], "dtype": "uint8"}}
    return answer

png = sent(Settings(images="png"))
jpeg95, jpeg75, jpeg50 = (sent(Settings(images="jpeg", quality=q)) for q in (95, 75, 50))
"""


def opened(file: bytes) -> AnyArray:
    return np.asarray(Image.open(io.BytesIO(file)))


@pytest.mark.parametrize("shape", [(9, 7), (9, 7, 1), (9, 7, 3), (3, 9, 7), (1, 9, 7)])
@pytest.mark.parametrize("dtype", ["uint8", "float32", "float64"])
def test_png_gives_back_every_byte(shape: tuple[int, ...], dtype: str) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, shape).astype(np.uint8)
    fed = pixels if dtype == "uint8" else (pixels / 255).astype(dtype)
    found = opened(encoded(fed, Settings(images="png")))
    wanted = np.moveaxis(pixels, 0, -1) if shape[0] in {1, 3} else pixels
    np.testing.assert_array_equal(found, wanted.squeeze(-1) if wanted.shape[-1] == 1 else wanted)


def test_jpeg_keeps_the_size_and_is_text() -> None:
    picture = np.full((8, 6, 3), 100, dtype=np.uint8)
    text = as_base64(picture, Settings(images="jpeg", quality=90))
    assert np.abs(opened(base64.b64decode(text)).astype(int) - 100).max() <= 2


@pytest.mark.parametrize(
    "picture",
    [
        np.zeros((4, 4, 2), dtype=np.uint8),
        np.full((8, 8), 0.123456),
        np.full((8, 8), -1.0),
        np.zeros((8, 8), dtype=np.int64),
        np.full((8, 8), np.nan),
    ],
)
def test_what_is_no_picture_is_refused(picture: AnyArray) -> None:
    with pytest.raises(PredictionError, match="no 8-bit picture"):
        encoded(picture, Settings(images="png"))


@pytest.mark.parametrize(
    ("sent", "relation", "lowest"),
    [
        ("png", "identical", 1.0),
        ("jpeg95", None, 0.99),
        ("jpeg75", None, 0.97),
        ("jpeg50", None, 0.95),
    ],
)
def test_a_copy_stays_related_through_jpeg(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    sent: str,
    relation: str | None,
    lowest: float,
) -> None:
    name = f"through_{sent}"
    (tmp_path / f"{name}.py").write_text(_MODULE.format(path=str(_SOURCE.absolute())))
    monkeypatch.syspath_prepend(tmp_path)
    honest = str(_SOURCE.parent / "honest")
    arguments = ["compare", str(_SOURCE), f"{name}:{sent}", "--references", honest]
    main([*arguments, "--cache", str(tmp_path / "cache"), "--json", "-"])
    report = json.loads(capsys.readouterr().out)
    assert (report["verdict"], report["relation"]) == ("related", relation)
    assert report["similarities"]["total_variation"] >= lowest
    assert report["similarities"]["label_agreement"] >= lowest - 0.01
