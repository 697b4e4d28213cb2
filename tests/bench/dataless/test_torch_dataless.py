"""The whole benchmark on invented image sets: it trains, resumes and tells the sets apart."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from modelkin.bench.dataless.asking import answer
from modelkin.bench.dataless.grammar import Grammar
from modelkin.bench.dataless.headline import headline
from modelkin.bench.dataless.maps import draw_maps
from modelkin.bench.dataless.member import Kind
from modelkin.bench.dataless.notes import notes_on
from modelkin.bench.dataless.pages import Outcome, as_markdown, as_page
from modelkin.bench.dataless.query_measures import LATENTS, MEASURES, MIXTURE, QueryMeasures
from modelkin.bench.dataless.recording import record, recorded
from modelkin.bench.dataless.scoring import score
from modelkin.bench.dataless.sidecars import write_sidecars
from modelkin.bench.dataless.trees import draw_trees
from modelkin.bench.dataless.zoo import Zoo
from modelkin.errors import UnsafeModelError, UsageError
from modelkin.models.opened import open_model
from modelkin.pipeline.progress import Silent
from modelkin.testing.extras import needs_extra

_SETS = ("left_28", "right_28")
pytestmark = [
    needs_extra(module, "bench") for module in ("torch", "onnx", "sklearn", "skops", "skimage")
]


def _write(folder: Path, name: str, seed: int) -> None:
    """Every class is a picture of its own, with noise; another set has other pictures."""
    rng = np.random.default_rng(seed)
    shapes = rng.integers(0, 256, (10, 28, 28, 1))
    content = {}
    for split, n in (("train", 600), ("test", 100)):
        labels = np.arange(n) % 10
        noisy = shapes[labels] + rng.normal(0, 40, (n, 28, 28, 1))
        content[f"x_{split}"] = np.clip(noisy, 0, 255).astype(np.uint8)
        content[f"y_{split}"] = labels.astype(np.int16)
    np.savez(folder / f"{name}.npz", allow_pickle=False, **content)


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> QueryMeasures:
    from modelkin.bench.dataless.training.job import build

    folder = tmp_path_factory.mktemp("dataless")
    for seed, name in enumerate(_SETS):
        _write(folder, name, seed)
    _write(folder, "third_28", len(_SETS))
    grammar = Grammar(sets=_SETS, copies=2, kinds=(Kind.CNN, Kind.SVM), maker_set="third_28")
    gans = tuple(
        replace(one, name=one.name.replace("maker", f"gan-{data}"), data=data)
        for one in grammar.makers()
        for data in _SETS
    )
    # GANs take long: a few steps make a function, if no good one
    short = Zoo(folder=folder / "zoo", members=gans, makers=grammar.makers(), shorten=0.01)
    long = replace(short, members=grammar.members(), makers=(), shorten=4.0)
    for zoo in (short, long):
        made = (*zoo.members, *zoo.makers)
        assert [build(zoo, folder, member) for member in made] == [""] * len(made)
    for member in (*short.members, *short.makers):
        log = short.log(member)
        assert log is not None
        long.keep(member, {key: value for key, value in log.items() if key != "recipe"})
    zoo = replace(long, members=(*long.members, *short.members), makers=short.makers)
    write_sidecars(zoo)
    asked = QueryMeasures(zoo=zoo, data=folder, count=60)
    record(asked, MEASURES, progress=lambda _: None)
    return asked


@pytest.mark.slow
def test_models_learn_and_their_answers_are_probabilities(asked: QueryMeasures) -> None:
    zoo = asked.zoo
    for member in zoo.members:
        log = zoo.log(member)
        assert log is not None
        if member.kind is Kind.GAN:
            assert recorded(asked, member, LATENTS).shape == (60, 784)
            assert recorded(asked, member, "gan-samples").shape == (60, 1)
            continue
        assert log["accuracy"] > 0.6, member.name
        for measure in MEASURES:
            answers = recorded(asked, member, measure)
            assert answers.shape == (60, 10)
            assert np.allclose(answers.sum(axis=1), 1)
    assert not zoo.holes()


@pytest.mark.slow
def test_queries_are_kept_and_drawn_alike_again(asked: QueryMeasures, tmp_path: Path) -> None:
    elsewhere = Zoo(folder=tmp_path, members=asked.zoo.members)
    again = QueryMeasures(zoo=elsewhere, data=asked.data, count=60)
    with pytest.raises(UsageError, match="no GAN"):
        again.queries("gan-samples")
    for measure in (one for one in MEASURES if one != "gan-samples"):
        assert np.array_equal(asked.queries(measure), again.queries(measure))
        assert asked.queries(measure).shape == (60, 28, 28, 1)


@pytest.mark.slow
def test_the_same_member_is_trained_to_the_same_answers(
    asked: QueryMeasures, tmp_path: Path
) -> None:
    from modelkin.bench.dataless.training.job import build

    again = Zoo(folder=tmp_path, members=asked.zoo.members, shorten=asked.zoo.shorten)
    for kind in (Kind.CNN, Kind.SVM):
        member = next(one for one in again.members if one.kind is kind)
        assert build(again, asked.data, member) == ""
        queries = asked.queries("uniform")
        before = answer(kind, asked.zoo.model(member), queries)
        assert np.array_equal(answer(kind, again.model(member), queries), before)


@pytest.mark.slow
def test_a_failure_is_written_down_and_tried_again(asked: QueryMeasures, tmp_path: Path) -> None:
    from modelkin.bench.dataless.training.job import build

    member = asked.zoo.members[0]
    zoo = Zoo(folder=tmp_path, members=(member,), shorten=0.1)
    assert "no image set" in build(zoo, tmp_path, member)
    assert not zoo.built(member)
    assert "no image set" in zoo.holes()[member.name]
    assert build(zoo, asked.data, member) == ""
    assert zoo.built(member)
    changed = Zoo(folder=tmp_path, members=(member,), shorten=0.2)
    assert not changed.built(member)


@pytest.mark.slow
def test_invented_sets_are_told_apart(asked: QueryMeasures) -> None:
    scores = score(asked, seed=0, progress=Silent())
    figures, missing = headline(scores)
    assert {"generator_auc_latents", "critic_auc_uniform"} <= set(figures)
    assert figures["cnn_auc_test_images"].value > 0.9
    assert figures["svm_auc_test_images"].value > 0.9
    assert missing["recipes_auc"]
    json.dumps([figure.value for figure in figures.values()])
    charts = [chart for chart in scores.charts if chart.measure in {MIXTURE, LATENTS}]
    outcome = Outcome(
        zoo=asked.zoo,
        scores=scores,
        figures=figures,
        missing=missing,
        notes=notes_on(asked.zoo, scores),
        plots=(draw_maps(charts), draw_trees(charts)),
        charts=charts,
    )
    page, markdown = as_page(outcome), as_markdown(outcome)
    shown = f"{figures['cnn_auc_test_images'].value:.3f}"
    assert shown in page
    assert shown in markdown
    assert page.count("<svg") == 2
    for plot in outcome.plots:
        assert plot.file().startswith("<?xml")


@pytest.mark.slow
def test_the_product_takes_the_pipelines_as_they_are(asked: QueryMeasures, tmp_path: Path) -> None:
    """A file that makes features of pictures answers the product as it answers the bench."""
    member = next(one for one in asked.zoo.members if one.kind is Kind.SVM)
    with pytest.raises(UnsafeModelError, match="hog_features"):
        open_model(str(asked.zoo.model(member)), cache=tmp_path)
    opened = open_model(str(asked.zoo.model(member)), allow_code=True, cache=tmp_path)
    try:
        pictures = asked.queries("image-mix-v1")[:8]
        (found,) = opened.answer([str(i) for i in range(8)], np.repeat(pictures, 3, axis=3))
    finally:
        opened.close()
    assert np.allclose(found, answer(Kind.SVM, asked.zoo.model(member), pictures), atol=1e-4)
