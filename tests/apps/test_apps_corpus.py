"""Apps made of real models, where MODELKIN_CORPUS names their folder."""

import csv
import zipfile
from pathlib import Path

from modelkin.apps.gathering import gather
from modelkin.apps.limits import WalkLimits
from modelkin.apps.vault import Vault
from modelkin.apps.weights.likeness import likeness
from modelkin.apps.weights.reading import read_weights
from modelkin.pipeline.progress import Silent
from modelkin.testing.extras import corpus_folder, needs_corpus

pytestmark = needs_corpus("mobile/models")


def mobile() -> Path:
    folder = corpus_folder()
    assert folder is not None
    return folder / "mobile"


def test_all_real_models_are_told_in_apps_under_other_names(tmp_path: Path) -> None:
    files = sorted((mobile() / "models").iterdir())
    models = [file for file in files if file.stat().st_size > 1000]
    apps = []
    for number in range(4):
        app = tmp_path / f"app-{number}.apk"
        with zipfile.ZipFile(app, "w", zipfile.ZIP_DEFLATED) as archive:
            for place, file in enumerate(models[number::4]):
                archive.write(file, f"res/raw/resource_{place}")
            archive.writestr("res/layout.xml", "<x/>" * 1000)
        apps.append(app)
    found = gather(apps, Vault(tmp_path / "vault"), WalkLimits(), Silent())
    assert found.failed == ()
    assert {one.digest[:12] for one in found.models} == {file.stem for file in models}
    told = {one.digest[:12]: one.kind for one in found.models}
    ends = {".tflite": "tflite", ".onnx": "onnx", ".ptl": "torch_mobile"}
    assert told == {file.stem: ends[file.suffix] for file in models}


def test_weights_of_real_kin_are_telling_and_of_strangers_are_not() -> None:
    with (mobile() / "pairs.csv").open(encoding="utf-8") as file:
        pairs = [row for row in csv.DictReader(file) if row["confidence"] == "high"]
    ends = {path.stem: path for path in (mobile() / "models").iterdir()}
    kinds = {".tflite": "tflite", ".onnx": "onnx", ".ptl": "torch_mobile"}
    read = {
        name: read_weights(kinds[path.suffix], path) or ()
        for name, path in ends.items()
        if path.stat().st_size > 1000
    }
    missed, wrong, kin, strangers = [], [], 0, 0
    for row in pairs:
        rated = likeness(read[row["a"]], read[row["b"]])
        if rated is None:
            continue
        related = row["relation"].startswith("same backbone frozen")
        unrelated = row["relation"] in {"unrelated", "same architecture, unrelated weights"}
        kin += related
        strangers += unrelated
        if related and not rated.telling:
            missed.append(row)
        if unrelated and rated.telling:
            wrong.append(row)
    assert kin > 20
    assert strangers > 500
    assert len(missed) <= 0.15 * kin
    assert len(wrong) <= 0.001 * strangers
