"""A picture API of our own: base64 PNG is exact; what JPEG costs is measured."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.servers.conftest import Compare
from tests.servers.running import SCRIPTS, free_ports, running, venv

_FASHION = Path("examples/models/fashion")
_SOURCE, _OTHER = _FASHION / "source.onnx", _FASHION / "honest" / "b-cnn-1.onnx"


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    programs, folder = venv("fastapi"), tmp_path_factory.mktemp("fastapi")
    [port] = free_ports(1)
    script: list[str | Path] = [SCRIPTS / "picture_api.py", _SOURCE.absolute(), str(port)]
    root = f"http://127.0.0.1:{port}"
    with running([programs / "python", *script], f"{root}/health", folder):
        yield f"{root}/classify"


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API_KEY", "open-sesame")


def described(folder: Path, **changes: object) -> list[str]:
    path = folder / "adapter.json"
    content = {
        "request": {"pictures": [{"id": "$id", "png": "data:image/png;base64,$each"}]},
        "response": "answers[*].classes",
        "ids": "answers[*].id",
        "images": "png",
        "shape": [28, 28, 1],
    }
    path.write_text(json.dumps({**content, **changes}))
    return ["--adapter-file", str(path), "--header", "X-Key=env:API_KEY"]


def test_png_is_exact(api: str, tmp_path: Path, compare: Compare) -> None:
    same = compare(str(_SOURCE), api, *described(tmp_path), "--max-batch", "50")
    assert (same["verdict"], same["relation"]) == ("related", "identical")
    assert "open-sesame" not in json.dumps(same)
    other = compare(str(_OTHER), api, *described(tmp_path))
    assert other["relation"] != "identical"


@pytest.mark.parametrize(("quality", "least"), [(95, 0.9), (75, 0.7)])
def test_jpeg_lowers_the_similarity_of_a_copy(
    api: str, tmp_path: Path, compare: Compare, quality: int, least: float
) -> None:
    sent = described(tmp_path, images="jpeg", quality=quality)
    same = compare(str(_SOURCE), api, *sent)
    other = compare(str(_OTHER), api, *sent)
    assert least < same["similarities"]["label_agreement"] <= 1
    assert same["similarities"]["label_agreement"] > other["similarities"]["label_agreement"]


def test_a_wrong_key_is_said_without_showing_it(
    api: str, tmp_path: Path, compare: Compare, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("API_KEY", "wrong-but-secret")
    with pytest.raises(AssertionError) as caught:
        compare(str(_SOURCE), api, *described(tmp_path))
    said = str(caught.value)
    assert "answered 401" in said
    assert "wrong-but-secret" not in said
