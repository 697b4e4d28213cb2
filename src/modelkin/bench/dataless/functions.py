"""The sorts of function that are compared, and how: classifiers, generators and critics."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from modelkin.bench.dataless.distances import ESTIMATORS, distances
from modelkin.bench.dataless.gan_distances import (
    CRITIC_DISTANCES,
    GENERATOR_DISTANCES,
    grey_spread,
)
from modelkin.bench.dataless.log_distances import LOG_DISTANCES
from modelkin.bench.dataless.member import Kind
from modelkin.bench.dataless.permutation_free import PERMUTATION_FREE
from modelkin.bench.dataless.query_measures import LATENTS, MEASURES
from modelkin.records import AnyArray, FloatArray

Distance = Callable[[Sequence[Any]], FloatArray]
"""Of a sort's own answers: probabilities, scores, or grey values."""


@dataclass(frozen=True, kw_only=True)
class Functions:
    """Models that can be compared with each other as functions.

    Attributes:
        kinds: the sorts of model that are of this sort of function.
        part: name of the half of a GAN, or empty for a whole model.
        measures: query measures that they are asked.
        estimators: of their distance, by name.
        main: the estimator of the figures, settled before any result was seen.
        varied: how much one model's answers vary over the queries; see ``Scores.variety``.
        relative: hold that against the same model on the measure where it varies most.
    """

    kinds: tuple[Kind, ...]
    part: str = ""
    measures: tuple[str, ...]
    estimators: Mapping[str, Distance]
    main: str
    varied: Callable[[Any], float]
    relative: bool = False


def labels_varied(answers: AnyArray) -> float:
    """Share of queries to which a classifier does not give its commonest label."""
    labels = answers.argmax(axis=1)
    return 1 - float(np.bincount(labels).max()) / len(labels)


def score_spread(answers: AnyArray) -> float:
    """Deviation of a critic's scores, in their own unit."""
    return float(answers.std())


CLASSIFIERS = Functions(
    kinds=(Kind.CNN, Kind.SVM),
    measures=MEASURES,
    estimators={
        **{name: partial(distances, name) for name in ESTIMATORS},
        **LOG_DISTANCES,
        **PERMUTATION_FREE,
    },
    main="l1",
    varied=labels_varied,
)
GENERATORS = Functions(
    kinds=(Kind.GAN,),
    part="generator",
    measures=(LATENTS,),
    estimators=GENERATOR_DISTANCES,
    main="energy",
    varied=grey_spread,
)
CRITICS = Functions(
    kinds=(Kind.GAN,),
    part="critic",
    measures=MEASURES,
    estimators=CRITIC_DISTANCES,
    main="l2-standardised",
    varied=score_spread,
    relative=True,
)
EVERY = (CLASSIFIERS, GENERATORS, CRITICS)
MAIN = {
    **{kind.value: CLASSIFIERS.main for kind in CLASSIFIERS.kinds},
    "+".join(CLASSIFIERS.kinds): CLASSIFIERS.main,
    GENERATORS.part: GENERATORS.main,
    CRITICS.part: CRITICS.main,
}
"""The estimator of the figures, by sort."""
