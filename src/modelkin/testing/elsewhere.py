"""Running something in another process, where nothing is left over from this one."""

import importlib
import importlib.util
import inspect
import json
import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

from modelkin.protocols import Component

_PATH = "import json, sys\nstarted = set(sys.modules)\nsys.path[:] = json.loads(sys.argv[1])\n"
_CALL = "from modelkin.testing.elsewhere import answer\nprint(answer(*sys.argv[2:]))\n"
_SECONDS = 120


def run_elsewhere(code: str, *arguments: str) -> str:
    """Run Python code in a new interpreter and return what it prints.

    The code finds ``json``, ``sys``, the set ``started`` of the modules that were loaded before
    anything else, and the arguments from ``sys.argv[2]`` on. Strings hash differently there.

    Raises:
        AssertionError: the code failed.
    """
    seed = "2" if os.environ.get("PYTHONHASHSEED") == "1" else "1"
    command = [sys.executable, "-c", _PATH + code, json.dumps(sys.path), *arguments]
    done = subprocess.run(  # noqa: S603 (our own interpreter and code)
        command,
        env={**os.environ, "PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
        check=False,
        timeout=_SECONDS,
    )
    if done.returncode:
        raise AssertionError(f"failed in another process:\n{done.stderr}")
    return done.stdout.strip()


def call_elsewhere(task: Callable[[type[Any]], str], part: type[Component]) -> str:
    """Call a function of a module with a part, in another process.

    Args:
        task: takes the class of a part and returns text.
        part: found there by its module's name, else by its file.
    """
    file = str(inspect.getfile(part))
    names = (task.__module__, task.__name__, part.__module__, file, part.__qualname__)
    return run_elsewhere(_CALL, *names)


def answer(task_module: str, task: str, module: str, file: str, qualname: str) -> str:
    """Do what ``call_elsewhere`` asks for; called in the other process."""
    try:
        found: Any = importlib.import_module(module)
    except ModuleNotFoundError:
        spec = importlib.util.spec_from_file_location(module, file)
        if spec is None or spec.loader is None:
            raise
        found = importlib.util.module_from_spec(spec)
        sys.modules[module] = found
        spec.loader.exec_module(found)
    for name in qualname.split("."):
        found = getattr(found, name)
    return str(getattr(importlib.import_module(task_module), task)(found))
