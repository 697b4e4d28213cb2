"""Training one honest model from labelled inputs, without the source."""

from pathlib import Path

import numpy as np
import torch
from torch import nn

from modelkin.making.reference_recipe import ReferenceRecipe
from modelkin.making.training.builds import build_net
from modelkin.making.training.exporting import write_onnx
from modelkin.making.training.fitting import (
    Schedule,
    as_they_are,
    classify,
    fit,
    to_tensor,
    varied,
)
from modelkin.records import AnyArray, FloatArray, IntArray

_HELD_OUT = 0.1
_RATE = 0.1
_ROW_RATE = 0.02
_BATCH = 256


def train_reference(
    recipe: ReferenceRecipe, inputs: AnyArray, labels: IntArray, path: Path
) -> float:
    """Train, export, and measure on inputs kept aside.

    Args:
        recipe: architecture, size, seed and length.
        inputs: (n, *shape) uint8 pictures or float rows.
        labels: (n,) classes.
        path: the ONNX file.

    Returns:
        Accuracy on the tenth that was kept aside.
    """
    torch.set_num_threads(1)  # as many seeds as cores train better side by side than one on all
    rng = np.random.default_rng(recipe.seed)
    order = rng.permutation(len(inputs))
    aside = max(1, round(_HELD_OUT * len(inputs)))
    test, train = order[:aside], order[aside:]
    pictures = len(recipe.shape) > 1
    net = build_net(recipe.arch, recipe.classes, recipe.shape, recipe.seed)
    fit(
        net,
        inputs[train],
        torch.from_numpy(labels[train]),
        classify,
        Schedule(epochs=recipe.epochs, rate=_RATE if pictures else _ROW_RATE),
        seed=recipe.seed,
        feed=varied if pictures else as_they_are,
    )
    write_onnx(net, path, recipe.shape)
    found = logits(net, inputs[test]).argmax(axis=1)
    return float((found == labels[test]).mean())


def teacher_labels(recipe: ReferenceRecipe, inputs: AnyArray) -> IntArray:
    """Classes of a random task: those of an untrained net, each class about as common.

    Args:
        recipe: of the reference; its seed makes the teacher too.
        inputs: (n, *shape).

    Returns:
        (n,) classes.
    """
    teacher = build_net(recipe.arch, recipe.classes, recipe.shape, recipe.seed + 1)
    scores = logits(teacher.eval(), inputs)
    spread = scores.std(axis=0)
    scores = (scores - scores.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    return np.asarray(scores.argmax(axis=1), dtype=np.int64)


def logits(net: nn.Module, inputs: AnyArray) -> FloatArray:
    """(n, classes) answers of a net to canonical inputs."""
    found = []
    with torch.inference_mode():
        for start in range(0, len(inputs), _BATCH):
            rows = inputs[start : start + _BATCH]
            fed = to_tensor(rows.astype(np.uint8)) if rows.ndim > 2 else torch.from_numpy(rows)  # noqa: PLR2004
            found.append(net(fed.float()).double().numpy())
    return np.concatenate(found)
