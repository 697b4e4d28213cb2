"""What the exporters wrote, as a scan reads it; ``make lane-weights`` has them write it.

As a program it prints how alike the source is to each copy in each format, as Markdown.
"""

import sys
import tempfile
from pathlib import Path

import numpy as np

from modelkin.apps.gathering import gather
from modelkin.apps.limits import WalkLimits
from modelkin.apps.vault import Vault
from modelkin.apps.weights.likeness import WeightLikeness, likeness
from modelkin.apps.weights.reading import read_weights
from modelkin.apps.weights.tensor import Stored, Tensor, sketch
from modelkin.pipeline.progress import Silent

VARIANTS = ("source", "half", "pruned", "tuned", "retrained")
# the others are written as they are trained, with batch norms of their own
FOLDED = (
    "caffe", "coreml", "coreml_half", "coreml_network", "mnn", "mnn_bytes", "mnn_from_caffe",
    "mnn_half", "mnn_nibbles",
    "ncnn", "ncnn_half", "onnx", "onnx_outside", "openvino", "openvino_half", "ort", "tflite",
    "tflite_bytes", "tflite_half",
)  # fmt: skip
Sketch = tuple[Tensor, ...]


def scanned(folder: Path) -> tuple[str, Sketch]:
    """Kind and weights of the one model in a folder."""
    with tempfile.TemporaryDirectory() as place:
        found = gather([folder], Vault(Path(place) / "vault"), WalkLimits(), Silent())
        assert found.failed == ()
        (model,) = found.models
        read = read_weights(model.kind, found.files[model.name], found.parts[model.name])
    assert read is not None
    return model.kind, read


def told(file: Path) -> Sketch:
    """Arrays that an exporter's own library read, or that PyTorch held."""
    arrays = np.load(file)
    held = [np.ascontiguousarray(arrays[key]) for key in arrays.files]
    return tuple(sketch(Stored(one.shape, memoryview(one.tobytes()), one.ravel()) for one in held))


def rated(a: Sketch, b: Sketch) -> WeightLikeness:
    found = likeness(a, b)
    assert found is not None
    return found


def formats(folder: Path) -> list[str]:
    return sorted(one.name for one in (folder / "source").iterdir() if one.is_dir())


def _cell(one: WeightLikeness) -> str:
    correlation = "none" if one.correlation is None else f"{one.correlation:.3f}"
    return f"{one.equal:.0%}, {correlation}{'' if one.telling else ' (silent)'}"


def table(folder: Path) -> str:
    """How alike the source, as ONNX, is to each copy in each format."""
    lines = ["| format | " + " | ".join(VARIANTS) + " |", "| --- |" + " --- |" * len(VARIANTS)]
    source = scanned(folder / "source/onnx")[1]
    for name in formats(folder):
        cells = [_cell(rated(source, scanned(folder / one / name)[1])) for one in VARIANTS]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(table(Path(sys.argv[1])))
