"""Twins that move a source, and metamers that do not, found by its gradients."""

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from modelkin.bench.heads.head import Head
from modelkin.bench.heads.lessons import images_of
from modelkin.bench.heads.zoo import HeadZoo
from modelkin.bench.modelreuse.training.job import load_net
from modelkin.making.training.fitting import to_tensor
from modelkin.making.training.nets import SlimNet

_EPS = 8 / 255
_KEPT = 0.8
_STEPS = 30


def craft(zoo: HeadZoo, data: Path, key: str, seeds: NDArray[np.uint8], source: Head) -> None:
    """Make the queries of one original, unless they are there."""
    path = zoo.crafted(source.name, key)
    if path.is_file():
        return
    base = zoo.base(source)
    classes = images_of(data, base.task, zoo.folder / "sets").classes
    made = twins_and_metamers(load_net(zoo.bases, base, classes), seeds, seed=base.seed)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part.npy")
    np.save(part, made)
    part.replace(path)


def twins_and_metamers(net: SlimNet, seeds: NDArray[np.uint8], *, seed: int) -> NDArray[np.uint8]:
    """(4 n, h, w, 3): each seed, two far twins, a metamer, in the order of ``probed_twins``.

    All three differ from their seed by at most 8/255 a value, and by as much on the whole:
    about .8 of that in the root mean square. The far ones climb, the metamer descends the change
    of the centred logits; the second far twin starts from the opposite of the first.
    """
    reals = to_tensor(seeds).contiguous()
    signs = torch.from_numpy(
        np.random.default_rng(seed).choice((-1.0, 1.0), size=tuple(reals.shape))
    ).float()
    start = _KEPT * _EPS * signs
    with torch.no_grad():
        own = _centred(net(reals))
    found = [reals]
    for direction, sign in ((1.0, 1.0), (1.0, -1.0), (-1.0, 1.0)):
        moved = sign * start
        for step in range(_STEPS):
            moved = moved.detach().requires_grad_()
            change = (_centred(net(reals + moved)) - own).square().sum()
            (slope,) = torch.autograd.grad(change, moved)
            length = slope.flatten(1).norm(dim=1).clamp_min(1e-12)[:, None, None, None]
            size = moved.detach().flatten(1).norm(dim=1)[:, None, None, None]
            # long steps first, short ones in the end
            rate = 0.3 * (1 - step / _STEPS)
            moved = moved.detach() + direction * rate * size * slope / length
            root = moved.square().mean(dim=(1, 2, 3), keepdim=True).sqrt().clamp_min(1e-12)
            moved = (moved * (_KEPT * _EPS / root)).clamp(-_EPS, _EPS)
        found.append(reals + moved.detach())
    stacked = torch.stack(found, dim=1).flatten(0, 1).permute(0, 2, 3, 1)
    return np.asarray((stacked * 255).round().clamp(0, 255).numpy(), dtype=np.uint8)


def _centred(logits: torch.Tensor) -> torch.Tensor:
    return logits - logits.mean(1, keepdim=True)
