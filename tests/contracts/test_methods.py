"""Every registered method keeps its contract."""

import pytest

from modelkin import registry
from modelkin.protocols import Method
from modelkin.testing import MethodContract


class TestMethods(MethodContract):
    @pytest.fixture(params=registry.names("method"))
    def part(self, request: pytest.FixtureRequest) -> type[Method]:
        return registry.part(Method, request.param)
