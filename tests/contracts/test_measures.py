"""Every registered measure keeps its contract, on what the methods give it."""

from collections.abc import Sequence
from functools import partial
from typing import cast

import numpy as np
import pytest

from modelkin import registry
from modelkin.protocols import FingerprintMethod, Method, SimilarityMeasure
from modelkin.records import FloatArray
from modelkin.testing import MeasureContract
from modelkin.testing.measure_contract import Draw, draw_probabilities
from modelkin.testing.toys import ToySubject, toy_pool, toy_responses


def fingerprint_of_toy(fingerprint: FingerprintMethod, rng: np.random.Generator) -> FloatArray:
    model = ToySubject(int(rng.integers(1 << 31)))
    return fingerprint.extract(toy_responses(model, toy_pool(120)))


class TestMeasures(MeasureContract):
    @pytest.fixture(params=registry.names("measure"))
    def part(self, request: pytest.FixtureRequest) -> type[SimilarityMeasure]:
        return registry.part(SimilarityMeasure, request.param)  # type: ignore[type-abstract]

    @pytest.fixture
    def draws(self, part: type[SimilarityMeasure]) -> Sequence[Draw]:
        methods = [cast("type[Method]", method)() for method in registry.every("method")]
        used = {method.fingerprint for method in methods if type(method.similarity) is part}
        made = [partial(fingerprint_of_toy, fingerprint) for fingerprint in sorted(used, key=repr)]
        return made or (draw_probabilities,)
