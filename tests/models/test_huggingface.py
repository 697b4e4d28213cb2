"""Folders of transformers."""

import json
from pathlib import Path

import numpy as np
import pytest
from tests.models import tiny_transformers
from tests.models.asking import ask

from modelkin.errors import (
    BrokenModelError,
    SignatureError,
    UnknownFormatError,
    UnsafeModelError,
)
from modelkin.models.digests import location_digest
from modelkin.models.huggingface_pictures import feeding
from modelkin.models.opened import open_model
from modelkin.models.opening import open_format
from modelkin.models.recognising import is_model_folder
from modelkin.records import Origin, OutputKind
from modelkin.testing.extras import needs_extra

needs_transformers = needs_extra("transformers", "huggingface")


@needs_transformers
def test_folder_says_how_to_feed_it(tmp_path: Path) -> None:
    import torch

    folder = tiny_transformers.write(tmp_path / "net")
    opened = open_model(folder)
    assert opened.format.name == "huggingface"
    assert opened.name == "net"
    assert (opened.fed.shape, opened.fed.layout) == ((32, 32), "NCHW")
    assert (opened.fed.convention, opened.fed.origin) == ("imagenet", Origin.FILE)
    assert opened.signature.labels == ("cat", "dog", "owl")
    assert opened.signature.output is OutputKind.LOGITS
    rows = np.random.default_rng(0).random((3, 3, 32, 32)).astype(np.float32)
    with torch.inference_mode():
        wanted = tiny_transformers.classifier()(torch.from_numpy(rows)).logits.numpy()
    np.testing.assert_allclose(ask(opened.model, rows)[0], wanted, rtol=1e-5, atol=1e-6)
    assert opened.format.first_convolution(folder) is not None
    assert is_model_folder(Path(folder))


@needs_transformers
def test_digest_is_of_the_files(tmp_path: Path) -> None:
    folders = [tiny_transformers.write(tmp_path / f"net{n}", n) for n in (0, 0, 1)]
    assert len({location_digest(folder) for folder in folders}) == 2


@needs_transformers
def test_what_is_no_whole_classifier_is_refused(tmp_path: Path) -> None:
    import safetensors.torch

    folder = Path(tiny_transformers.write(tmp_path / "net"))
    config = json.loads((folder / "config.json").read_text())
    weights = safetensors.torch.load_file(folder / "model.safetensors")

    (folder / "config.json").write_text(json.dumps(config | {"architectures": ["ResNetModel"]}))
    with pytest.raises(SignatureError, match="ResNetModel, and only image classifiers"):
        open_format(str(folder))
    (folder / "config.json").write_text("{")
    with pytest.raises(BrokenModelError, match="cannot be read as JSON"):
        open_format(str(folder))
    (folder / "config.json").write_text("[]")
    with pytest.raises(BrokenModelError, match="no JSON object"):
        open_format(str(folder))
    (folder / "config.json").write_text(json.dumps(config))

    part = {name: value for name, value in weights.items() if "classifier" not in name}
    safetensors.torch.save_file(part, folder / "model.safetensors", {"format": "pt"})
    with pytest.raises(BrokenModelError, match="lack 2 tensors") as caught:
        open_format(str(folder))
    assert "backbone" in caught.value.hint
    (folder / "model.safetensors").write_bytes(b"cut")
    with pytest.raises(BrokenModelError, match="cannot be loaded by transformers"):
        open_format(str(folder))


@needs_transformers
def test_pickled_weights_need_permission(tmp_path: Path) -> None:
    import torch

    folder = Path(tiny_transformers.write(tmp_path / "net"))
    (folder / "model.safetensors").unlink()
    torch.save(tiny_transformers.classifier().state_dict(), folder / "pytorch_model.bin")
    with pytest.raises(UnsafeModelError, match="pickled weights only") as caught:
        open_format(str(folder))
    assert "--allow-code" in caught.value.hint
    assert open_format(str(folder), allow_code=True)[0].name == "huggingface"


def test_folder_that_is_no_model(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(UnknownFormatError, match="is a folder that is no model") as caught:
        open_format(str(tmp_path))
    assert "config.json" in caught.value.hint
    with pytest.raises(UnknownFormatError, match="is a folder"):
        open_format(str(tmp_path), format_name="onnx")


def test_feeding_of_usual_processors() -> None:
    both = {"image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5]}
    found = feeding({"size": {"shortest_edge": 224}, **both}, None)
    assert (found.size, found.channels) == ((224, 224), None)
    np.testing.assert_allclose((found.mean, found.std), ((0.5,), (0.5,)))
    cropped = {"do_center_crop": True, "crop_size": {"height": 96, "width": 128}, "size": 256}
    assert feeding(cropped, None).size == (96, 128)
    assert feeding({"do_resize": False, **both}, 48).size == (48, 48)
    assert feeding({}, None).size == (None, None)
    assert feeding({}, [30, 40]).size == (30, 40)
    assert feeding({}, 48).mean == ()
    bytes_wanted = feeding({"do_rescale": False, "do_flip_channel_order": True}, 48)
    np.testing.assert_allclose(bytes_wanted.std, 1 / 255)
    assert bytes_wanted.channels == "BGR"
    doubled = feeding({"rescale_factor": 1 / 127.5, "image_mean": 1.0, "image_std": 1.0}, 48)
    np.testing.assert_allclose((doubled.mean, doubled.std), ((0.5,), (0.5,)))
