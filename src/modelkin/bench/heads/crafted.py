"""Twins and metamers of a source's original model, put to heads: do they move them alike?"""

import importlib
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np

from modelkin.answers.scales import log_scores
from modelkin.bench.figures import Figure
from modelkin.bench.heads.asking import noise, record, responses_of
from modelkin.bench.heads.head import SIDE, Head, Tuning
from modelkin.bench.heads.pairs import Null, null_of
from modelkin.bench.heads.rates import Sample, auc_figure, tpr_figure
from modelkin.bench.heads.study import Sizes
from modelkin.bench.heads.zoo import HeadZoo
from modelkin.bench.processes import each, stay
from modelkin.comparison.debiased_cka import DebiasedCka
from modelkin.fingerprints.graded_geometry import GradedGeometry
from modelkin.models.extras import require
from modelkin.pipeline.progress import Progress
from modelkin.records import FloatArray, Responses

SEEDS, GROUP = 56, 4
QUERIES = SEEDS * GROUP
SCORES = ("twins_gradient", "metamers_gradient", "twins_over_metamers", "graded_cka_q225")
_JOB = "modelkin.bench.heads.training.crafting"
_TRAIN = "modelkin.bench.heads.training.job"
_LEAST_MOVE = 0.02


def crafted_figures(
    zoo: HeadZoo,
    sizes: Sizes,
    *,
    sources: Sequence[str],
    data: Path,
    cache: Path,
    progress: Progress,
) -> dict[str, Figure]:
    """Frozen heads, float and 8-bit, against originals of backbones: the owner's own model.

    Args:
        zoo: of the heads.
        sizes: of the study.
        sources: backbones whose original model plays the source.
        data: folder of the image sets.
        cache: folder of pools.
        progress: shows that it goes on.
    """
    key = f"crafted-{SEEDS}-s{sizes.seed}"
    pool = noise(SIDE, sizes.budgets[-1], seed=sizes.seed, cache=cache)
    seeds = np.asarray(pool.read(0, SEEDS), dtype=np.uint8)
    if not all(zoo.crafted(name, key).is_file() for name in sources):
        require("torch", "bench")
        craft = importlib.import_module(_JOB).craft
        ready = importlib.import_module(_TRAIN).prepare
        with progress.task("crafting twins and metamers", len(sources)) as advance:
            job = partial(craft, zoo, data, key, seeds)
            each(job, list(sources), progress=advance, prepare=ready)
    suspects = [one for one in zoo.heads if one.tuning is Tuning.FROZEN and one.side == SIDE]
    with progress.task("asking twins and metamers", len(suspects)) as advance:
        each(partial(_ask, zoo, sources, key), suspects, progress=advance, prepare=stay)
    first = sizes.budgets[0]
    stem = f"noise{SIDE}-n{sizes.budgets[-1]}-s{sizes.seed}"
    everyone = [*(_original(zoo, name) for name in sources), *suspects]
    for head in everyone:
        record(zoo, head, np.asarray(pool.read(0, len(pool)), dtype=np.uint8), stem)
    clouds = {
        one.name: GradedGeometry().extract(
            responses_of(one, np.load(zoo.answers(one, stem)), pool).take(np.arange(first))
        )
        for one in everyone
    }
    found: dict[str, Figure] = {}
    scores = {name: np.full((len(sources), len(suspects)), np.nan) for name in SCORES}
    measure = DebiasedCka()
    for row, name in enumerate(sources):
        for column, head in enumerate(suspects):
            told = responses_of(head, np.load(zoo.answers(head, f"{key}-{name}")), pool)
            for score, value in zip(SCORES, _moves(told), strict=False):
                scores[score][row, column] = value
            original = _original(zoo, name)
            rated = measure.pair(clouds[original.name], clouds[head.name])
            scores["graded_cka_q225"][row, column] = rated
    for score, values in scores.items():
        for null in (Null.N1, Null.N3):
            found |= _figures(zoo, values, sources, suspects, null, score, sizes.seed)
    return found


def _moves(told: Responses) -> tuple[float, float, float]:
    """Medians over seeds of log ratios of how far the answers move."""
    answers = log_scores(told).reshape(-1, GROUP, told.values.shape[1])
    lengths = np.linalg.norm(answers[:, 1:] - answers[:, :1], axis=2)
    floor = _LEAST_MOVE * max(float(np.median(lengths)), 1e-6)
    chance, far, near = np.log(lengths + floor).T
    return (
        float(np.median(far - chance)),
        float(np.median(chance - near)),
        float(np.median(far - near)),
    )


def _ask(zoo: HeadZoo, sources: Sequence[str], key: str, head: Head) -> None:
    for name in sources:
        record(zoo, head, np.load(zoo.crafted(name, key)), f"{key}-{name}")


def _original(zoo: HeadZoo, backbone: str) -> Head:
    return next(
        one for one in zoo.heads if one.backbone == backbone and one.tuning is Tuning.ORIGINAL
    )


def _figures(
    zoo: HeadZoo,
    values: FloatArray,
    sources: Sequence[str],
    suspects: Sequence[Head],
    null: str,
    score: str,
    seed: int,
) -> dict[str, Figure]:
    families = list(dict.fromkeys([*sources, *(one.backbone for one in suspects)]))
    originals = [_original(zoo, name) for name in sources]
    cells = [(row, column) for row in range(len(sources)) for column in range(len(suspects))]
    up = [cell for cell in cells if sources[cell[0]] == suspects[cell[1]].backbone]
    down = [cell for cell in cells if null_of(originals[cell[0]], suspects[cell[1]]) == null]
    if not up or not down:
        return {}
    down.sort(key=lambda cell: -values[cell])
    rng = np.random.default_rng(seed)
    size = len(families)
    draws = np.vstack([np.ones((1, size)), rng.multinomial(size, np.full(size, 1 / size), 200)])
    sample = Sample(
        up=np.array([values[cell] for cell in up]),
        up_family=np.array([families.index(sources[row]) for row, _ in up]),
        down=np.array([values[cell] for cell in down]),
        down_first=np.array([families.index(sources[row]) for row, _ in down]),
        down_second=np.array([families.index(suspects[at].backbone) for _, at in down]),
        draws=draws,
    )
    found = {f"original_{score}_auc_{null}": auc_figure(sample)}
    caught = tpr_figure(sample, 0.05)
    if caught is not None:
        found[f"original_{score}_tpr_at_fpr5_{null}"] = caught
    return found
