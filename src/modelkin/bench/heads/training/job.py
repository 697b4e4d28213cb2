"""Making the models of one backbone, in a process of its own."""

import time
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from onnxruntime.quantization import CalibrationDataReader, QuantType, quantize_static

from modelkin.bench.heads.head import Head
from modelkin.bench.heads.lessons import images_of, pictures_of
from modelkin.bench.heads.training.teaching import teach
from modelkin.bench.heads.zoo import HeadZoo
from modelkin.bench.modelreuse.training.job import load_net
from modelkin.making.training.exporting import INPUT, quiet, write_onnx

_CALIBRATION = 200


def prepare() -> None:
    """Make a worker use one thread."""
    torch.set_num_threads(1)


def build(zoo: HeadZoo, data: Path, backbone: str) -> None:
    """Train and export all heads of a backbone that are not there yet."""
    waiting = [one for one in zoo.heads if one.backbone == backbone and one.lesson is not None]
    waiting = [one for one in waiting if zoo.log(one) is None]
    if not waiting:
        return
    base = zoo.bases.by_name[backbone]
    net = load_net(zoo.bases, base, images_of(data, base.task, zoo.folder / "sets").classes)
    for head in waiting:
        if not head.int8:
            _float(zoo, data, net, head)
    for head in waiting:
        if head.int8:
            _int8(zoo, data, head)


def _float(zoo: HeadZoo, data: Path, net: torch.nn.Module, head: Head) -> None:
    started = time.perf_counter()
    pictures, classes = _pictures(zoo, data, head)
    taught = teach(net, pictures, classes, head.tuning, seed=head.seed, shorten=zoo.bases.shorten)
    path = zoo.model(head)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_onnx(taught.net, path, (head.side, head.side, 3))
    zoo.keep(
        head,
        {
            "right": round(taught.right, 4),
            "sure": round(taught.sure, 4),
            "drift": round(taught.drift, 4),
            "seconds": round(time.perf_counter() - started, 2),
        },
    )


def _int8(zoo: HeadZoo, data: Path, head: Head) -> None:
    """Real 8-bit weights and activations; their ranges are those of the training pictures."""
    started = time.perf_counter()
    path = zoo.model(head)
    plain, part = path.with_name(f"{head.trained}.onnx"), path.with_suffix(".part")
    with quiet():
        quantize_static(
            plain,
            part,
            _Calibration(_pictures(zoo, data, head)[0][:_CALIBRATION]),
            per_channel=True,
            weight_type=QuantType.QInt8,
        )
    part.replace(path)
    zoo.keep(head, {"seconds": round(time.perf_counter() - started, 2)})


def _pictures(zoo: HeadZoo, data: Path, head: Head) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    if head.lesson is None:
        raise ValueError(f"'{head.name}' was taught no lesson")
    images = images_of(data, head.lesson.images, zoo.folder / "sets")
    return pictures_of(head.lesson, images, head.side)


class _Calibration(CalibrationDataReader):
    def __init__(self, pictures: NDArray[np.uint8]) -> None:
        order = np.random.default_rng(0).permutation(len(pictures))
        reals = pictures[order].transpose(0, 3, 1, 2).astype(np.float32) / np.float32(255)
        self._batches = iter(np.array_split(reals, 4))

    def get_next(self) -> dict[str, NDArray[np.float32]] | None:
        """The next batch."""
        batch = next(self._batches, None)
        return None if batch is None else {INPUT: batch}
