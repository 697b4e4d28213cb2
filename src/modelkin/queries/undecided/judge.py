"""How decided a model is, with the queries that it costs to ask."""

from collections.abc import Callable, Sequence

import numpy as np

from modelkin.queries.canvas import Pixels
from modelkin.queries.undecided.around import around
from modelkin.queries.undecided.candidates import Candidates
from modelkin.records import FloatArray, IntArray

_PIECE = 16


class Judge:
    """Asks a model and keeps to a budget.

    Args:
        ask: (n, h, w, 3) even bytes to (n, k) log-probabilities.
        budget: most queries.
    """

    def __init__(self, ask: Callable[[Pixels], FloatArray], *, budget: int) -> None:
        self._ask = ask
        self._budget = budget
        self.asked = 0
        self.usual = 0

    def affords(self, count: int) -> bool:
        """Whether so many queries are left."""
        return self.asked + count <= self._budget

    def answers(
        self, pictures: Sequence[FloatArray], *, sd: float, rng: np.random.Generator
    ) -> FloatArray:
        """(n, k) answers to pictures under fresh noise.

        Args:
            pictures: n of (h, w, 3) reals in [0, 1].
            sd: of the noise, as a share of the range; 0 adds none.
            rng: of the noise.
        """
        self.asked += len(pictures)
        found = [
            self._ask(around(np.stack(pictures[start : start + _PIECE]), sd=sd, rng=rng))
            for start in range(0, len(pictures), _PIECE)
        ]
        return np.concatenate(found)

    def look(self, begin: Candidates, *, rng: np.random.Generator) -> FloatArray:
        """(n, k) answers to candidates, without noise."""
        found = []
        for start in range(0, len(begin), _PIECE):
            places = range(start, min(start + _PIECE, len(begin)))
            found.append(self.answers([begin.at(place) for place in places], sd=0, rng=rng))
        return np.concatenate(found)

    def settle(self, answers: FloatArray) -> IntArray:
        """(n,) labels; the commonest becomes the usual one."""
        labels = np.asarray(answers.argmax(axis=1), dtype=np.int64)
        self.usual = int(np.bincount(labels).argmax())
        return labels

    def leads(self, answers: FloatArray) -> FloatArray:
        """(n,) nats by which the usual class leads the best other one; negative where it lost."""
        others = np.delete(answers, self.usual, axis=1).max(axis=1)
        return np.asarray(answers[:, self.usual] - others, dtype=np.float64)
