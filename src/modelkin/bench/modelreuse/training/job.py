"""Building one model, in a process of its own."""

import time
import traceback
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file

from modelkin.bench.asking import answer
from modelkin.bench.modelreuse.entry import Entry, How
from modelkin.bench.modelreuse.image_set import ImageSet, load_set
from modelkin.bench.modelreuse.training.exporting import export
from modelkin.bench.modelreuse.training.recipes import Workshop, make
from modelkin.bench.modelreuse.training.synthetic import synthetic_pictures
from modelkin.bench.modelreuse.zoo import Zoo
from modelkin.bench.processes import give_way
from modelkin.making.training.nets import SlimNet, make_net


def prepare() -> None:
    """Make a worker use one thread, and give way to what people do meanwhile."""
    torch.set_num_threads(1)
    give_way()


def build(zoo: Zoo, entry: Entry, data: Path) -> str:
    """Train, export and test one model; a failure is written down, not raised.

    Returns:
        What went wrong, or nothing.
    """
    started = time.perf_counter()
    try:
        log = _build(zoo, entry, data)
    except Exception as error:  # noqa: BLE001 - whatever a framework raises: the rest goes on
        reason = f"{type(error).__name__}: {error}"
        zoo.keep(entry, {"failed": reason, "trace": traceback.format_exc()})
        return reason
    zoo.keep(entry, {**log, "seconds": round(time.perf_counter() - started, 2)})
    return ""


def load_net(zoo: Zoo, entry: Entry, classes: int) -> SlimNet:
    """A built net with its weights, for gradients."""
    net = make_net(entry.arch, classes)
    net.load_state_dict(load_file(zoo.weights(entry)))
    net.eval()
    return net


def _build(zoo: Zoo, entry: Entry, data: Path) -> dict[str, Any]:
    images = _images(data, entry.task, zoo.folder)
    parent = zoo.by_name[entry.parent] if entry.parent else None
    shop = Workshop(
        data=images,
        parent=load_net(zoo, parent, _images(data, parent.task, zoo.folder).classes)
        if parent
        else None,
        synthetic=lambda: synthetic_pictures(zoo.folder / "sets"),
        shorten=zoo.shorten,
    )
    net = make(entry, shop)
    path = zoo.model(entry)
    path.parent.mkdir(parents=True, exist_ok=True)
    numbers = entry.variant if entry.how is How.QUANTIZED else ""
    if entry.how is How.CHAIN:
        numbers = "int8"
    export(net, path, numbers=numbers, calibration=images.half(entry.half)[0])
    if entry.how is not How.QUANTIZED:
        _save(net, zoo.weights(entry))
    answers = answer(path, images.test)
    return {
        "accuracy": round(float((answers.argmax(1) == images.test_labels).mean()), 4),
        "agreement": _agreement(zoo, entry, parent, answers, images.test),
        "losses": [round(loss, 4) for loss in shop.losses],
        "bytes": path.stat().st_size,
    }


def _agreement(
    zoo: Zoo,
    entry: Entry,
    parent: Entry | None,
    answers: NDArray[np.float32],
    pictures: NDArray[np.uint8],
) -> float | None:
    """Share of test pictures on which it answers like its parent, if the classes are the same."""
    if parent is None or parent.task != entry.task:
        return None
    before = answer(zoo.model(parent), pictures)
    return round(float((answers.argmax(1) == before.argmax(1)).mean()), 4)


def _save(net: SlimNet, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    save_file({key: value.contiguous() for key, value in net.state_dict().items()}, part)
    part.replace(path)


@cache
def _images(data: Path, task: str, folder: Path) -> ImageSet:
    return load_set(data, task, cache=folder / "sets")
