"""Every registered format keeps its contract; tiny/<name>.py makes its model."""

import importlib
from pathlib import Path

import pytest

from modelkin import registry
from modelkin.protocols import ModelFormat
from modelkin.testing import FormatContract
from modelkin.testing.skipping import skip_when_missing


class TestFormats(FormatContract):
    @pytest.fixture(params=registry.names("format"))
    def part(self, request: pytest.FixtureRequest) -> type[ModelFormat]:
        return registry.part(ModelFormat, request.param)  # type: ignore[type-abstract]

    @pytest.fixture
    def model_file(self, part: type[ModelFormat], tmp_path: Path) -> str:
        tiny = Path(__file__).parent / "tiny" / f"{part.name}.py"
        assert tiny.is_file(), f"{tiny} is missing: write(folder) makes a tiny model there"
        with skip_when_missing(part.extra):
            made = importlib.import_module(f"tests.contracts.tiny.{part.name}").write(tmp_path)
        return str(made)
