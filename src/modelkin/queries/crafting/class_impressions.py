"""What the source takes for its classes, made from procedural starts without any data."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from modelkin.errors import BudgetError
from modelkin.protocols import Oracle, QueryCrafter
from modelkin.queries.adam import Adam
from modelkin.queries.impressions import classified, mixed_targets, nearest_starts, sure_and_unsure
from modelkin.queries.randomness import numbers
from modelkin.queries.reals import limits, spans, to_queries, to_reals
from modelkin.queries.seeding import alternate, pick, require_request, shuffled
from modelkin.queries.smooth import bumps, roughness, roughness_slope
from modelkin.records import AnyArray, FloatArray, IntArray

_MOST_STARTS = 500
_WIDEST = 0.5


@dataclass(frozen=True)
class ClassImpressions(QueryCrafter):
    """Inputs led to a class of the source or between two, and blends of two of them.

    Class impressions after Nayak et al., Zero-Shot Knowledge Distillation (ICML 2019): a seed
    that the source already answers most like a target is moved until the source answers the
    target, half of them one class, half a mixture of two, under a prior on smoothness. With
    gradients by Adam, else by evolution: one smooth bump a round that stays if it helps.
    Impressions and blends come in turns. The references play no part, as they are to judge.

    With ``selects`` half of the queries are the candidates (seeds, impressions, blends) of which
    the source is surest, half those of which it is least sure. On five sources of the benchmark
    that found fewer copies than impressions and blends alone (docs/methods.md).

    Attributes:
        budget: queries put to the source, kept exactly; a gradient counts as one.
        smoothness: weight of the squared differences of neighbouring pixels; rows have none.
        rate: step of the gradient search, a share of the range of pictures or of a column.
        selects: choose by the source's sureness.
    """

    name: ClassVar[str] = "class_impressions"
    budget: int = 10_000
    smoothness: float = 0.02
    rate: float = 0.02
    selects: bool = False

    def craft(
        self,
        seeds: AnyArray,
        source: Oracle,
        *,
        n: int,
        rng: np.random.Generator,
        truth: IntArray | None = None,
    ) -> AnyArray:
        """Craft ``n`` queries, two sorts in turns.

        Raises:
            BudgetError: the budget does not even show the seeds and the candidates.
        """
        require_request(self, seeds, source, n=n, truth=truth)
        starts = pick(seeds, max(n, min(len(seeds), _MOST_STARTS)), rng)
        count = -(-n // 2)
        spared = len(starts) + (2 * count if self.selects else 0)
        left = self.budget - spared
        if left < 0:
            raise BudgetError(
                f"crafter '{self.name}' may ask {self.budget} queries, {n} of its queries need "
                f"{spared} at least",
                hint="raise its budget, or craft fewer queries",
            )
        logs = classified(source, starts)
        targets = mixed_targets(count, logs.shape[1], rng)
        first = nearest_starts(targets, logs)
        moved = to_reals(starts[first])
        if source.differentiable:
            self._climb(moved, targets, source, seeds, left)
        else:
            worth = np.einsum("nk,nk->n", targets, logs[first])
            self._evolve(moved, worth, targets, source, seeds, left, rng)
        order = shuffled(count, rng)
        blends = np.empty_like(moved)
        # a single impression has none to be blended with but its seed
        other = moved[np.roll(order, 1)] if count > 1 else to_reals(starts[first])
        blends[order] = (moved[order] + other) / 2
        made = alternate(to_queries(moved, seeds), to_queries(blends, seeds))
        if not self.selects:
            return made[:n]
        logs = np.concatenate([logs, classified(source, made)])
        return np.asarray(np.concatenate([starts, made])[sure_and_unsure(logs, n)])

    def _climb(
        self, moved: FloatArray, targets: FloatArray, source: Oracle, seeds: AnyArray, left: int
    ) -> None:
        """Follow the slope, in place; the last, incomplete round serves the first ones."""
        low, high = limits(seeds)
        adam = Adam(moved.shape, rate=self.rate * spans(seeds))
        while left > 0:
            rows = np.arange(min(left, len(moved)))
            slope = source.gradient(moved[rows], targets[rows])
            slope = slope - self.smoothness * roughness_slope(moved[rows])
            moved[rows] = np.clip(moved[rows] + adam.step(slope, rows), low, high)
            left -= len(rows)

    def _evolve(
        self,
        moved: FloatArray,
        worth: FloatArray,
        targets: FloatArray,
        source: Oracle,
        seeds: AnyArray,
        left: int,
        rng: np.random.Generator,
    ) -> None:
        """Keep what helps, in place; bumps shrink from half of the size to a pixel."""
        low, high = limits(seeds)
        worth = worth - self.smoothness * roughness(moved)
        whole = max(left, 1)
        while left > 0:
            rows = min(left, len(moved))
            width = _WIDEST * (left / whole) * (1 + numbers(rng, 1)[0]) / 2
            change = bumps((rows, *moved.shape[1:]), width, rng) * spans(seeds)
            tried = np.clip(moved[:rows] + change, low, high)
            logs = source.log_probabilities(to_queries(tried, seeds))
            found = np.einsum("nk,nk->n", targets[:rows], logs) - self.smoothness * roughness(tried)
            better = np.flatnonzero(found > worth[:rows])
            moved[better], worth[better] = tried[better], found[better]
            left -= rows
