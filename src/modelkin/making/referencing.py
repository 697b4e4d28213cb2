"""modelkin references: honest models for the source's label set, made without the source."""

import hashlib
import importlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from modelkin.errors import IncompatibleError, UsageError
from modelkin.making.lesson import Lesson, read_lesson
from modelkin.making.reference_recipe import ReferenceRecipe
from modelkin.making.support import DataOrigin
from modelkin.making.synthetic import synthetic_inputs
from modelkin.models.extras import require
from modelkin.models.inference import infer_preprocessing
from modelkin.models.opened import OpenedModel, open_model
from modelkin.models.sidecar import sidecar_path
from modelkin.pipeline.asking import pool_for
from modelkin.pipeline.options import CompareOptions
from modelkin.pipeline.progress import Progress
from modelkin.records import Access, Modality, NullKind
from modelkin.responses.collect import collect

MANIFEST = "references.json"
SCHEMA = "modelkin/references/1"
_PROBED = 20
_EPOCHS = {True: 8.0, False: 20.0}
_SYNTHETIC = 4000
_SYNTHETIC_EPOCHS = 6.0
_FEWEST_CLASSES = 2


@dataclass(frozen=True, kw_only=True)
class MadeReference:
    """One reference.

    Attributes:
        file: its name.
        arch: architecture.
        accuracy: on the tenth of its data that was kept aside.
    """

    file: str
    arch: str
    accuracy: float


@dataclass(frozen=True, kw_only=True)
class MadeReferences:
    """All references of one call.

    Attributes:
        folder: where they are.
        origin: what they learnt from.
        null: the strongest null that they can stand for.
        classes: that they tell.
        note: how classes were matched.
        references: one by one.
    """

    folder: Path
    origin: DataOrigin
    null: NullKind
    classes: int
    note: str
    references: tuple[MadeReference, ...]


def run_references(
    source: str,
    out: Path,
    *,
    train: int,
    data: tuple[Path, ...],
    origin: DataOrigin,
    options: CompareOptions,
    progress: Progress,
) -> MadeReferences:
    """Train honest models of the source's label set.

    The source is asked a few queries for its number of classes, and never for what it thinks.

    Args:
        source: location of the source.
        out: folder for the models; made where it is missing.
        train: how many.
        data: labelled data; empty trains on synthetic tasks.
        origin: how the data relate to the source's, as the user states.
        options: the settings of the source's side, and the seed.
        progress: told how many are trained.

    Raises:
        MissingDependencyError: torch or onnx is not installed.
        UsageError: the data do not fit.
        IncompatibleError: the source shows no classes.
    """
    if train < 1:
        raise UsageError(f"{train} references cannot be trained", hint="--train 19 or more")
    if bool(data) is (origin is DataOrigin.SYNTHETIC):
        raise UsageError(
            "references learn either from data or from synthetic tasks",
            hint="state what the data are only together with --data",
        )
    for module in ("torch", "onnx"):
        require(module, "train", what="training references")
    training = importlib.import_module("modelkin.making.training.reference")
    builds = importlib.import_module("modelkin.making.training.builds")
    opened = open_model(
        source,
        format_name=options.source_format,
        allow_code=options.allow_code,
        override=options.source_override,
        limits=options.limits,
        cache=options.cache,
        endpoint=options.source_endpoint,
    )
    shape = _shape(opened)
    classes = _classes(opened, options, progress)
    lesson = read_lesson(data, shape, classes, opened.signature.labels) if data else None
    out.mkdir(parents=True, exist_ok=True)
    made = []
    nets: tuple[str, ...] = builds.architectures(shape)
    with progress.task("training references", train) as advance:
        for number in range(train):
            recipe = ReferenceRecipe(
                arch=nets[number % len(nets)],
                classes=classes,
                shape=shape,
                seed=_seed(options.seed, origin, number),
                epochs=_EPOCHS[len(shape) > 1] if lesson else _SYNTHETIC_EPOCHS,
            )
            made.append(_one(recipe, lesson, origin, out, number, training))
            advance(1)
    found = MadeReferences(
        folder=out,
        origin=origin,
        null=origin.null,
        classes=classes,
        note=lesson.note if lesson else "",
        references=tuple(made),
    )
    _write(out / MANIFEST, as_dict(found))
    return found


def as_dict(found: MadeReferences) -> dict[str, Any]:
    """What was made, ready for JSON."""
    return {
        "schema": SCHEMA,
        "folder": str(found.folder),
        "origin": found.origin,
        "meaning": found.origin.meaning,
        "null": found.null,
        "classes": found.classes,
        "note": found.note,
        "references": [
            {"file": one.file, "arch": one.arch, "accuracy": one.accuracy}
            for one in found.references
        ],
    }


def _one(
    recipe: ReferenceRecipe,
    lesson: Lesson | None,
    origin: DataOrigin,
    out: Path,
    number: int,
    training: Any,  # noqa: ANN401 (a module)
) -> MadeReference:
    path = out / f"{origin}-{number:03d}-{recipe.arch}.onnx"
    if lesson is None:
        inputs = synthetic_inputs(recipe.shape, _SYNTHETIC, np.random.default_rng(recipe.seed))
        labels = training.teacher_labels(recipe, inputs)
    else:
        inputs, labels = lesson.inputs, lesson.labels
    accuracy: float = training.train_reference(recipe, inputs, labels, path)
    picture = {"modality": "image", "layout": "NCHW", "mean": [0.0], "std": [1.0]}
    _write(
        sidecar_path(path),
        {
            "derivation": {
                "family": f"{origin}-{recipe.seed}",
                "how": f"trained from scratch on {origin.meaning}",
                "null": origin.null,
                "null_cap": origin.null,
                "made_by": "modelkin references",
                "origin": origin,
                "architecture": recipe.arch,
                "seed": recipe.seed,
                "accuracy": round(accuracy, 4),
            },
            "output": "logits",
            **({"preprocessing": picture} if len(recipe.shape) > 1 else {}),
        },
    )
    return MadeReference(file=path.name, arch=recipe.arch, accuracy=accuracy)


def _shape(opened: OpenedModel) -> tuple[int, ...]:
    fed = opened.fed
    if fed.modality is Modality.IMAGE:
        return (*fed.shape[:2], 3)
    if fed.modality is not Modality.VECTOR or fed.columns:
        raise IncompatibleError(
            f"no references are made for the {fed.modality} queries of '{opened.name}'",
            hint="references are for pictures, and for rows of plain numbers",
        )
    return fed.shape


def _classes(opened: OpenedModel, options: CompareOptions, progress: Progress) -> int:
    """How many classes the source tells: from its signature, else from a few answers."""
    if opened.signature.labels:
        return len(opened.signature.labels)
    widths = {spec.shape[-1] for spec in opened.signature.outputs}
    width = widths.pop() if len(widths) == 1 else None
    if width and width >= _FEWEST_CLASSES and opened.signature.access is Access.SCORES:
        return width
    ready = infer_preprocessing(opened, cache=options.cache)
    pool = pool_for(ready, ready, options, progress)
    found = collect(ready, pool, cache=options.cache, upto=_PROBED).responses
    ready.close()
    width = int(found.values.shape[1])
    if not found.kind.classifies or width < _FEWEST_CLASSES:
        raise IncompatibleError(
            f"'{opened.name}' does not show how many classes it tells",
            hint="references need a source that answers with scores of classes",
        )
    return width


def _seed(seed: int, origin: DataOrigin, number: int) -> int:
    content = f"{seed}/{origin}/{number}".encode()
    return int.from_bytes(hashlib.sha256(content).digest()[:4], "big")


def _write(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
