"""Contract tests for parts in and out of the tree.

A part of your own is tested by a class that says which part it is::

    class TestMine(MeasureContract):
        @pytest.fixture
        def part(self) -> type[SimilarityMeasure]:
            return Mine

Formats say with a second fixture, ``model_file``, where a tiny model of theirs is.
"""

import importlib
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from modelkin.testing.crafter_contract import CrafterContract
    from modelkin.testing.fingerprint_contract import FingerprintContract
    from modelkin.testing.format_contract import FormatContract
    from modelkin.testing.generator_contract import GeneratorContract
    from modelkin.testing.measure_contract import MeasureContract
    from modelkin.testing.method_contract import MethodContract
    from modelkin.testing.pool_contract import PoolContract
    from modelkin.testing.rule_contract import RuleContract
    from modelkin.testing.selector_contract import SelectorContract

__all__ = [
    "CrafterContract",
    "FingerprintContract",
    "FormatContract",
    "GeneratorContract",
    "MeasureContract",
    "MethodContract",
    "PoolContract",
    "RuleContract",
    "SelectorContract",
]

_HOMES = {name: f"{__name__}.{name.removesuffix('Contract').lower()}_contract" for name in __all__}

if "pytest" in sys.modules:
    # failing asserts of a contract then show both sides, as those of a test file do
    import pytest

    pytest.register_assert_rewrite(f"{__name__}.component_contract", *_HOMES.values())


def __getattr__(name: str) -> Any:  # noqa: ANN401 (a class; its type is declared above)
    if name not in _HOMES:
        raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
    return getattr(importlib.import_module(_HOMES[name]), name)
