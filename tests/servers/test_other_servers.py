"""MLflow, KServe and BentoML, each serving the classifier that a file holds."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.servers.conftest import Compare
from tests.servers.models import write_joblib, write_skops
from tests.servers.running import SCRIPTS, free_ports, running, venv

_ROWS = {"shape": [4], "dtype": "float64", "output": "probabilities"}


def stated(folder: Path, **settings: object) -> list[str]:
    path = folder / "adapter.json"
    path.write_text(json.dumps(settings))
    return ["--adapter-file", str(path)]


def require_told_apart(compare: Compare, folder: Path, url: str, *options: str) -> None:
    """The file of the same model is identical; that of an honest other one is not."""
    same = compare(write_skops(folder, 1), url, *options)
    assert (same["verdict"], same["relation"]) == ("related", "identical")
    assert same["queries"] == {"source": 200, "suspect": 200}
    assert compare(write_skops(folder, 2), url, *options)["relation"] != "identical"


@pytest.fixture(scope="module")
def mlflow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    programs, folder = venv("mlflow"), tmp_path_factory.mktemp("mlflow")
    program, script = programs / "python", SCRIPTS / "save_mlflow.py"
    saving: list[str | Path] = [program, script, write_joblib(folder, 1), "model"]
    done = subprocess.run(saving, cwd=folder, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    [port] = free_ports(1)
    serve = ["models", "serve", "-m", "model", "--env-manager", "local", "-h", "127.0.0.1", "-p"]
    root = f"http://127.0.0.1:{port}"
    with running([programs / "mlflow", *serve, str(port)], f"{root}/ping", folder):
        yield root


def test_mlflow(mlflow: str, tmp_path: Path, compare: Compare) -> None:
    require_told_apart(compare, tmp_path, f"{mlflow}/invocations", *stated(tmp_path, **_ROWS))


def test_mlflow_by_columns(mlflow: str, tmp_path: Path, compare: Compare) -> None:
    named = stated(tmp_path, columns=["a", "b", "c", "d"], **_ROWS)
    assert compare(write_skops(tmp_path, 1), mlflow, *named)["relation"] == "identical"


def test_mlflow_is_found_out_from_its_root(mlflow: str, tmp_path: Path, compare: Compare) -> None:
    found = compare(write_skops(tmp_path, 1), mlflow, "--max-batch", "64")
    assert found["suspect"]["format"] == "mlflow"
    assert found["similarities"]["theiss_l1"] > 0.999


@pytest.fixture(scope="module")
def kserve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    programs, folder = venv("kserve"), tmp_path_factory.mktemp("kserve")
    [port] = free_ports(1)
    script: list[str | Path] = [SCRIPTS / "kserve_server.py", write_joblib(folder, 1), str(port)]
    root = f"http://127.0.0.1:{port}"
    with running([programs / "python", *script], f"{root}/v2/health/ready", folder):
        yield root


@pytest.mark.parametrize("path", ["/v1/models/classifier", "/v2/models/classifier"])
def test_kserve(kserve: str, tmp_path: Path, compare: Compare, path: str) -> None:
    require_told_apart(compare, tmp_path, kserve + path, *stated(tmp_path, **_ROWS))


def test_kserve_is_found_out_from_its_root(kserve: str, tmp_path: Path, compare: Compare) -> None:
    found = compare(write_skops(tmp_path, 1), kserve, *stated(tmp_path, **_ROWS))
    assert (found["suspect"]["format"], found["relation"]) == ("openinference", "identical")


@pytest.fixture(scope="module")
def bento(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    programs, folder = venv("bentoml"), tmp_path_factory.mktemp("bentoml")
    [port] = free_ports(1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CLASSIFIER", str(write_joblib(folder, 1)))
        patch.setenv("BENTOML_HOME", str(folder))
        serve = [
            "serve",
            "bento_service:Classifier",
            "--working-dir",
            str(SCRIPTS),
            "-p",
            str(port),
        ]
        command: list[str | Path] = [programs / "bentoml", *serve, "--host", "127.0.0.1"]
        root = f"http://127.0.0.1:{port}"
        with running(command, f"{root}/readyz", folder):
            yield root


def test_bentoml(bento: str, tmp_path: Path, compare: Compare) -> None:
    described = stated(tmp_path, request={"rows": "$batch"}, **_ROWS)
    require_told_apart(compare, tmp_path, f"{bento}/classify", *described)
