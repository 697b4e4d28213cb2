"""Is a model's nearest kin nearer than strangers ever are to each other?

A model that is unrelated to all of a zoo is one more family beside the zoo's. Then the likeness
to the nearest stranger, ``T``, of the model is exchangeable with that of every family, so its rank
among them is a conformal p-value (Vovk, Gammerman and Shafer 2005). All families are rated on the
same terms: ``T`` of a family counts its likeness to the scanned model too. It is the choice of the
nearest that must not be forgotten: of honest models more than half are the nearest of their own
nearest, so a p-value that takes the nearest for granted accuses most of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from modelkin.apps.simultaneous import standing
from modelkin.records import FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class Strangers:
    """The models of a zoo, by independent family.

    Attributes:
        codes: (n,) number of each model's family.
        apart: (f,) each family's likeness to the nearest model of another family.
    """

    codes: IntArray
    apart: FloatArray

    @property
    def families(self) -> int:
        """How many there are."""
        return len(self.apart)


def strangers(similarities: FloatArray, families: Sequence[str]) -> Strangers:
    """Rate the families of a zoo among themselves.

    Args:
        similarities: (n, n) of the zoo's models.
        families: of each.
    """
    names = sorted(set(families))
    codes = np.array([names.index(family) for family in families], dtype=np.int64)
    others = np.where(codes[:, None] == codes[None, :], -np.inf, similarities)
    nearest = others.max(axis=1, initial=-np.inf)
    return Strangers(codes, by_family(nearest, codes, len(names)))


def by_family(values: FloatArray, codes: IntArray, count: int) -> FloatArray:
    """(count,) the largest value of each family."""
    found = np.full(count, -np.inf)
    np.maximum.at(found, codes, values)
    return found


def zoo_p_value(to_zoo: FloatArray, known: Strangers) -> float:
    """That a model is nearer to its nearest in the zoo than by chance; at least ``2 / (f + 1)``.

    Args:
        to_zoo: (n,) likeness of the model to each of the zoo.
        known: the zoo's own.
    """
    own = float(to_zoo.max())
    each = np.maximum(known.apart, by_family(to_zoo, known.codes, known.families))
    return float((1 + (each >= own).sum()) / (known.families + 1))


def apps_p_value(row: FloatArray, zoo: FloatArray) -> float:
    """That a scanned model has kin among the others; at least ``1 / (f + 1)``.

    A model without kin there is, for the others, one more family beside the zoo's: its best
    standing is ranked among theirs (see ``simultaneous``).

    Args:
        row: (m,) likeness of the model to each of the other scanned ones.
        zoo: (f, m) likeness of each family of the zoo to them.
    """
    scores = standing(np.vstack([row, zoo]))
    best = scores.max(axis=1)
    return float((1 + (best[1:] >= best[0]).sum()) / len(best))
