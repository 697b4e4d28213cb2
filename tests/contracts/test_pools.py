"""Every registered pool keeps its contract."""

import pytest

from modelkin import registry
from modelkin.protocols import PoolRecipe
from modelkin.testing import PoolContract


class TestPools(PoolContract):
    @pytest.fixture(params=registry.names("pool"))
    def part(self, request: pytest.FixtureRequest) -> type[PoolRecipe]:
        return registry.part(PoolRecipe, request.param)  # type: ignore[type-abstract]
