"""The bench of scans on a made-up corpus, whose truth is known."""

import csv
import itertools
import shutil
import zipfile
from pathlib import Path

import numpy as np
import pytest
from tests.apps.test_apps_graded import net

from modelkin.apps.gathering import gather
from modelkin.apps.limits import WalkLimits
from modelkin.apps.vault import Vault
from modelkin.bench import scan
from modelkin.bench.field.corpus import read_corpus
from modelkin.bench.scanning.packing import pack
from modelkin.bench.scanning.rates import flag_rates
from modelkin.bench.scanning.recorded import record_pictures
from modelkin.bench.scanning.trials import Trials
from modelkin.pipeline.progress import Silent

_FAMILIES = 6


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two models of each of six backbones, under heads of their own."""
    folder = tmp_path_factory.mktemp("corpus")
    (folder / "models").mkdir()
    names = [(f"m{number}", number // 2) for number in range(2 * _FAMILIES)]
    for number, (name, backbone) in enumerate(names):
        path = folder / "models" / f"{name}.onnx"
        net(path, backbone=backbone, head=50 + number, classes=5 + number % 2)
    with (folder / "manifest.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["file", "family", "kind", "runs", "preprocessing"])
        rows.writerows([f"{name}.onnx", f"f{family}", "float", "ok", ""] for name, family in names)
    with (folder / "pairs.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["a", "b", "relation", "same_input_signature"])
        for (a, one), (b, other) in itertools.combinations(names, 2):
            rows.writerow([a, b, "same backbone frozen" if one == other else "unrelated", "1"])
    return folder


def test_packages_hold_every_model_once(corpus: Path, tmp_path: Path) -> None:
    models = sorted((corpus / "models").iterdir())
    apps = pack(models, tmp_path)
    assert len(apps) == 7
    found = gather(apps, Vault(tmp_path / "vault"), WalkLimits(), Silent())
    assert found.failed == ()
    assert len(found.models) == len(models)
    assert {len(one.places) for one in found.models} == {1}


@pytest.mark.slow
def test_a_corpus_is_scanned_twice_and_asked_once(
    corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scan, "identification", lambda *_, **__: {})
    done = scan.run(data=corpus, small=True, seed=0, progress=Silent())
    figures = {name: one.value for name, one in done.figures.items()}
    assert figures["corpus_models"] == 2 * _FAMILIES
    assert figures["corpus_asked"] == 900 * 2 * _FAMILIES
    assert figures["rescan_asked"] == 0
    assert figures["nearest_kin_right"] >= 0.75
    assert "19 families are needed" in done.missing["flag_false_at_5"]
    assert {row["zoo"] for row in done.rows} == {4}


@pytest.mark.slow
def test_rates_count_what_the_rule_says(corpus: Path, tmp_path: Path) -> None:
    read = read_corpus(corpus)
    recorded = record_pictures(read, read.models, tmp_path, Silent())
    assert recorded is not None
    trials = Trials(recorded, read.truth)
    assert trials.families == [f"f{number}" for number in range(_FAMILIES)]
    flagged, kin = trials.places("f0")
    honest = [trials.places(f"f{number}")[0] for number in range(1, 5)]
    rest = trials.places("f5")
    wide, narrow = trials.run(flagged, honest, (0.2, 0.05))
    assert (wide.kin, wide.strangers, wide.zoo) == (1, len(rest), 4)
    assert (wide.found, narrow.found) == (1, 0), "5 candidates support an alpha of 1/5 at best"
    assert narrow.false == narrow.false_hard == 0
    only_strangers = trials.run(flagged, honest, (0.2,), rest)[0]
    assert (only_strangers.kin, only_strangers.strangers) == (0, len(rest))
    assert kin not in rest
    once = flag_rates(recorded, read.truth, draws=1, seed=3, progress=Silent())
    again = flag_rates(recorded, read.truth, draws=1, seed=3, progress=Silent())
    assert once == again


def test_an_app_of_ones_own_is_timed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MODELKIN_CORPUS", raising=False)
    if shutil.which("unzip") is None:
        pytest.skip("needs unzip")
    app = tmp_path / "one.apk"
    with zipfile.ZipFile(app, "w") as archive:
        archive.write(net(tmp_path / "m.onnx", backbone=1, head=1, classes=3), "assets/m")
        archive.writestr("noise", np.random.default_rng(0).bytes(1 << 16))
    done = scan.run(data=app, small=True, seed=0, progress=Silent())
    assert done.figures["models_found"].value == 1
    assert done.figures["identify_ratio"].n == 3
    assert "set MODELKIN_CORPUS" in done.missing["corpus_minutes"]
