"""Twins and metamers made for a source and put to heads: do they move them alike?"""

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from modelkin.bench.heads.asking import noise, record, responses_of
from modelkin.bench.heads.head import SIDE, Head, Tuning
from modelkin.bench.heads.pairs import Null, null_of
from modelkin.bench.heads.source_oracle import SourceOracle
from modelkin.bench.heads.study import Sizes
from modelkin.bench.heads.zoo import HeadZoo
from modelkin.bench.processes import each, stay
from modelkin.comparison.debiased_cka import DebiasedCka
from modelkin.fingerprints.graded_geometry import GradedGeometry
from modelkin.fingerprints.twin_contrast import TwinContrast
from modelkin.models.extras import require
from modelkin.pipeline.progress import Progress
from modelkin.queries.crafting.probed_twins import ProbedTwins
from modelkin.records import FloatArray, OutputKind, Pool

BUDGETS = (28, 56, 112, 224)
PROBED, GRADIENT, POOL = "probed_twins", "gradient_twins", "graded_cka"
_SEEDS = BUDGETS[-1] // ProbedTwins.group
_STRANGER = "frozen0"
_TRAINING = "modelkin.bench.heads.training"


@dataclass(frozen=True, kw_only=True, eq=False)
class Crafted:
    """Scores of frozen heads against sources.

    Attributes:
        sources: rows.
        suspects: columns; float and 8-bit.
        scores: (sources, suspects) by name and number of queries; NaN for pairs not looked at.
    """

    sources: tuple[Head, ...]
    suspects: tuple[Head, ...]
    scores: dict[tuple[str, int], FloatArray]


def rate_crafted(
    zoo: HeadZoo,
    sizes: Sizes,
    sources: Sequence[Head],
    *,
    data: Path,
    cache: Path,
    progress: Progress,
) -> Crafted:
    """Make queries for every source, put them to all frozen heads, and rate.

    Args:
        zoo: of the heads.
        sizes: of the study.
        sources: all of them originals, for which gradients are known too, or none.
        data: folder of the image sets.
        cache: folder of pools.
        progress: shows that it goes on.
    """
    pool = noise(SIDE, sizes.budgets[-1], seed=sizes.seed, cache=cache)
    seeds = np.asarray(pool.read(0, _SEEDS), dtype=np.uint8)
    names = [_key(PROBED, sizes.seed)]
    with progress.task("crafting probed twins", len(sources)) as advance:
        each(partial(_probe, zoo, names[0], seeds), sources, progress=advance, prepare=stay)
    if all(one.tuning is Tuning.ORIGINAL for one in sources):
        names.append(_key(GRADIENT, sizes.seed))
        if not all(zoo.crafted(one.name, names[1]).is_file() for one in sources):
            require("torch", "bench")
            craft = importlib.import_module(f"{_TRAINING}.crafting").craft
            ready = importlib.import_module(f"{_TRAINING}.job").prepare
            with progress.task("crafting twins by gradients", len(sources)) as advance:
                job = partial(craft, zoo, data, names[1], seeds)
                each(job, sources, progress=advance, prepare=ready)
    suspects = [one for one in zoo.heads if one.tuning is Tuning.FROZEN and one.side == SIDE]
    with progress.task("asking twins and metamers", len(suspects)) as advance:
        each(partial(_ask, zoo, sources, names), suspects, progress=advance, prepare=stay)
    found: dict[tuple[str, int], FloatArray] = {}
    for name in names:
        found |= _contrasts(zoo, sources, suspects, name, pool)
    found |= _pool_scores(zoo, sources, suspects, pool, sizes)
    return Crafted(sources=tuple(sources), suspects=tuple(suspects), scores=found)


def _key(name: str, seed: int) -> str:
    return f"{name}-{_SEEDS}-s{seed}"


def _probe(zoo: HeadZoo, key: str, seeds: NDArray[np.uint8], source: Head) -> None:
    path = zoo.crafted(source.name, key)
    if path.is_file():
        return
    original = source.tuning is Tuning.ORIGINAL
    kind = OutputKind.LOGITS if original else OutputKind.PROBABILITIES
    oracle, rng = SourceOracle(zoo.model(source), kind), np.random.default_rng(source.seed)
    made = ProbedTwins().craft(seeds, oracle, n=BUDGETS[-1], rng=rng)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part.npy")
    np.save(part, made)
    part.replace(path)


def _matters(source: Head, suspect: Head) -> bool:
    """Kin and siblings all, of strangers of other data one head a backbone and precision."""
    null = null_of(source, suspect)
    stranger = null == Null.N1 and suspect.trained.endswith(_STRANGER)
    return source.backbone == suspect.backbone or null == Null.N3 or stranger


def _ask(zoo: HeadZoo, sources: Sequence[Head], keys: Sequence[str], head: Head) -> None:
    for key in keys:
        for source in [one for one in sources if _matters(one, head)]:
            record(zoo, head, np.load(zoo.crafted(source.name, key)), f"{key}-{source.name}")


def _contrasts(
    zoo: HeadZoo, sources: Sequence[Head], suspects: Sequence[Head], key: str, pool: Pool
) -> dict[tuple[str, int], FloatArray]:
    """The suspect's own contrast: that of a source says nothing that differs between suspects."""
    name, contrast = key.partition("-")[0], TwinContrast()
    found = {(name, n): np.full((len(sources), len(suspects)), np.nan) for n in BUDGETS}
    for row, source in enumerate(sources):
        for column, head in enumerate(suspects):
            if not _matters(source, head):
                continue
            answers = np.load(zoo.answers(head, f"{key}-{source.name}"))
            told = responses_of(head, answers, pool)
            for n in BUDGETS:
                rows = np.arange(n)
                found[name, n][row, column] = contrast.extract(told.take(rows))[0]
    return found


def _pool_scores(
    zoo: HeadZoo, sources: Sequence[Head], suspects: Sequence[Head], pool: Pool, sizes: Sizes
) -> dict[tuple[str, int], FloatArray]:
    """What ``graded_cka`` makes of as many queries of the pool."""
    stem = f"noise{SIDE}-n{sizes.budgets[-1]}-s{sizes.seed}"
    pictures = np.asarray(pool.read(0, len(pool)), dtype=np.uint8)
    for head in (*sources, *suspects):
        record(zoo, head, pictures, stem)
    measure, geometry, found = DebiasedCka(), GradedGeometry(), {}
    for n in BUDGETS:
        clouds = {
            head.name: geometry.extract(
                responses_of(head, np.load(zoo.answers(head, stem)), pool).take(np.arange(n))
            )
            for head in (*sources, *suspects)
        }
        found[POOL, n] = np.array(
            [
                [
                    measure.pair(clouds[one.name], clouds[other.name])
                    if _matters(one, other)
                    else np.nan
                    for other in suspects
                ]
                for one in sources
            ]
        )
    return found
