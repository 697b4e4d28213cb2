"""A compare that decides by class impressions, from two files to evidence."""

from pathlib import Path

import modelkin
from modelkin.pipeline.reading_evidence import read_evidence
from modelkin.pipeline.recomputing import recompute

FASHION = Path(__file__).parents[2] / "examples/models/fashion"


def test_a_compare_decides_by_class_impressions(tmp_path: Path) -> None:
    evidence = tmp_path / "evidence.zip"
    report = modelkin.compare(
        FASHION / "source.onnx",
        FASHION / "copies/finetuned.onnx",
        references=[FASHION / "honest/a-mlp.onnx", FASHION / "honest/a-cnn-1.onnx"],
        queries=60,
        methods=("impressions",),
        cache=tmp_path,
        evidence=evidence,
    )
    (similarity,) = report.similarities
    assert similarity.method == "impressions"
    assert similarity.value > 0.9
    null = report.decision.null
    assert null is not None
    honest = [one.similarity for one in null.scores if one.similarity is not None]
    assert similarity.value > max(honest)
    assert len(honest) == 2
    assert any("10000 more queries" in warning for warning in report.warnings)
    judgement = recompute(read_evidence(evidence), name="evidence")
    assert judgement.similarities == report.similarities
