"""The folder of the tests on the path, a cache of their own, and ``compare`` as one call."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from modelkin.cli.main import main

_ROOT = str(Path(__file__).parents[2])
if _ROOT not in sys.path:
    sys.path.insert(0, _ROOT)

Compare = Callable[..., dict[str, Any]]


@pytest.fixture
def compare(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Compare:
    """Run ``modelkin compare`` and return its JSON; the exit code is under "exit"."""

    def run(*arguments: str) -> dict[str, Any]:
        cache = ["--cache", str(tmp_path / "cache"), "--queries", "200"]
        capsys.readouterr()
        code = main(["compare", *arguments, *cache, "--json", "-"])
        shown = capsys.readouterr()
        assert shown.out, shown.err
        return {**json.loads(shown.out), "exit": code}

    return run
