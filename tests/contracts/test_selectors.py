"""Every registered selector keeps its contract."""

import pytest

from modelkin import registry
from modelkin.protocols import QuerySelector
from modelkin.testing import SelectorContract


class TestSelectors(SelectorContract):
    @pytest.fixture(params=registry.names("selector"))
    def part(self, request: pytest.FixtureRequest) -> type[QuerySelector]:
        return registry.part(QuerySelector, request.param)  # type: ignore[type-abstract]
