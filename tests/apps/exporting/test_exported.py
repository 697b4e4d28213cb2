"""Every reader against what the exporters really write, and kin and strangers across formats."""

import json
import os
from pathlib import Path

import pytest
from tests.apps.exporting.exported import FOLDED, VARIANTS, formats, rated, scanned, told

from modelkin.apps.weights.ncnn_param import NUMBERED
from modelkin.apps.weights.reading import read_weights

_NAMED = os.environ.get("MODELKIN_EXPORTED", "")
FOLDER = Path(_NAMED)
FORMATS = formats(FOLDER) if _NAMED else []
_COARSE = {"mnn_nibbles": 0.98}
pytestmark = pytest.mark.skipif(
    not _NAMED and "exporters" not in os.environ.get("MODELKIN_REQUIRE", "").split(","),
    reason="needs MODELKIN_EXPORTED, which make lane-weights writes",
)


def test_every_exporter_wrote_its_format() -> None:
    assert len(FORMATS) >= 27


@pytest.mark.parametrize("name", FORMATS)
def test_a_reader_finds_the_tensors_that_were_exported(name: str) -> None:
    kind, found = scanned(FOLDER / "source" / name)
    assert kind.split("_")[0] in name or kind in {"torchscript", "hdf5_weights"}
    held = "folded" if name in FOLDED else "plain"
    alike = rated(found, told(FOLDER / "source" / f"{held}.npz"))
    assert alike.aligned > 0.9
    assert alike.correlation is not None
    assert alike.correlation > _COARSE.get(name, 0.9999)
    own = FOLDER / "source" / name / "truth.npz"
    if own.exists():
        known = {one.multiset for one in found} | {one.digest for one in found}
        missing = [one for one in told(own) if not {one.multiset, one.digest} & known]
        assert missing == []


@pytest.mark.parametrize("name", FORMATS)
def test_copies_are_told_in_every_format_and_retrains_never(name: str) -> None:
    source = scanned(FOLDER / "source/onnx")[1]
    for variant in VARIANTS:
        found = scanned(FOLDER / variant / name)[1]
        alike = rated(source, found)
        if variant == "retrained":
            assert alike.equal < 0.01
            assert abs(alike.correlation or 0.0) < 0.2
            assert not alike.telling
        else:
            assert alike.telling
            assert alike.correlation is not None
            assert alike.correlation > 0.8


@pytest.mark.parametrize(
    ("kind", "file"),
    [
        ("lightgbm", "lightgbm.txt"),
        ("xgboost", "xgboost.json"),
        ("xgboost", "xgboost.ubj"),
        ("catboost", "catboost-symmetrictree.cbm"),
        ("catboost", "catboost-lossguide.cbm"),
    ],
)
def test_boosters_share_whole_trees_with_a_copy_and_none_with_a_retrain(
    kind: str, file: str
) -> None:
    if not _NAMED:
        pytest.fail("MODELKIN_EXPORTED is not set")
    source, tuned, other = (
        read_weights(kind, FOLDER / "boosters" / one / file)
        for one in ("source", "tuned", "retrained")
    )
    assert source
    assert tuned
    assert other
    if "lossguide" in file:  # all leaves as one: equal or not
        assert rated(source, source).equal == 1.0
    else:
        assert len(source) >= 19
        assert rated(source, tuned).equal > 0.95
    alike = rated(source, other)
    assert (alike.equal, alike.correlation) == (0.0, None)


def test_ncnn_numbers_its_layers_as_the_reader_does() -> None:
    if not _NAMED:
        pytest.fail("MODELKIN_EXPORTED is not set")
    numbers = json.loads((FOLDER / "ncnn.json").read_text())
    assert {name: number for number, name in NUMBERED.items()} == numbers


def test_both_forms_of_xgboost_are_the_same() -> None:
    if not _NAMED:
        pytest.fail("MODELKIN_EXPORTED is not set")
    text, binary = (
        read_weights("xgboost", FOLDER / f"boosters/source/xgboost.{one}")
        for one in ("json", "ubj")
    )
    assert text
    assert binary
    assert rated(text, binary).equal == 1.0
