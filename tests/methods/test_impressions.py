"""The method on class impressions tells a copy from honest models."""

import numpy as np

from modelkin.methods.impressions import Impressions
from modelkin.queries.crafting.class_impressions import ClassImpressions
from modelkin.testing.toy_crafting import toy_crafted_pool
from modelkin.testing.toys import ToySubject, toy_responses


def test_the_source_rates_one_and_strangers_less() -> None:
    method = Impressions(crafter=ClassImpressions(budget=2000))
    assert method.crafter is not None
    pool = toy_crafted_pool(method.crafter, 1, n=60)
    own = method.fingerprint_of(toy_responses(ToySubject(1), pool))
    assert method.rate(own, own) == 1.0
    others = [method.fingerprint_of(toy_responses(ToySubject(one), pool)) for one in range(2, 6)]
    assert np.max([method.rate(own, other) for other in others]) < 0.9
