"""Skipping inside a test, when only loading shows that a framework is missing."""

import contextlib
import os
from collections.abc import Iterator

import pytest


@contextlib.contextmanager
def skip_when_missing(extra: str | None) -> Iterator[None]:
    """Turn a missing framework into a skip; without an extra nothing may be missing.

    Where the environment variable MODELKIN_REQUIRE names the extra (comma-separated), the error
    stays an error, as with ``modelkin.testing.extras.needs_extra``.
    """
    try:
        yield
    except ImportError as error:
        if extra is None or extra in os.environ.get("MODELKIN_REQUIRE", "").split(","):
            raise
        pytest.skip(f"{error}: pip install 'modelkin[{extra}]'")
