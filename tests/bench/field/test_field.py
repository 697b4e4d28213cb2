"""The bench of app models, on networks of a few thousand weights."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from modelkin.bench import field, processes
from modelkin.bench.field import asking, bench, opening, second, stress
from modelkin.bench.field.corpus import read_corpus
from modelkin.bench.field.questions import COLOUR, Questions
from modelkin.bench.field.study import Study, study
from modelkin.bench.figures import BenchResult
from modelkin.errors import UsageError
from modelkin.pipeline.progress import Silent
from modelkin.pipeline.undecided import LEAST_LIVE, live_share


@pytest.fixture(scope="module", autouse=True)
def _one_process() -> Iterator[None]:
    """Starting processes takes seconds; what they do is the same in this one."""

    def serial(
        job: Callable[[Any], Any],
        items: Sequence[Any],
        *,
        progress: Callable[[int], None],
        prepare: Callable[[], None],
    ) -> list[Any]:
        del prepare
        found = []
        for item in items:
            found.append(job(item))
            progress(1)
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(asking, "each", serial)
        patch.setattr(opening, "each", serial)
        patch.setattr(second, "each", serial)
        for module in (stress, bench):
            patch.setattr(module, "STEEPNESS", (1, 30))
        yield


SMALL = Questions(colour=8, grey=8, pictures=1020, rows=60)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def measured(corpus_folder: Path, cache: Path) -> Study:
    corpus = read_corpus(corpus_folder)
    return study(corpus, corpus.models, questions=SMALL, cache=cache, progress=Silent())


@pytest.fixture(scope="module")
def result(measured: Study, corpus_folder: Path, cache: Path) -> BenchResult:
    del measured  # its answers are in the cache
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bench, "_questions", lambda **_: SMALL)
        return field.run(data=corpus_folder, small=False, seed=0, progress=Silent(), cache=cache)


def test_kin_under_other_heads_are_found(result: BenchResult) -> None:
    assert result.figures["auc_colour"].value > 0.97
    assert result.figures["tpr_at_fpr5_colour"].value > 0.9
    assert result.figures["auc_colour"].n == 6 + 1 + 4  # the steep head has four kin


def test_mute_models_are_refused_counted_and_listed(result: BenchResult) -> None:
    rows = {row["file"]: row for row in result.rows}
    assert rows["mute.onnx"]["outcome"] == "cannot tell"
    assert rows["broken.onnx"]["outcome"] == "failed"
    assert "broken" in rows["broken.onnx"]["why"]
    assert result.figures["cannot_tell"].value == pytest.approx(1 / 12)
    assert result.figures["models_run"].value == pytest.approx(12 / 13)
    mute_too = result.figures["auc_colour_mute_too"]
    assert mute_too.n == result.figures["auc_colour"].n


def test_a_model_that_the_pool_does_not_move_is_asked_where_it_is_undecided(
    measured: Study, result: BenchResult
) -> None:
    found = measured.second["steep.onnx"]
    assert measured.answered["steep.onnx"].mute
    assert (found.points > 0, found.failed) == (True, {})
    for file, state in measured.answered.items():  # what the pool moves is left alone
        shown = state.responses
        moved = shown is not None and live_share(shown) >= LEAST_LIVE
        assert (file in measured.second) is not moved, file
    row = next(row for row in result.rows if row["file"] == "steep.onnx")
    assert row["outcome"] == "rated"
    assert row["kin"] > 10 * abs(row["stranger"])
    # the pool, the search, and the noise around its points and those of others: all is counted
    noises = sum(one.points > 0 for one in measured.second.values())
    assert row["asked"] == SMALL.pictures + found.searched + noises * SMALL.pictures
    assert result.figures["cannot_tell_first_pool"].value == pytest.approx(2 / 12)


def test_noise_around_the_points_of_one_tells_strangers_nothing(measured: Study) -> None:
    group = measured.groups[COLOUR]
    again = np.isfinite(group.pairs.of(group.second))
    judged, related = group.judged(), group.pairs.related
    assert judged[again & related].min() > np.abs(judged[again & ~related]).max()
    others = np.isfinite(group.similarity("graded_cka")) & ~again
    np.testing.assert_array_equal(judged[others], group.similarity("graded_cka")[others])


def test_more_decided_heads_move_less(result: BenchResult) -> None:
    moved = [result.figures[f"sharp{steepness}_hardly_moved"] for steepness in (1, 30)]
    assert [one.n for one in moved] == [11] * 2
    assert moved[-1].value >= moved[0].value
    assert result.figures["sharp1_auc"].value > 0.9


def test_hard_pairs_count_whether_judged_or_not(result: BenchResult) -> None:
    hard = result.figures["false_related_hard"]
    assert (hard.value, hard.n) == (0.0, 1)
    assert result.figures["hard_judged"].value == 0.0  # five families reach no alpha of .01


def test_every_figure_lies_in_its_interval_and_what_is_missing_says_why(
    result: BenchResult,
) -> None:
    for name, one in result.figures.items():
        assert one.low <= one.value <= one.high, name
    assert "auc_twins" in result.missing
    assert all(result.missing.values())
    assert not set(result.missing) & set(result.figures)


def test_the_truth_is_read_only_to_score(measured: Study, corpus_folder: Path, cache: Path) -> None:
    corpus = read_corpus(corpus_folder)
    blind = tuple(
        type(one)(key=one.key, file=one.file, family="one", quantized=True) for one in corpus.models
    )
    again = study(corpus, blind, questions=SMALL, cache=cache, progress=Silent())
    for method, known in measured.groups[COLOUR].rated.methods.items():  # type: ignore[union-attr]
        np.testing.assert_array_equal(again.groups[COLOUR].rated.methods[method], known)  # type: ignore[union-attr]


def test_a_second_run_asks_nothing(measured: Study, corpus_folder: Path, cache: Path) -> None:
    assert any(one.seconds > 0 for one in measured.answered.values())
    corpus = read_corpus(corpus_folder)
    again = study(corpus, corpus.models, questions=SMALL, cache=cache, progress=Silent())
    assert all(one.seconds == 0 for one in again.answered.values())


def test_table_page_and_map_show_the_figures(result: BenchResult) -> None:
    assert f"{result.figures['auc_colour'].value:.3f}" in result.markdown
    assert "## Cannot tell" in result.markdown
    assert "field-map.svg" in result.markdown
    assert "<script" not in result.page
    assert "mute.onnx" in result.page
    assert result.pictures["field-map.svg"].count("alder") >= 4
    assert "Content-Security-Policy" in result.page


def test_rows_are_plain_json(result: BenchResult) -> None:
    assert json.loads(json.dumps(result.rows)) == list(result.rows)


def test_two_processes_answer_like_one(
    measured: Study, corpus_folder: Path, tmp_path: Path
) -> None:
    files = ("alder0.onnx", "broken.onnx")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(opening, "each", processes.each)
        found = opening.open_all(
            corpus_folder / "models",
            files,
            questions=SMALL,
            cache=tmp_path,
            progress=lambda _: None,
        )
    assert found == [measured.opened[file] for file in files]


def test_small_takes_some_models(corpus_folder: Path) -> None:
    corpus = read_corpus(corpus_folder)
    many = replace(corpus, models=corpus.models * 4)
    drawn = bench._drawn(many, 3)
    assert 0 < len(drawn) < len(many.models)
    assert drawn == bench._drawn(many, 3)


def test_a_folder_without_tables_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no corpus") as caught:
        field.run(data=tmp_path, small=True, seed=0, progress=Silent(), cache=tmp_path)
    assert "pairs.csv" in caught.value.hint


def test_a_corpus_in_which_nothing_runs_is_refused(tmp_path: Path, cache: Path) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "models/a.onnx").write_bytes(b"no model")
    (tmp_path / "manifest.csv").write_text("file,family,kind\na.onnx,solo,float\n")
    (tmp_path / "pairs.csv").write_text("a,b,relation,same_input_signature\n")
    with pytest.raises(UsageError, match="no model of"):
        field.run(data=tmp_path, small=False, seed=0, progress=Silent(), cache=cache)


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "manifest.csv").write_text("file,family\na.onnx,solo\n")
    (tmp_path / "pairs.csv").write_text("a,b\n")
    with pytest.raises(UsageError, match="kind"):
        read_corpus(tmp_path)
