"""Every registered rule keeps its contract."""

import pytest

from modelkin import registry
from modelkin.protocols import DecisionRule
from modelkin.testing import RuleContract


class TestRules(RuleContract):
    @pytest.fixture(params=registry.names("rule"))
    def part(self, request: pytest.FixtureRequest) -> type[DecisionRule]:
        return registry.part(DecisionRule, request.param)  # type: ignore[type-abstract]
