"""A thousand models from recorded answers."""

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from modelkin.pipeline.choosing import make_method
from modelkin.pipeline.progress import Silent
from modelkin.pipeline.rating import rate
from modelkin.zoo.folder import ZooFolder
from modelkin.zoo.mapping import make_sheets

MakeAt = Callable[[Path, Mapping[str, Any]], ZooFolder]
MODELS, QUERIES, CLASSES = 1000, 500, 10
LIMIT = 10.0
PAIRS = 40


@pytest.fixture(scope="module")
def thousand(
    make_at: MakeAt, told: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory
) -> ZooFolder:
    rng = np.random.default_rng(0)
    bases = rng.normal(size=(40, QUERIES, CLASSES)) * 3
    noise = rng.normal(size=(MODELS, QUERIES, CLASSES))
    answers = (bases[np.arange(MODELS) % 40] + noise).astype(np.float32)
    folder = tmp_path_factory.mktemp("thousand") / "zoo"
    return make_at(folder, {f"model-{place:04d}": told(one) for place, one in enumerate(answers)})


@pytest.mark.slow
@pytest.mark.parametrize(
    "method", ["log_correlation", "label_agreement", "total_variation", "theiss_l2"]
)
def test_the_matrix_of_a_thousand_models(thousand: ZooFolder, method: str) -> None:
    """At most 10 s of one processor with the reading, and far less than pair by pair."""
    started = time.process_time()
    (sheet,) = make_sheets(thousand, method, Silent()).sheets
    whole = time.process_time() - started
    assert sheet.similarities.shape == (MODELS, MODELS)
    manifest = thousand.read()
    few = [thousand.answers(one, manifest.groups[0]) for one in manifest.members[: PAIRS + 1]]
    started = time.process_time()
    values = [rate(make_method(method), few[0], other) for other in few[1:]]
    by_pairs = (time.process_time() - started) / PAIRS * MODELS * (MODELS - 1) / 2
    assert values == pytest.approx(sheet.similarities[0, 1 : PAIRS + 1].tolist())
    assert whole <= LIMIT, f"{whole:.1f} s"
    assert whole <= by_pairs / 10, f"{whole:.1f} s against {by_pairs:.0f} s pair by pair"
