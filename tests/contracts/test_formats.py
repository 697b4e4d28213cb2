"""Every registered format keeps its contract; tiny/<name>.py makes its model."""

import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

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
    def model_file(self, part: type[ModelFormat], tmp_path: Path) -> Iterator[str]:
        module = _tiny(part)
        if hasattr(module, "serve"):  # an endpoint: its server lives as long as the test
            with skip_when_missing(part.extra), module.serve() as url:
                yield url
            return
        with skip_when_missing(part.extra):
            made = module.write(tmp_path)
        yield str(made)

    @pytest.fixture
    def settings(self, part: type[ModelFormat]) -> dict[str, Any]:
        return getattr(_tiny(part), "SETTINGS", {})


def _tiny(part: type[ModelFormat]) -> Any:  # noqa: ANN401 (a module)
    file = Path(__file__).parent / "tiny" / f"{part.name}.py"
    assert file.is_file(), f"{file} is missing: write(folder) or serve() makes a tiny model there"
    return importlib.import_module(f"tests.contracts.tiny.{part.name}")
