"""One cache for a whole run, so that each example model is asked a pool once.

Every process of a parallel run has its own: models are never asked by two runs at once.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def answers_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of pools and recorded answers; also where ``MODELKIN_CACHE`` points."""
    return tmp_path_factory.getbasetemp() / "modelkin-cache"


@pytest.fixture(scope="session", autouse=True)
def _no_cache_of_the_user(answers_cache: Path) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MODELKIN_CACHE", str(answers_cache))
        yield
