"""Which queries to spend on a suspect, from what is known before it is asked.

Every function takes the candidates in random order, so ties are broken by chance.
"""

import numpy as np

from modelkin.bench.label_replay.recorded import LabelArray
from modelkin.queries.ranking import best_of
from modelkin.records import FloatArray, IntArray


def least_expected(p0: FloatArray, predicted: LabelArray, budget: int) -> IntArray:
    """Null-contrastive selection: where honest models agree least with the source.

    No class that the source predicts takes more than a tenth of the budget (at least one query),
    lest one confusable class stand for the whole model. Where this leaves a rest, as with fewer
    than ten classes, the rest is taken by p0 alone.

    Args:
        p0: (candidates,) chance that an honest model agrees.
        predicted: (candidates,) the source's labels.
        budget: number of queries.

    Returns:
        (budget,) positions of the queries, the least expected first.
    """
    return best_of(p0, predicted.astype(np.int64), budget)


def mistakes(predicted: LabelArray, truth: LabelArray, budget: int) -> IntArray:
    """AKH: inputs that the source gets wrong; right ones follow when there are too few.

    Paper: Godinot et al., "Queries, Representation & Detection", AAAI 2025.
    """
    return np.argsort(predicted == truth, kind="stable")[:budget]


def most_changed(changed: FloatArray, without: int, budget: int) -> IntArray:
    """Inputs nearest to the source's boundary, as far as recorded labels show it.

    IPGuard crafts points on the boundary with gradients, which recorded labels do not allow. The
    nearer an input lies, the more small changes of the model flip its label: so take those that
    most of the source's own variants answer unlike it. Kinds count alike, however many variants
    they have. The suspect's kind is left out, so no tested copy took part in choosing its queries.

    Paper: Cao, Jia and Gong, "IPGuard", ASIA CCS 2021.

    Args:
        changed: (kinds, candidates) share of variants that answer unlike the source, NaN for none.
        without: the kind to leave out; a number that is none leaves all in.
        budget: number of queries.
    """
    others = np.arange(len(changed)) != without
    known = changed[others & ~np.isnan(changed).any(axis=1)]
    return np.argsort(-known.mean(axis=0), kind="stable")[:budget]
