"""Every registered fingerprint keeps its contract."""

import pytest

from modelkin import registry
from modelkin.protocols import FingerprintMethod
from modelkin.testing import FingerprintContract


class TestFingerprints(FingerprintContract):
    @pytest.fixture(params=registry.names("fingerprint"))
    def part(self, request: pytest.FixtureRequest) -> type[FingerprintMethod]:
        return registry.part(FingerprintMethod, request.param)  # type: ignore[type-abstract]
