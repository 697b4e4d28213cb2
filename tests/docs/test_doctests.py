"""Examples in docstrings hold."""

import doctest
import importlib
import importlib.util
import pkgutil
from collections.abc import Iterator

import pytest

import modelkin

_TRAINING = ".training."
_TRAINERS = ("torch", "onnx", "sklearn", "skops")


def _modules() -> Iterator[str]:
    """All modules; only those that train need a framework, the others import it in functions."""
    trains = all(importlib.util.find_spec(one) for one in _TRAINERS)
    for found in pkgutil.walk_packages(modelkin.__path__, "modelkin."):
        if not found.name.endswith("__main__") and (trains or _TRAINING not in found.name):
            yield found.name


@pytest.mark.parametrize("name", sorted(_modules()))
def test_examples_hold(name: str) -> None:
    result = doctest.testmod(importlib.import_module(name))
    assert result.failed == 0


def test_some_examples_are_found() -> None:
    finder = doctest.DocTestFinder(exclude_empty=True)
    modules = [importlib.import_module(name) for name in _modules()]
    found = [test for module in modules for test in finder.find(module) if test.examples]
    assert len(found) >= 5
