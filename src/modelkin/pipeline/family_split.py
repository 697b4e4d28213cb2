"""Which honest families choose the queries, and which judge by them."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from modelkin.decision.conformal import families_needed
from modelkin.errors import IncompatibleError

LEAST_SELECTING = 3
"""Fewer families tell nothing of what honest models exchange for what."""
_USUAL_ALPHAS = (0.1, 0.05, 0.01)
_STREAM = 1_000_081


@dataclass(frozen=True, kw_only=True)
class FamilySplit:
    """Two groups of families without a common member.

    Attributes:
        selecting: those that take part in the choice of queries; they must not judge.
        judging: those that judge; the choice knows nothing of them.
    """

    selecting: tuple[str, ...]
    judging: tuple[str, ...]


def split_families(families: Iterable[str], *, alpha: float, seed: int) -> FamilySplit:
    """Split by the seed alone: neither source nor suspect nor any answer has a say.

    The names are sorted and shuffled. Half of them select, but no more than judging at alpha can
    spare and never fewer than three; the others judge.

    Args:
        families: names, in any order, each as often as it likes.
        alpha: wanted bound on false accusations.
        seed: of the run.

    Raises:
        IncompatibleError: fewer than four families, which leaves nobody to judge.

    >>> split = split_families([f"f{i}" for i in range(24)], alpha=0.05, seed=0)
    >>> len(split.selecting), len(split.judging)
    (5, 19)
    """
    names = sorted(set(families))
    if len(names) <= LEAST_SELECTING:
        raise IncompatibleError(
            f"{len(names)} independent families cannot be split into a selecting and a judging "
            f"group: at least {LEAST_SELECTING} select, and the others judge",
            hint="give more --references: "
            + ", ".join(
                f"{families_needed(one) + LEAST_SELECTING - len(names)} more for alpha {one:g}"
                for one in _USUAL_ALPHAS
            ),
        )
    spare = len(names) - families_needed(alpha)
    size = max(LEAST_SELECTING, min(len(names) // 2, spare))
    order = np.random.default_rng([seed, _STREAM]).permutation(len(names))
    mixed = [names[place] for place in order]
    return FamilySplit(selecting=tuple(sorted(mixed[:size])), judging=tuple(sorted(mixed[size:])))
