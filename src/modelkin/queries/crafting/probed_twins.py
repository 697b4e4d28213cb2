"""Seeds with twins that move the source far and one that it can hardly tell from its seed."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from modelkin.protocols import Oracle, QueryCrafter
from modelkin.queries.randomness import normals, signs
from modelkin.queries.reals import ball, is_picture, spans, to_queries, to_reals
from modelkin.queries.seeding import outputs_of, pick, require_request
from modelkin.records import AnyArray, FloatArray, IntArray

_TINY = 1e-12
_FAR = 2
_COARSE = 4  # pixels that move together in half of the probes


@dataclass(frozen=True)
class ProbedTwins(QueryCrafter):
    """Seeds, each with two far twins and a metamer, found by asking the source only.

    Around a seed a model is nearly linear, so its answers to some small random changes tell those
    to all their mixtures. The mixtures that move the answer most (the first two singular vectors)
    make far twins. A random mixture without all directions that move it, corrected by what
    the source then answers, makes the metamer (after Freeman and Simoncelli, 2011): another
    picture, equally far from the seed, which the source takes for the seed. A model that
    computes the same features does so too, whatever head it has; a sibling does not.

    Half of the changes move single pixels and half move squares of four pixels a side.

    Attributes:
        eps: L-inf radius, a share of the range of pictures or of a column.
        probes: random changes a seed, each one query to the source.
        corrections: further ones for each metamer.
    """

    name: ClassVar[str] = "probed_twins"
    group: ClassVar[int] = 4
    eps: float = 0.025
    probes: int = 256
    corrections: int = 4

    def craft(
        self,
        seeds: AnyArray,
        source: Oracle,
        *,
        n: int,
        rng: np.random.Generator,
        truth: IntArray | None = None,
    ) -> AnyArray:
        """Craft ``n / 4`` groups: row 4i is a seed, then its two far twins, then its metamer."""
        require_request(self, seeds, source, n=n, truth=truth)
        chosen = pick(seeds, n // self.group, rng)
        lows, highs = ball(chosen, seeds, self.eps)
        # half of the radius: mixtures of that size then rarely leave it
        size = self.eps / 2 * spans(seeds)
        found = np.repeat(chosen, self.group, axis=0)
        for place, seed in enumerate(chosen):
            search = _Search(source, seed, lows[place], highs[place], size)
            changes = self._changes(seed, size, rng)
            rows = slice(place * self.group + 1, (place + 1) * self.group)
            found[rows] = search.twins(changes, self.corrections, rng)
        return found

    def _changes(self, seed: AnyArray, size: FloatArray, rng: np.random.Generator) -> FloatArray:
        """(probes, *shape) random signs times the size."""
        drawn = signs(rng, (self.probes, *seed.shape))
        if is_picture(seed):
            height, width = seed.shape[:2]
            rows, columns = np.arange(height) // _COARSE, np.arange(width) // _COARSE
            drawn[::2] = drawn[::2][:, rows[:, None], columns]
        return drawn * size


class _Search:
    def __init__(
        self,
        source: Oracle,
        seed: AnyArray,
        low: FloatArray,
        high: FloatArray,
        size: FloatArray,
    ) -> None:
        self._source, self._seed, self._low, self._high, self._size = source, seed, low, high, size
        self._start = to_reals(seed[None])[0]
        self._own = outputs_of(source, seed[None])

    def twins(self, changes: FloatArray, corrections: int, rng: np.random.Generator) -> AnyArray:
        """(3, *shape): two far twins and a metamer."""
        asked = self._queries(changes)
        moved = outputs_of(self._source, asked) - self._own
        real = to_reals(asked) - self._start  # what rounding and bounds left of the changes
        axes, sizes, outputs = np.linalg.svd(moved, full_matrices=False)
        strong = sizes > _TINY * max(float(sizes[0]), _TINY)
        strong[len(changes) // 2 :] = False
        axes, sizes, outputs = axes[:, strong], sizes[strong], outputs[strong]
        mixture = normals(rng, (_FAR + 1, len(changes)))  # where a source has too few directions
        shown = min(_FAR, axes.shape[1])
        mixture[:shown] = axes[:, :shown].T
        mixture[_FAR] -= axes @ (axes.T @ mixture[_FAR])
        far = [self._farther(self._scaled(one, real)) for one in mixture[:_FAR]]
        change = self._scaled(mixture[_FAR], real)
        near, least = self._queries(change[None])[0], np.inf
        for _ in range(corrections):
            tried = self._queries(change[None])
            rest = (outputs_of(self._source, tried) - self._own)[0]
            if (length := float(np.linalg.norm(rest))) < least:
                near, least = tried[0], length
            change = to_reals(tried)[0] - self._start
            change = change - np.tensordot(axes @ ((outputs @ rest) / sizes), real, axes=1)
        return np.stack([*far, near])

    def _farther(self, change: FloatArray) -> AnyArray:
        """The change or its opposite, whichever moves the source more."""
        both = self._queries(np.stack([change, -change]))
        lengths = np.linalg.norm(outputs_of(self._source, both) - self._own, axis=1)
        return np.asarray(both[int(lengths.argmax())])

    def _scaled(self, mixture: FloatArray, real: FloatArray) -> FloatArray:
        change = np.tensordot(mixture, real, axes=1)
        root = float(np.sqrt(np.mean((change / np.maximum(self._size, _TINY)) ** 2)))
        return np.asarray(change / max(root, _TINY))

    def _queries(self, changes: FloatArray) -> AnyArray:
        reals = np.clip(self._start + changes, self._low, self._high)
        return to_queries(reals, self._seed[None])
