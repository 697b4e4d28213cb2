"""Objects named as ``module:attribute``, found with the current directory on the path."""

import difflib
import importlib
import os
import re
import sys
from typing import Any

from modelkin.errors import ModelNotFoundError

_NAME = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*:[^\W\d]\w*(\.[^\W\d]\w*)*")


def is_name(location: str) -> bool:
    """Tell if a text has the form ``module:attribute``."""
    return _NAME.fullmatch(location) is not None


def named_object(location: str) -> Any:  # noqa: ANN401 (users' objects)
    """Import the module and walk to the object.

    Raises:
        ModelNotFoundError: there is no such module or object.
    """
    module_name, _, attribute = location.partition(":")
    found = _imported(module_name)
    for name in attribute.split("."):
        found = _attribute(found, name, location)
    return found


def _imported(module_name: str) -> Any:  # noqa: ANN401 (a module, walked by attribute)
    here = os.getcwd()  # noqa: PTH109 (sys.path holds text)
    if here not in sys.path and "" not in sys.path:
        sys.path.insert(0, here)
    try:
        return importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name is None or not (module_name + ".").startswith(error.name + "."):
            raise  # the module is there, and something that it imports is not
        raise ModelNotFoundError(
            f"there is no module '{error.name}' in the current directory or on Python's path",
            hint=f"run from the folder that holds {error.name.split('.')[0]}.py, or set PYTHONPATH",
        ) from error


def _attribute(owner: Any, name: str, location: str) -> Any:  # noqa: ANN401 (users' objects)
    try:
        return getattr(owner, name)
    except AttributeError as error:
        known = [found for found in vars(owner) if not found.startswith("_")]
        close = difflib.get_close_matches(name, known, n=1)
        raise ModelNotFoundError(
            f"'{location}' does not exist: '{getattr(owner, '__name__', owner)}' has no '{name}'",
            hint=f"did you mean '{close[0]}'?" if close else f"it has: {', '.join(known[:8])}",
        ) from error
