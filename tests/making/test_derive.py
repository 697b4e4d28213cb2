"""Copies of an ONNX model, made, listed, opened again and put in the suspect's place."""

import json
from pathlib import Path

import numpy as np
import pytest

import modelkin
from modelkin.cli.main import main
from modelkin.errors import UnknownNameError, UsageError
from modelkin.making.derived import Derived
from modelkin.making.deriving import run_derive
from modelkin.models.opened import open_model
from modelkin.pipeline.copies import follows_to, list_copies
from modelkin.pipeline.options import CompareOptions
from modelkin.pipeline.progress import Silent
from modelkin.testing.extras import needs_extra

_SOURCE = Path("examples/models/fashion/source.onnx").resolve()
_VIEWS = ("rounded", "recompressed")
_WEIGHTS = ("int4", "noised")


def derived(out: Path, cache: Path, *kinds: str, source: str = str(_SOURCE)) -> Derived:
    return run_derive(source, out, kinds, CompareOptions(cache=cache), Silent())


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def views(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> Derived:
    return derived(tmp_path_factory.mktemp("views"), cache, *_VIEWS)


def test_views_are_listed_with_their_derivation(views: Derived) -> None:
    assert [one.kind for one in views.copies] == ["recompressed"] * 3 + ["rounded"] * 3
    assert all(one.agreement is not None and one.agreement > 0.5 for one in views.copies)
    assert {entry.kind for entry in list_copies(views.folder)} == set(_VIEWS)
    for copy in views.copies:
        sidecar = json.loads(
            (views.folder / f"{copy.name}.modelkin.json").read_text(encoding="utf-8")
        )
        told = sidecar["derivation"]
        assert told["kind"] == copy.kind
        assert told["settings"] == dict(copy.settings)
        assert told["source_sha256"] == open_model(str(_SOURCE)).file_digest
        assert told["agreement"] == copy.agreement


def test_a_copy_can_be_compared_and_stands_in_the_suspects_place(
    views: Derived, cache: Path
) -> None:
    suspect = views.folder / "recompressed-60.view.json"
    report = modelkin.compare(
        _SOURCE, suspect, copies=views.folder, queries=60, cache=cache, methods=["label_agreement"]
    )
    assert report.similarities[0].value > 0.8
    assert report.power is not None
    assert len(report.power.copies) == 6
    # without references nobody is related but who answers alike in every digit that it shows
    assert {one.kind for one in report.power.copies if one.found} <= {"rounded"}


def test_only_views_of_the_source_itself_are_trusted(views: Derived, tmp_path: Path) -> None:
    entries = list_copies(views.folder)
    assert all(follows_to(entry, str(_SOURCE)) for entry in entries)
    assert not any(follows_to(entry, str(tmp_path / "other.onnx")) for entry in entries)


def test_copies_of_a_recording_are_views_of_its_answers(tmp_path: Path, cache: Path) -> None:
    told = tmp_path / "told.npz"
    arguments = ["record", str(_SOURCE), "--out", str(told), "--queries", "200"]
    assert main([*arguments, "--cache", str(cache), "--quiet"]) == 0
    (tmp_path / "told.npz.modelkin.json").write_text(
        '{"preprocessing": {"shape": [28, 28]}}', encoding="utf-8"
    )
    found = derived(tmp_path / "out", cache, "rounded", "noised", "recompressed", source=str(told))
    assert {one.kind for one in found.copies} == {"rounded"}
    reasons = {one.subject: one.reason for one in found.skipped}
    assert "recorded model cannot be changed" in reasons["noised-0.1"]
    assert "recompressed-60" in reasons


@needs_extra("onnx", "onnx")
def test_weights_are_changed_in_graded_strengths(tmp_path: Path, cache: Path) -> None:
    found = derived(tmp_path, cache, *_WEIGHTS)
    noised = [one.similarity for one in found.copies if one.kind == "noised"]
    assert len(noised) == 5
    assert noised == sorted(noised, key=lambda value: -(value or 0))
    assert (noised[0] or 0) > 0.99 > (noised[-1] or 1)
    assert {one.kind for one in found.copies} == set(_WEIGHTS)


@needs_extra("onnx", "onnx")
def test_same_seed_same_bytes(tmp_path: Path, cache: Path) -> None:
    first, second = (derived(tmp_path / name, cache, "noised") for name in ("a", "b"))
    for copy in first.copies:
        one, other = ((found.folder / copy.name).read_bytes() for found in (first, second))
        assert one == other
    assert len(first.copies) == len(second.copies)


@needs_extra("onnx", "onnx")
def test_quantized_files_hold_integers(tmp_path: Path, cache: Path) -> None:
    import onnx

    found = derived(tmp_path, cache, "int8")
    assert {one.settings["how"] for one in found.copies} == {"static", "dynamic", "weights"}
    for how in ("static", "dynamic"):
        model = onnx.load(tmp_path / f"int8-{how}.onnx")
        kinds = {onnx.helper.tensor_dtype_to_np_dtype(t.data_type) for t in model.graph.initializer}
        assert np.dtype(np.int8) in kinds


def test_mistakes_are_named(tmp_path: Path, cache: Path, views: Derived) -> None:
    with pytest.raises(UnknownNameError, match="melted"):
        derived(tmp_path, cache, "melted")
    with pytest.raises(UsageError, match="is a view"):
        derived(tmp_path, cache, source=str(views.folder / "rounded-1.view.json"))
