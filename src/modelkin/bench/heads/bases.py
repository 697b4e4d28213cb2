"""The backbones: pretrained models of the ModelReuse zoo, trained here where there is none."""

from dataclasses import replace
from pathlib import Path

from modelkin.bench.modelreuse.bench import Settings
from modelkin.bench.modelreuse.building import build_zoo
from modelkin.bench.modelreuse.entry import How
from modelkin.bench.modelreuse.zoo import Zoo, require_built
from modelkin.pipeline.caching import default_cache
from modelkin.pipeline.progress import Progress

_FROM_SCRATCH = (How.PRETRAINED, How.RETRAINED)


def open_bases(data: Path, *, cache: Path, small: bool, seed: int, progress: Progress) -> Zoo:
    """The independent models of the zoo, each with a random start of its own.

    They are those of ``$MODELKIN_CACHE`` where ``modelkin bench modelreuse`` has trained them,
    else the same are trained in ``cache``; either way the same recipe and seeds.

    Args:
        data: folder of the image sets.
        cache: folder that keeps what this bench makes.
        small: those of the small zoo.
        seed: of the zoo.
        progress: shows that training goes on.
    """
    for folder in (default_cache(), cache):
        zoo = _bases(data, folder, small=small, seed=seed)
        if all(zoo.built(one) for one in zoo.entries):
            return zoo
    zoo = _bases(data, cache, small=small, seed=seed)
    with progress.task(f"training {len(zoo.entries)} backbones", len(zoo.entries)) as advance:
        build_zoo(zoo, data, progress=advance)
    require_built(zoo, zoo.entries)
    return replace(zoo, entries=tuple(one for one in zoo.entries if zoo.built(one)))


def _bases(data: Path, cache: Path, *, small: bool, seed: int) -> Zoo:
    zoo = Settings(data=data, cache=cache, small=small, seed=seed).zoo()
    return replace(zoo, entries=tuple(one for one in zoo.entries if one.how in _FROM_SCRATCH))
