"""From backbones to recorded answers: train, export, ask."""

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from modelkin.answers.coverage import measure_coverage
from modelkin.bench.data_folder import data_folder
from modelkin.bench.heads.asking import noise, record, responses_of
from modelkin.bench.heads.bases import open_bases
from modelkin.bench.heads.grammar import Grammar
from modelkin.bench.heads.head import SIDE, Head, Tuning
from modelkin.bench.heads.lessons import images_of
from modelkin.bench.heads.zoo import HeadZoo
from modelkin.bench.processes import each, stay
from modelkin.models.extras import require
from modelkin.pipeline.progress import Progress
from modelkin.records import BoolArray, Pool, Responses

WIDE = 2 * SIDE
_JOB = "modelkin.bench.heads.training.job"


@dataclass(frozen=True, kw_only=True)
class Sizes:
    """How much is trained and asked.

    Attributes:
        grammar: of the heads.
        budgets: queries put to each model, ascending; the last is what is asked.
        small: backbones of the small ModelReuse zoo.
        seed: of backbones, pools and bootstrap.
    """

    grammar: Grammar
    budgets: tuple[int, ...] = (225, 900, 3600)
    small: bool = False
    seed: int = 0


@dataclass(frozen=True, kw_only=True, eq=False)
class Asked:
    """Models and their answers to one pool.

    Attributes:
        models: in the order of the answers.
        answers: to the whole pool.
        mute: (m,) every part of the pool saturates the model.
    """

    models: tuple[Head, ...]
    answers: tuple[Responses, ...]
    mute: BoolArray


def prepare(sizes: Sizes, *, data: Path | None, cache: Path, progress: Progress) -> HeadZoo:
    """Train what is missing; goes on where it stopped.

    Raises:
        UsageError: there are no data.
        MissingDependencyError: torch or onnx is not installed.
    """
    folder = data_folder(data)
    bases = open_bases(folder, cache=cache, small=sizes.small, seed=sizes.seed, progress=progress)
    name = f"{'small' if sizes.small else 'full'}-{sizes.seed}"
    zoo = HeadZoo(
        folder=cache / "heads" / name, bases=bases, heads=sizes.grammar.heads(bases.entries)
    )
    waiting = [one for one in zoo.heads if one.lesson is not None and zoo.log(one) is None]
    if waiting:
        for module in ("torch", "onnx", "safetensors"):
            require(module, "bench")
        for images in {one.task for one in bases.entries} | set(sizes.grammar.images):
            images_of(folder, images, zoo.folder / "sets")  # before two processes decode it
        job = importlib.import_module(_JOB)
        names = list(dict.fromkeys(one.backbone for one in waiting))
        with progress.task(f"training {len(waiting)} heads", len(names)) as advance:
            each(partial(job.build, zoo, folder), names, progress=advance, prepare=job.prepare)
    return zoo


def ask_all(
    zoo: HeadZoo, heads: Sequence[Head], side: int, sizes: Sizes, *, cache: Path, progress: Progress
) -> Asked:
    """Put the pool of one picture size to models, each once.

    Args:
        zoo: of the models.
        heads: which of them.
        side: of the pool's pictures; each model gets them cut or repeated to its own size.
        sizes: how many queries.
        cache: folder of pools.
        progress: shows that it goes on.
    """
    n, key = sizes.budgets[-1], f"noise{side}-n{sizes.budgets[-1]}-s{sizes.seed}"
    pool = noise(side, n, seed=sizes.seed, cache=cache)
    names = list(dict.fromkeys(one.backbone for one in heads))
    groups = [[one for one in heads if one.backbone == name] for name in names]
    with progress.task(f"asking {len(heads)} models of {side} pixels", len(names)) as advance:
        job = partial(_ask, zoo, side, n, sizes.seed, cache, key)
        each(job, groups, progress=advance, prepare=stay)
    answers = tuple(responses_of(one, np.load(zoo.answers(one, key)), pool) for one in heads)
    mute = np.array([all(part.saturated for part in measure_coverage(one)) for one in answers])
    return Asked(models=tuple(heads), answers=answers, mute=mute)


def _ask(
    zoo: HeadZoo, side: int, n: int, seed: int, cache: Path, key: str, heads: Sequence[Head]
) -> None:
    if all(zoo.answers(one, key).is_file() for one in heads):
        return
    pool: Pool = noise(side, n, seed=seed, cache=cache)
    pictures = np.asarray(pool.read(0, n), dtype=np.uint8)
    for head in heads:
        record(zoo, head, pictures, key)


def own_heads(zoo: HeadZoo) -> list[Head]:
    """Heads that take pictures of the backbones' own size."""
    return [one for one in zoo.heads if one.side == SIDE and one.tuning is not Tuning.ORIGINAL]


def of_two_sizes(zoo: HeadZoo) -> list[Head]:
    """Frozen float heads: those of large pictures, and one of small pictures a backbone."""
    frozen = [one for one in zoo.heads if one.tuning is Tuning.FROZEN and not one.int8]
    wide = [one for one in frozen if one.side > SIDE]
    small = [one for one in frozen if one.side == SIDE]
    rest = {one.backbone: one for one in small}  # the last a backbone: a lesson of its own
    return [*rest.values(), *wide]
