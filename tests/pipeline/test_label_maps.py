"""Names of classes that contradict each other are refused where numbers would be compared."""

from pathlib import Path

import numpy as np
import pytest

import modelkin
from modelkin.errors import IncompatibleError
from modelkin.models.recorded_table import write_recorded
from modelkin.records import Modality, OutputKind

_N = 60


def table(path: Path, labels: list[str], kind: OutputKind) -> Path:
    ids = modelkin.open_pool(
        "vector-mix-v1/d4/n60/s0",
        modality=Modality.VECTOR,
        shape=None,
        n=None,
        seed=0,
        cache=path.parent,
    ).ids
    rng = np.random.default_rng(len(path.name))
    values = rng.integers(0, 3, (_N, 1)) if kind is OutputKind.LABELS else rng.normal(size=(_N, 3))
    write_recorded(path, list(ids), values, kind=kind, labels=labels)
    return path


@pytest.mark.parametrize(
    ("labels", "place"),
    [(["cat", "fox", "dog"], "class 1 is 'dog' in the one and 'fox' in the other")],
)
def test_labels_only(tmp_path: Path, labels: list[str], place: str) -> None:
    source = table(tmp_path / "a.npz", ["cat", "dog", "fox"], OutputKind.LABELS)
    suspect = table(tmp_path / "bb.npz", labels, OutputKind.LABELS)
    with pytest.raises(IncompatibleError, match=place):
        modelkin.compare(source, suspect, cache=tmp_path)
    alike = table(tmp_path / "ccc.npz", ["cat", "dog", "fox"], OutputKind.LABELS)
    report = modelkin.compare(source, alike, references=[suspect], cache=tmp_path)
    assert any("do not match" in one.reason for one in report.failed), "the reference is named"


def test_scores_are_matched_by_the_answers_and_it_is_said(tmp_path: Path) -> None:
    source = table(tmp_path / "a.npz", ["cat", "dog", "fox"], OutputKind.LOGITS)
    suspect = table(tmp_path / "bb.npz", ["cat", "fox", "dog"], OutputKind.LOGITS)
    report = modelkin.compare(source, suspect, cache=tmp_path)
    assert any("matched by the answers" in warning for warning in report.warnings)
