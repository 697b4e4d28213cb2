"""MLServer: scikit-learn and LightGBM behind the Open Inference Protocol, HTTP and gRPC."""

import importlib.util
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.servers.conftest import Compare
from tests.servers.models import write_boosted, write_joblib, write_skops
from tests.servers.running import free_ports, running, venv

_BOOSTED = """
import lightgbm
_booster = lightgbm.Booster(model_file={path!r})
def scores(rows):
    return _booster.predict(rows, num_threads=1)
scores.modelkin = {{"shape": [4], "dtype": "float64", "output": "probabilities"}}
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """HTTP and gRPC roots of a server that holds both kinds of models."""
    programs, folder = venv("mlserver"), tmp_path_factory.mktemp("mlserver")
    kinds = {
        "classifier": ("mlserver_sklearn.SKLearnModel", write_joblib(folder, 1)),
        "boosted": ("mlserver_lightgbm.LightGBMModel", write_boosted(folder, 1)),
    }
    for name, (runtime, file) in kinds.items():
        (folder / name).mkdir()
        settings = {"name": name, "implementation": runtime, "parameters": {"uri": str(file)}}
        (folder / name / "model-settings.json").write_text(json.dumps(settings))
    http, grpc, metrics = free_ports(3)
    ports = {"http_port": http, "grpc_port": grpc, "metrics_port": metrics}
    hosting = {"host": "127.0.0.1", "parallel_workers": 0, **ports}
    (folder / "settings.json").write_text(json.dumps(hosting))
    root = f"http://127.0.0.1:{http}"
    with running([programs / "mlserver", "start", "."], f"{root}/v2/health/ready", folder):
        yield root, f"grpc://127.0.0.1:{grpc}"


def outputs(folder: Path, name: str) -> list[str]:
    path = folder / "adapter.json"
    path.write_text(json.dumps({"outputs": [name], "shape": [4], "dtype": "float64"}))
    return ["--adapter-file", str(path)]


@pytest.mark.parametrize("protocol", ["http", "grpc"])
def test_scikit_learn(
    server: tuple[str, str], tmp_path: Path, compare: Compare, protocol: str
) -> None:
    if protocol == "grpc":
        pytest.importorskip("tritonclient.grpc")
    url = f"{server[0]}/v2/models/classifier" if protocol == "http" else f"{server[1]}/classifier"
    stated = outputs(tmp_path, "predict_proba")
    same = compare(write_skops(tmp_path, 1), url, *stated)
    assert (same["verdict"], same["relation"], same["exit"]) == ("related", "identical", 1)
    assert same["queries"] == {"source": 200, "suspect": 200}
    other = compare(write_skops(tmp_path, 2), url, *stated)
    assert other["relation"] != "identical"
    assert other["queries"]["suspect"] == 200


def test_labels_alone(server: tuple[str, str], tmp_path: Path, compare: Compare) -> None:
    found = compare(write_skops(tmp_path, 1), f"{server[0]}/v2/models/classifier")
    assert found["suspect"]["access"] == "label"
    assert found["similarities"]["label_agreement"] == 1


def test_lightgbm(
    server: tuple[str, str],
    tmp_path: Path,
    compare: Compare,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if importlib.util.find_spec("lightgbm") is None:
        pytest.skip("needs lightgbm")
    monkeypatch.chdir(tmp_path)
    for seed in (1, 2):
        path = str(write_boosted(tmp_path, seed))
        (tmp_path / f"local_boosted_{seed}.py").write_text(_BOOSTED.format(path=path))
        sys.modules.pop(f"local_boosted_{seed}", None)
    url = f"{server[0]}/v2/models/boosted"
    same = compare("local_boosted_1:scores", url)
    assert (same["verdict"], same["relation"]) == ("related", "identical")
    assert compare("local_boosted_2:scores", url)["relation"] != "identical"
