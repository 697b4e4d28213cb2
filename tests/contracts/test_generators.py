"""Every registered generator keeps its contract."""

import pytest

from modelkin import registry
from modelkin.protocols import QueryGenerator
from modelkin.testing import GeneratorContract


class TestGenerators(GeneratorContract):
    @pytest.fixture(params=registry.names("generator"))
    def part(self, request: pytest.FixtureRequest) -> type[QueryGenerator]:
        return registry.part(QueryGenerator, request.param)  # type: ignore[type-abstract]
