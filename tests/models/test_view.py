"""Less of a model: every access level, in Python and by flag."""

import json
from pathlib import Path

import numpy as np
import pytest

import modelkin
from modelkin.cli.main import main
from modelkin.errors import BudgetError, UsageError
from modelkin.models.opened import open_model
from modelkin.records import Access, Batch, Verdict

FASHION = Path("examples/models/fashion")
SOURCE, COPY = str(FASHION / "source.onnx"), str(FASHION / "copies/finetuned.onnx")
ROWS = np.random.default_rng(0).random((6, 1, 28, 28)).astype(np.float32)
BATCH = Batch(ids=("",) * 6, inputs=(ROWS,))


def test_labels_only() -> None:
    whole = open_model(SOURCE)
    (scores,) = whole.model.predict(BATCH)
    view = whole.seen(Access.LABEL)
    (labels,) = view.model.predict(BATCH)
    assert labels[:, 0].tolist() == scores.astype(float).argmax(axis=1).tolist()
    assert view.signature.access is Access.LABEL
    assert view.digest != whole.digest, "answers of a view are no answers of the model"


def test_top_k_hides_the_rest_and_keeps_the_order() -> None:
    model = open_model(str(FASHION / "honest/b-cnn-softmax.onnx"))
    (scores,) = (found.astype(float) for found in model.model.predict(BATCH))
    (seen,) = (
        found.astype(float) for found in model.seen(Access.TOP_K, top_k=3).model.predict(BATCH)
    )
    for whole, shown in zip(scores, seen, strict=True):
        best = np.argsort(-whole)
        assert np.allclose(shown[best[:3]], whole[best[:3]])
        assert np.ptp(shown[best[3:]]) == 0
        assert shown[best[3]] <= shown[best[2]]


def test_rounded() -> None:
    (seen,) = open_model(SOURCE).seen(decimals=1).model.predict(BATCH)
    assert np.allclose(seen.astype(float) * 10, np.rint(seen.astype(float) * 10))


def test_a_budget_is_kept() -> None:
    view = open_model(SOURCE).seen(budget=10).model
    view.predict(BATCH)
    with pytest.raises(BudgetError, match="12 answers were asked of a view that gives 10"):
        view.predict(BATCH)


@pytest.mark.parametrize(
    ("access", "decimals", "method"),
    [
        (Access.SCORES, 2, "log_correlation"),
        (Access.TOP_K, None, "label_agreement"),
        (Access.LABEL, None, "label_agreement"),
    ],
)
def test_views_compare_like_models(
    access: Access, decimals: int | None, method: str, answers_cache: Path
) -> None:
    suspect = open_model(COPY).seen(access, decimals=decimals)
    report = modelkin.compare(SOURCE, suspect, references=[FASHION / "honest"], cache=answers_cache)
    assert report.decision.similarity.method == method
    assert report.decision.verdict is Verdict.RELATED


def test_flags_see_the_same_as_views(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = [SOURCE, COPY, "--round", "2", "--queries", "100", "--cache", str(tmp_path)]
    assert main(["compare", *arguments, "--json", "-"]) == 4
    flagged = json.loads(capsys.readouterr().out)["similarities"]
    sides = [open_model(path).seen(decimals=2) for path in (SOURCE, COPY)]
    viewed = modelkin.compare(*sides, cache=tmp_path, queries=100)
    for similarity in viewed.similarities:
        assert flagged[similarity.method] == pytest.approx(similarity.value, abs=1e-6)


def test_impossible_views_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be shown"):
        modelkin.compare(SOURCE, COPY, decimals=-1, cache=tmp_path)


def test_inspect_writes_what_it_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "override.json"
    assert main(["inspect", SOURCE, "--write", str(file)]) == 0
    assert json.loads(file.read_text(encoding="utf-8"))["preprocessing"]["layout"] == "NCHW"
    arguments = [SOURCE, SOURCE, "--suspect-override", str(file), "--cache", str(tmp_path)]
    assert main(["compare", *arguments]) == 1
    assert "identical" in capsys.readouterr().out
