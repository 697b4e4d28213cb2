"""Compares that stop when the distance is known precisely."""

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

import modelkin
from modelkin import registry
from modelkin.answers.confidence_sequence import until_width
from modelkin.answers.draws import Draws
from modelkin.answers.losses import variation_losses
from modelkin.answers.scales import probabilities
from modelkin.cli.main import main
from modelkin.errors import IncompatibleError, UsageError
from modelkin.pipeline.evidence import Evidence
from modelkin.pipeline.precision import TURN, TWINS
from modelkin.pipeline.reading_evidence import read_evidence
from modelkin.pipeline.recomputing import recompute
from modelkin.pipeline.stopping import goes_round
from modelkin.protocols import PoolRecipe
from modelkin.queries.schedule import part_names

FASHION = Path(__file__).parents[2] / "examples/models/fashion"
SOURCE, COPY = FASHION / "source.onnx", FASHION / "copies/distilled.onnx"
HONEST = [FASHION / "honest/a-mlp.onnx", FASHION / "honest/a-cnn-1.onnx"]
_WIDTH = 0.08


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("stopped")


@pytest.fixture(scope="module")
def stopped(folder: Path) -> modelkin.Report:
    return modelkin.compare(
        SOURCE,
        COPY,
        references=HONEST,
        queries=1000,
        until_width=_WIDTH,
        cache=folder,
        evidence=folder / "evidence.zip",
    )


@pytest.fixture(scope="module")
def whole(stopped: modelkin.Report, folder: Path) -> Evidence:
    """All thousand answers, asked after the run that stopped."""
    assert stopped.suspect.asked < 1000
    modelkin.compare(SOURCE, COPY, queries=1000, cache=folder, evidence=folder / "whole.zip")
    return read_evidence(folder / "whole.zip")


def test_it_stops_at_the_first_look_that_is_narrow_enough(
    stopped: modelkin.Report, whole: Evidence
) -> None:
    """The same as from the answers to the whole pool, looked at afterwards."""
    found = stopped.precision
    assert found is not None
    assert found.method == "total_variation"
    assert found.reached
    asked = stopped.suspect.asked
    assert asked == stopped.suspect.asked_now == stopped.source.asked < 1000
    assert asked % TURN == 0
    losses = variation_losses(probabilities(whole.source), probabilities(whole.suspect))
    again = until_width(losses, _WIDTH, draws=Draws(group=TWINS, turn=TURN))
    assert (again.n, again.low, again.high) == pytest.approx(
        (asked, found.low, found.high), rel=1e-5
    )


def test_the_distance_is_the_headline_of_the_same_queries(stopped: modelkin.Report) -> None:
    found = stopped.precision
    assert found is not None
    headline = next(one for one in stopped.similarities if one.distance is not None)
    assert headline.method == found.method
    assert headline.distance == pytest.approx(found.value, rel=1e-6)
    assert found.low < found.value < found.high
    assert headline.n_queries == found.queries == stopped.pool.used


def test_references_are_asked_as_much_and_the_reader_is_told(
    stopped: modelkin.Report, folder: Path
) -> None:
    evidence = read_evidence(folder / "evidence.zip")
    lengths = {len(one.responses) for one in evidence.references}
    assert lengths == {stopped.suspect.asked} == {len(evidence.source)}
    assert any("settled how many queries" in warning for warning in stopped.warnings)


def test_a_later_run_goes_on_and_asks_nothing_twice(tmp_path: Path) -> None:
    first = modelkin.compare(SOURCE, COPY, queries=400, until_width=0.2, cache=tmp_path)
    asked = first.suspect.asked
    assert asked < 400
    second = modelkin.compare(SOURCE, COPY, queries=400, cache=tmp_path)
    assert second.suspect.asked_now == 400 - asked
    assert second.precision is None
    third = modelkin.compare(SOURCE, COPY, queries=400, until_width=0.2, cache=tmp_path)
    assert (third.suspect.asked_now, third.pool.used) == (0, first.pool.used)
    assert third.precision == first.precision
    fresh = modelkin.compare(SOURCE, COPY, queries=400, until_width=0.2, cache=tmp_path, fresh=True)
    assert fresh.suspect.asked_now == asked
    assert fresh.precision == first.precision


def test_a_budget_that_is_too_small_is_spent_and_said(tmp_path: Path) -> None:
    report = modelkin.compare(SOURCE, COPY, queries=150, until_width=0.01, cache=tmp_path)
    assert report.precision is not None
    assert not report.precision.reached
    assert report.suspect.asked == 150
    assert any("more --queries would narrow it" in warning for warning in report.warnings)


def test_labels_stop_by_their_disagreement(tmp_path: Path) -> None:
    report = modelkin.compare(
        SOURCE, COPY, queries=1000, until_width=0.15, access="label", cache=tmp_path
    )
    assert report.precision is not None
    assert report.precision.method == "label_agreement"
    assert report.precision.reached


def test_models_with_other_label_sets_are_asked_everything(tmp_path: Path) -> None:
    other = FASHION.parent / "mnist" / "source.onnx"
    report = modelkin.compare(SOURCE, other, queries=200, until_width=0.1, cache=tmp_path)
    assert report.precision is None
    assert report.suspect.asked == 200
    assert any("could not stop" in warning for warning in report.warnings)


def test_the_evidence_leads_to_the_same_interval(
    stopped: modelkin.Report, whole: Evidence, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    evidence = read_evidence(folder / "evidence.zip")
    assert recompute(evidence, name="evidence").precision == stopped.precision
    assert evidence.stated["precision"] is not None
    assert main(["verify", str(folder / "evidence.zip"), "--cache", str(folder)]) == 4
    assert "sha256 equal" in capsys.readouterr().out
    assert "until_width" not in json.dumps(whole.stated)


def test_found_queries_are_refused_because_their_order_is_their_own(tmp_path: Path) -> None:
    pictures = np.random.default_rng(0).integers(0, 256, (200, 28, 28, 3), dtype=np.uint8)
    np.save(tmp_path / "pictures.npy", pictures)
    with pytest.raises(IncompatibleError, match="no sample of the rest"):
        modelkin.compare(
            SOURCE, COPY, pool=tmp_path / "pictures.npy", until_width=0.1, cache=tmp_path
        )


@pytest.mark.parametrize("width", [0.0, -0.1, float("nan"), float("inf")])
def test_widths_that_cannot_be_are_named(width: float, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="wide"):
        modelkin.compare(SOURCE, COPY, until_width=width, cache=tmp_path)


@pytest.mark.parametrize("name", registry.names("pool"))
def test_a_mixture_goes_round_in_a_turn_or_is_refused(name: str, tmp_path: Path) -> None:
    """What makes the confidence sequence valid: each turn holds the parts in proportion."""
    recipe = registry.part(PoolRecipe, name)()  # type: ignore[type-abstract]
    if not goes_round(recipe):
        pool = name.replace("_", "-")
        with pytest.raises(IncompatibleError, match="in proportion"):
            modelkin.compare(SOURCE, COPY, pool=pool, until_width=0.1, cache=tmp_path)
        return
    parts = part_names(recipe.mixture(), 5 * TURN)
    turns = [Counter(parts[start : start + TURN]) for start in range(0, len(parts), TURN)]
    assert all(turn == turns[0] for turn in turns)


def test_the_common_mixture_can_be_stopped() -> None:
    assert goes_round(registry.part(PoolRecipe, "image_mix_v1")())  # type: ignore[type-abstract]
