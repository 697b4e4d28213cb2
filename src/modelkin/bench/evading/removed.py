"""Copies by evaders who know the protocol, trained once and kept."""

import importlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from modelkin.bench.modelreuse.entry import Entry
from modelkin.bench.modelreuse.image_set import SIZE, load_set
from modelkin.bench.modelreuse.zoo import Zoo
from modelkin.models.extras import require
from modelkin.pipeline.progress import Progress

_PASSES = 6


@dataclass(frozen=True, kw_only=True)
class Removed:
    """One evader's copy.

    Attributes:
        source: the model it was made from.
        path: its ONNX file.
        lost: accuracy given up, as a share of all test pictures.
        alike: its correlation with the source on the known queries.
    """

    source: Entry
    path: Path
    lost: float
    alike: float


def removed_copies(
    zoo: Zoo,
    sources: Sequence[Entry],
    known: NDArray[np.uint8],
    *,
    data: Path,
    cache: Path,
    seed: int,
    progress: Progress,
) -> list[Removed]:
    """Train what is missing.

    The evader has the half of the data that the source did not see, and half of the test pictures
    to watch the accuracy by; what it lost is measured on the other half.

    Args:
        zoo: holds the sources' weights.
        sources: whose copies.
        known: (m, 32, 32, 3) the queries that the evader expects.
        data: folder of the image sets.
        cache: keeps the copies.
        seed: of the training.
        progress: shows that it goes on.

    Raises:
        MissingDependencyError: torch or onnx is not installed.
    """
    folder = cache / "evasions" / "removed"
    folder.mkdir(parents=True, exist_ok=True)
    found = []
    with progress.task("training evaders", len(sources)) as advance:
        for source in sources:
            path = folder / f"{source.name}-{seed}.onnx"
            note = path.with_suffix(".json")
            if not note.is_file():
                text = json.dumps(_trained(zoo, source, known, path, data, cache, seed))
                note.write_text(text, encoding="utf-8")
            log: dict[str, Any] = json.loads(note.read_text(encoding="utf-8"))
            found.append(Removed(source=source, path=path, lost=log["lost"], alike=log["alike"]))
            advance(1)
    return found


def _trained(
    zoo: Zoo,
    source: Entry,
    known: NDArray[np.uint8],
    path: Path,
    data: Path,
    cache: Path,
    seed: int,
) -> dict[str, float]:
    for module in ("torch", "onnx", "safetensors"):
        require(module, "bench", what="training evaders")
    job = importlib.import_module("modelkin.bench.modelreuse.training.job")
    removing = importlib.import_module("modelkin.making.training.removing")
    exporting = importlib.import_module("modelkin.making.training.exporting")
    reference = importlib.import_module("modelkin.making.training.reference")
    images = load_set(data, source.task, cache=cache / "sets")
    watched, judged = slice(0, None, 2), slice(1, None, 2)

    def accuracy(rows: slice, net: Any) -> float:  # noqa: ANN401 (torch)
        told = reference.logits(net, images.test[rows]).argmax(axis=1)
        return float((told == images.test_labels[rows]).mean())

    net = job.load_net(zoo, source, images.classes)
    kept, _, alike = removing.remove(
        net,
        images.half("b" if source.half == "a" else "a"),
        known,
        partial(accuracy, watched),
        removing.Removal(seed=(seed + source.seed) % 2**32, passes=_PASSES),
    )
    exporting.write_onnx(kept, path, (SIZE, SIZE, 3))
    lost = accuracy(judged, net) - accuracy(judged, kept)
    return {"lost": lost, "alike": alike}
