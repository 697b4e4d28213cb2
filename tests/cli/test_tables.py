"""Pairs of models of tables, from training to verdict, through the command line."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.models.tables import (
    CLASSES,
    NAMES,
    table,
    train_catboost,
    train_lightgbm,
    train_xgboost,
)

from modelkin.cli.main import main
from modelkin.models.columns import as_given
from modelkin.models.opened import OpenedModel, open_model
from modelkin.pipeline.columns import agree_on_columns
from modelkin.queries.opening import open_pool
from modelkin.records import FloatArray, Modality, Pool
from modelkin.testing.extras import needs_extra

needs_lightgbm = needs_extra("lightgbm", "lightgbm")
needs_xgboost = needs_extra("xgboost", "xgboost")
needs_catboost = needs_extra("catboost", "catboost")
RELATED, UNDECIDED, USAGE, FAILED = 1, 4, 2, 3


def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    capsys.readouterr()
    code = main(["compare", *arguments, "--cache", str(tmp_path / "cache"), "--json", "-"])
    shown = capsys.readouterr()
    return code, json.loads(shown.out) if shown.out else shown.err


def vector_pool(tmp_path: Path, columns: int) -> Pool:
    return open_pool(
        "vector-mix-v1",
        modality=Modality.VECTOR,
        shape=(columns,),
        n=None,
        seed=0,
        cache=tmp_path / "cache",
    )


def answers(opened: OpenedModel, pool: Pool) -> FloatArray:
    *_, scores = opened.answer(pool.ids, pool.read(0, len(pool)))
    return scores.astype(np.float64)


def write_onnx_of_lightgbm(trained: Any, path: Path) -> str:  # noqa: ANN401 (untyped)
    tools = pytest.importorskip("onnxmltools", reason="needs onnxmltools: make lane-tables")
    from onnxmltools.convert.common.data_types import FloatTensorType

    taken = [("input", FloatTensorType([None, len(NAMES)]))]
    made = tools.convert_lightgbm(trained, initial_types=taken, zipmap=False, target_opset=15)
    path.write_bytes(made.SerializeToString())
    return str(path)


# measured of 500 answers without and with column specs: distinct ones, and the commonest one
FULL = ((48, 182), (345, 46))
WITHOUT_RATIO = ((3, 359), (254, 45))


@needs_lightgbm
@pytest.mark.parametrize(("places", "measured"), [([0, 1, 2, 3], FULL), ([1, 2, 3], WITHOUT_RATIO)])
def test_column_specs_make_a_table_s_answers_diverse(
    tmp_path: Path, places: list[int], measured: tuple[tuple[int, int], tuple[int, int]]
) -> None:
    import lightgbm

    rows, classes = table()
    held = lightgbm.Dataset(
        rows[:, places],
        classes,
        feature_name=[NAMES[place] for place in places],
        categorical_feature=[places.index(2)],
        params={"verbose": -1, "min_data_per_group": 20, "cat_smooth": 1},
    )
    params = {"objective": "multiclass", "num_class": CLASSES, "verbose": -1, "num_leaves": 8}
    path = tmp_path / "m.txt"
    lightgbm.train({**params, "num_threads": 1}, held, 15).save_model(str(path))
    opened, pool = open_model(str(path)), vector_pool(tmp_path, len(places))
    plain = replace(opened, preprocessing=as_given(opened.fed))
    found = []
    for model in (plain, opened):
        scores = answers(model, pool).round(9)
        counts = np.unique(scores, axis=0, return_counts=True)[1]
        found.append((len(counts), int(counts.max())))
    np.testing.assert_allclose(found, measured, rtol=0.1)
    assert found[1][0] > 5 * found[0][0]
    assert found[1][1] < found[0][1] / 3
    assert len(np.unique(answers(opened, pool).argmax(axis=1))) == CLASSES


@needs_lightgbm
@pytest.mark.parametrize("categories", [True, False])
def test_lightgbm_against_its_onnx_export_is_identical(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], *, categories: bool
) -> None:
    trained = train_lightgbm(categories=categories)
    text = str(tmp_path / "m.txt")
    trained.save_model(text)
    onnx = write_onnx_of_lightgbm(trained, tmp_path / "m.onnx")
    code, report = run(tmp_path, capsys, text, onnx)
    assert (code, report["relation"]) == (RELATED, "identical")
    fed = [report[side]["preprocessing"] for side in ("source", "suspect")]
    assert [one["convention"] for one in fed] == ["columns from the file", "columns of the source"]
    assert {one["origin"] for one in fed} == {"file"}
    code, swapped = run(tmp_path, capsys, onnx, text)
    assert (code, swapped["relation"]) == (RELATED, "identical")
    assert swapped["source"]["preprocessing"]["convention"] == "columns of the suspect"
    pool = vector_pool(tmp_path, len(NAMES))
    sides = agree_on_columns(open_model(text), open_model(onnx), pool)[:2]
    apart = np.abs(answers(sides[0], pool) - answers(sides[1], pool)).max()
    assert 0 < apart < 1e-6, "measured: 1.1e-7, since ONNX sums the trees in 32 bits"


@needs_xgboost
def test_xgboost_json_against_ubj_is_identical(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    trained, other = train_xgboost(), train_xgboost(seed=7)
    paths = [str(tmp_path / name) for name in ("m.json", "m.ubj", "other.json")]
    for model, path in zip((trained, trained, other), paths, strict=True):
        model.save_model(path)
    code, report = run(tmp_path, capsys, *paths[:2])
    assert (code, report["relation"]) == (RELATED, "identical")
    assert "bit for bit" in report["reason"]
    code, report = run(tmp_path, capsys, paths[0], paths[2])
    assert (code, report["relation"]) == (UNDECIDED, None)
    assert report["source"]["classes_seen"] == CLASSES


@needs_catboost
def test_catboost_against_its_onnx_export_is_identical(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    trained = train_catboost()
    paths = [str(tmp_path / name) for name in ("m.cbm", "m.onnx", "other.cbm")]
    trained.save_model(paths[0])
    trained.save_model(paths[1], format="onnx")
    train_catboost(seed=7).save_model(paths[2])
    code, report = run(tmp_path, capsys, *paths[:2])
    assert (code, report["relation"]) == (RELATED, "identical")
    code, report = run(tmp_path, capsys, paths[0], paths[2])
    assert (code, report["relation"]) == (UNDECIDED, None)


@needs_lightgbm
@needs_xgboost
@needs_catboost
def test_honest_models_of_other_libraries_serve_as_references(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A folder with .txt and .json in it; the null tells a copy from an honest model."""
    source = train_lightgbm()
    source.save_model(str(tmp_path / "source.txt"))
    copy = write_onnx_of_lightgbm(source, tmp_path / "copy.onnx")
    honest = tmp_path / "honest"
    honest.mkdir()
    for seed in range(1, 8):
        train_lightgbm(seed=seed).save_model(str(honest / f"l{seed}.txt"))
        train_xgboost(seed=seed).save_model(str(honest / f"x{seed}.json"))
        train_catboost(seed=seed, categories=True).save_model(str(honest / f"c{seed}.cbm"))
    train_xgboost(seed=20).save_model(str(tmp_path / "honest.ubj"))
    text = str(tmp_path / "source.txt")
    code, report = run(tmp_path, capsys, text, copy, "--references", str(honest), "--null", "N2")
    assert (code, report["relation"]) == (RELATED, "identical")
    assert report["null"]["n_models"] == 21
    assert not [one for one in report["outcomes"] if one["kind"] == "failed"]
    suspect = str(tmp_path / "honest.ubj")
    code, report = run(tmp_path, capsys, text, suspect, "--references", str(honest), "--null", "N2")
    assert (code, report["verdict"]) == (0, "no-evidence")


@needs_lightgbm
def test_columns_in_another_order_are_matched_by_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import lightgbm

    rows, classes = table()
    turned = [3, 1, 0, 2]
    params = {"objective": "multiclass", "num_class": CLASSES, "verbose": -1, "num_threads": 1}
    paths = []
    for name, order in (("a", [0, 1, 2, 3]), ("b", turned)):
        held = lightgbm.Dataset(
            rows[:, order],
            classes,
            feature_name=[NAMES[place] for place in order],
            params={"verbose": -1},
        )
        paths.append(str(tmp_path / f"{name}.txt"))
        lightgbm.train(params, held, 15).save_model(paths[-1])
    code, report = run(tmp_path, capsys, *paths)
    assert (code, report["relation"]) == (RELATED, "identical")
    assert report["suspect"]["preprocessing"]["order"] == turned
    assert any("matched by name" in warning for warning in report["warnings"])


@needs_lightgbm
def test_other_columns_are_refused_by_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = [tmp_path / "a.txt", tmp_path / "b.txt"]
    train_lightgbm().save_model(str(paths[0]))
    paths[1].write_text(paths[0].read_text().replace("income", "wealth"))
    code, told = run(tmp_path, capsys, *map(str, paths))
    assert code == USAGE
    flat = " ".join(told.split())
    assert "'a.txt' alone has 'income'" in flat
    assert "'b.txt' alone has 'wealth'" in flat
    assert "override file" in flat


@needs_lightgbm
def test_recorded_answers_keep_the_columns_they_were_asked_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    trained = train_lightgbm()
    text, kept = str(tmp_path / "m.txt"), tmp_path / "answers.npz"
    trained.save_model(text)
    onnx = write_onnx_of_lightgbm(trained, tmp_path / "m.onnx")
    cache = ("--cache", str(tmp_path / "cache"))
    assert main(["record", text, "--out", str(kept), *cache]) == 0
    for source, suspect in ((str(kept), onnx), (onnx, str(kept))):
        code, report = run(tmp_path, capsys, source, suspect)
        assert (code, report["relation"]) == (RELATED, "identical")
    beside = kept.with_name(kept.name + ".modelkin.json")
    assert '"age"' in beside.read_text()
    beside.unlink()
    _, report = run(tmp_path, capsys, str(kept), text)
    assert any("does not say which columns" in warning for warning in report["warnings"])
    assert report["relation"] is None


@needs_lightgbm
def test_a_table_of_real_rows_is_asked_as_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    trained = train_lightgbm()
    text, pool = str(tmp_path / "m.txt"), tmp_path / "rows.csv"
    trained.save_model(text)
    onnx = write_onnx_of_lightgbm(trained, tmp_path / "m.onnx")
    rows, _ = table(seed=3, rows=200)
    np.savetxt(pool, rows, delimiter=",", header=",".join(NAMES), comments="")
    code, report = run(tmp_path, capsys, text, onnx, "--pool", str(pool))
    assert (code, report["relation"]) == (RELATED, "identical")
    assert report["source"]["preprocessing"]["convention"] == "as given"
    assert report["source"]["classes_seen"] == CLASSES


@needs_lightgbm
def test_stated_columns_win_and_are_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text, override = str(tmp_path / "m.txt"), tmp_path / "columns.json"
    train_lightgbm().save_model(text)
    stated = [{"name": "income", "low": 4e5, "high": 6e5}]
    override.write_text(json.dumps({"preprocessing": {"columns": stated}}))
    assert main(["inspect", text, "--override", str(override)]) == 0
    shown = capsys.readouterr().out
    assert "columns as stated (override)" in shown
    assert "income: number 400000 to 600000" in shown
    assert "kind: one of 0, 1, 2, 3, 4" in shown
    assert "age: integer 18 to 89" in shown
    other = str(tmp_path / "other.txt")
    train_lightgbm(seed=7).save_model(other)
    _, report = run(tmp_path, capsys, other, text, "--suspect-override", str(override))
    for side in ("source", "suspect"):
        income = report[side]["preprocessing"]["columns"][1]
        assert (income["low"], income["high"]) == (4e5, 6e5)
    assert report["source"]["preprocessing"]["convention"] == "columns of the suspect"


@needs_lightgbm
def test_a_broken_booster_is_one_paragraph(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "m.txt"
    train_lightgbm().save_model(str(path))
    path.write_text(path.read_text()[:3000])
    code, told = run(tmp_path, capsys, str(path), str(path))
    assert code == FAILED
    assert "ends before its last tree does" in told
    assert "Traceback" not in told
    assert len(told.strip().splitlines()) < 5
