"""The gRPC form against a small server: the same scores, the same patience, the same errors."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.models.fake_grpc import serving
from tests.models.fake_server import softmax
from tests.models.test_endpoint_failures import FAST, ask, make_pool

from modelkin.errors import BrokenModelError, PredictionError, UsageError
from modelkin.models.opened import open_model
from modelkin.testing.extras import needs_extra

pytestmark = needs_extra("tritonclient", "grpc")


@pytest.fixture
def served() -> Iterator[tuple[str, list[Any]]]:
    with serving() as running:
        yield running


def test_same_scores(served: tuple[str, list[Any]], tmp_path: Path) -> None:
    found = ask(open_model(served[0], endpoint=FAST), tmp_path)
    np.testing.assert_array_equal(found.responses.values, softmax(make_pool().read(0, 40)))
    assert (found.asked_now, found.lost) == (40, 0)


def test_failures_that_pass_are_counted(served: tuple[str, list[Any]], tmp_path: Path) -> None:
    served[1][:] = [("UNAVAILABLE", "later"), ("RESOURCE_EXHAUSTED", "busy")]
    found = ask(open_model(served[0], endpoint=FAST), tmp_path)
    assert (found.asked_now, found.lost) == (40, 16)


def test_failures_that_last(served: tuple[str, list[Any]], tmp_path: Path) -> None:
    served[1][:] = [("INVALID_ARGUMENT", "wrong tensor 'y'")]
    with pytest.raises(PredictionError, match="INVALID_ARGUMENT: wrong tensor") as caught:
        ask(open_model(served[0], endpoint=FAST), tmp_path)
    assert served[0] in str(caught.value)
    served[1][:] = [("UNAVAILABLE", "later")] * 4
    with pytest.raises(PredictionError, match=r"UNAVAILABLE: later \(4 tries\)"):
        ask(open_model(served[0], endpoint=FAST), tmp_path / "other")


def test_a_refused_batch_is_halved(served: tuple[str, list[Any]], tmp_path: Path) -> None:
    served[1][:] = [("INVALID_ARGUMENT", "batch-size must be <= 4")]
    opened = open_model(served[0], endpoint=FAST)
    assert ask(opened, tmp_path).lost == 8
    assert opened.wire is not None
    assert opened.wire.largest == 4


def test_what_cannot_be_opened(
    served: tuple[str, list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(BrokenModelError, match="NOT_FOUND: no model none"):
        open_model(served[0].replace("tiny", "none"), endpoint=FAST)
    with pytest.raises(UsageError, match="does not name a model"):
        open_model("grpc://127.0.0.1:1/", endpoint=FAST)
    with pytest.raises(BrokenModelError, match="UNAVAILABLE"):
        open_model("grpc://127.0.0.1:1/tiny", endpoint=dataclasses.replace(FAST, tries=1))
    monkeypatch.setenv("MY_TOKEN", "s3cr3t-t0ken")
    secret = dataclasses.replace(FAST, headers=(("authorization", "MY_TOKEN"),))
    opened = open_model(served[0], endpoint=secret)
    assert "t0ken" not in f"{opened} {vars(opened.model)}"
