"""Training the references of every origin; goes on where it stopped."""

import hashlib
import importlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from modelkin.bench.asking import answer
from modelkin.bench.modelreuse.image_set import load_set
from modelkin.bench.origins.origin import SHAPE, Origin
from modelkin.making.reference_recipe import ReferenceRecipe
from modelkin.models.extras import require
from modelkin.pipeline.progress import Progress
from modelkin.records import AnyArray

_NETS = ("resnet", "mobilenet")


@dataclass(frozen=True, kw_only=True)
class Made:
    """One trained reference.

    Attributes:
        origin: name of its origin.
        task: image set whose label set it has.
        name: of its file.
        accuracy: on inputs kept aside.
        logits: (n, classes) answers to the pool.
    """

    origin: str
    task: str
    name: str
    accuracy: float
    logits: AnyArray


def make_references(
    origins: Sequence[Origin],
    tasks: Sequence[str],
    *,
    n: int,
    seed: int,
    shorten: float,
    data: Path,
    cache: Path,
    queries: AnyArray,
    progress: Progress,
) -> list[Made]:
    """Train what is missing, and ask everyone the queries.

    Args:
        origins: which sorts.
        tasks: image sets whose label sets they get.
        n: references an origin and a task.
        seed: of everything random.
        shorten: factor on the training lengths.
        data: folder of the image sets.
        cache: keeps the models.
        queries: (m, 32, 32, 3) pictures.
        progress: shows that it goes on.

    Raises:
        MissingDependencyError: torch or onnx is not installed.
    """
    found: list[Made] = []
    with progress.task("training references", len(origins) * len(tasks) * n) as advance:
        for origin in origins:
            for task in tasks:
                for made in _of(origin, task, n, seed, shorten, data, cache, queries):
                    found.append(made)
                    advance(1)
    return found


def _of(
    origin: Origin,
    task: str,
    n: int,
    seed: int,
    shorten: float,
    data: Path,
    cache: Path,
    queries: AnyArray,
) -> Iterator[Made]:
    kept = cache / "sets"
    labelled = origin.data(data, kept, task) if origin.data else None
    if origin.data and labelled is None:
        return
    folder = cache / "references" / f"{origin.name}-{task}"
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(n):
        recipe = ReferenceRecipe(
            arch=_NETS[number % len(_NETS)],
            classes=load_set(data, task, cache=kept).classes,
            shape=SHAPE,
            seed=_seed(seed, origin.name, task, number),
            epochs=origin.epochs * shorten,
        )
        path = folder / f"{recipe.arch}-{recipe.seed}-{recipe.epochs:g}.onnx"
        note = path.with_suffix(".json")
        if not note.is_file():
            require("torch", "train", what="training references")
            require("onnx", "train", what="training references")
            training = importlib.import_module("modelkin.making.training.reference")
            inputs, labels = origin.lesson(recipe, labelled, training.teacher_labels)
            accuracy = training.train_reference(recipe, inputs, labels, path)
            note.write_text(json.dumps({"accuracy": accuracy, **asdict(recipe)}), encoding="utf-8")
        yield Made(
            origin=origin.name,
            task=task,
            name=f"{origin.name}-{number}",
            accuracy=float(json.loads(note.read_text(encoding="utf-8"))["accuracy"]),
            logits=answer(path, queries.astype(np.uint8)),
        )


def _seed(seed: int, *words: object) -> int:
    text = "/".join(map(str, (seed, *words)))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big")
