import gzip
import pickle
import time
import zlib
from pathlib import Path

import numpy as np
import pytest
from tests.apps.making import ONNX, others, samples, tflite

from modelkin.apps.found import Findings
from modelkin.apps.kinds.hints import hint_kind
from modelkin.apps.kinds.kind import KINDS
from modelkin.apps.limits import WalkLimits
from modelkin.apps.vault import Vault
from modelkin.apps.walking import Walk
from modelkin.registry import names


def walked(tmp_path: Path, name: str, content: bytes) -> Findings:
    (tmp_path / "given").mkdir(exist_ok=True)
    file = tmp_path / "given" / name
    file.write_bytes(content)
    return Walk(Vault(tmp_path / "vault"), WalkLimits()).run(file, name)


@pytest.mark.parametrize("sample", samples())
@pytest.mark.parametrize("name", ["readme.md", "x", "photo.jpg"])
def test_models_are_told_by_content_whatever_they_are_called(
    tmp_path: Path, sample: str, name: str
) -> None:
    kind, content = samples()[sample]
    (found,) = walked(tmp_path, name, content).candidates
    assert found.kind == kind
    assert found.size == len(content)


@pytest.mark.parametrize("sample", samples())
def test_models_are_told_within_gzip(tmp_path: Path, sample: str) -> None:
    kind, content = samples()[sample]
    found = walked(tmp_path, "model.gz", gzip.compress(content))
    assert [one.kind for one in found.candidates] == [kind]
    assert found.candidates[0].path.read_bytes() == content


@pytest.mark.parametrize("sample", others())
def test_other_files_are_no_models(tmp_path: Path, sample: str) -> None:
    found = walked(tmp_path, "data", others()[sample])
    assert found.candidates == []
    assert found.failed == []


def test_a_page_of_comments_takes_no_time() -> None:
    from modelkin.models.contents import content_kind

    started = time.perf_counter()
    assert content_kind(b"<!-- a -->" * 400) is None
    assert content_kind(b"<!-- a -->" * 300 + b"<net name='m'>") == "openvino"
    assert time.perf_counter() - started < 1


def test_every_kind_has_a_sample_and_runs_in_a_format_that_exists() -> None:
    told = {kind for kind, _ in samples().values()}
    by_neighbours = {"coreml_package"}
    by_name = {"encrypted", "unknown"}
    by_bytes = {"ort", "torch_pickle"}  # the next tests
    assert set(KINDS) == told | by_neighbours | by_name | by_bytes
    assert {kind.runs for kind in KINDS.values() if kind.runs} <= set(names("format"))


def test_a_pickle_of_torch_that_runs_code_is_no_weights(tmp_path: Path) -> None:
    from tests.apps.making import zipped

    content = zipped({"a/data.pkl": b"\x80\x02cos\nsystem\nq\x00.", "a/data/0": bytes(8)})
    assert [one.kind for one in walked(tmp_path, "m", content).candidates] == ["torch_pickle"]
    assert [one.kind for one in walked(tmp_path, "o", b"\x08\0\0\0ORTM" + bytes(9)).candidates] == [
        "ort"
    ]


def test_pickles_are_read_and_never_loaded(tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return (exec, (f"open({str(tmp_path / 'sprung')!r}, 'w')",))

    content = b"\x80\x03csklearn.svm\nSVC\nq\x00" + pickle.dumps(Trap(), protocol=3)[2:]
    assert [one.kind for one in walked(tmp_path, "m", content).candidates] == ["pickle"]
    assert [one.kind for one in walked(tmp_path, "z", zlib.compress(content)).candidates] == [
        "pickle"
    ]
    assert not (tmp_path / "sprung").exists()


def test_marks_without_a_model_behind_them_are_rows(tmp_path: Path) -> None:
    found = walked(tmp_path, "model.tflite", tflite()[:36])
    assert found.candidates == []
    (row,) = found.failed
    assert "36 bytes bear the mark of TensorFlow Lite" in row.reason
    cut = walked(tmp_path, "model.safetensors", samples()["safetensors"][1][:100])
    assert "damaged safetensors" in cut.failed[0].reason
    short = walked(tmp_path, "model.gguf", samples()["gguf"][1][:60])
    assert "damaged GGUF" in short.failed[0].reason
    (skipped,) = walked(tmp_path, "none.tflite", b"git-lfs pointer").skipped
    assert "15 bytes are no known model" in skipped.reason


def test_what_looks_encrypted_is_said_and_not_guessed(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).bytes(20_000)
    (found,) = walked(tmp_path, "detector.tflite", noise).candidates
    assert (found.kind, KINDS[found.kind].title) == ("encrypted", "unknown, looks encrypted")
    assert hint_kind("assets/models/face.dat", noise[:4096], 20_000) == "encrypted"
    assert hint_kind("assets/music/song.dat", noise[:4096], 20_000) is None
    assert hint_kind("assets/models/face.png", b"\x89PNG" + noise[:4000], 20_000) is None
    assert hint_kind("x.tflite", bytes(range(200)) * 20, 4000) == "unknown"
    assert hint_kind("notes.model", b"plain text " * 300, 3300) is None


def test_a_model_cut_short_is_no_model(tmp_path: Path) -> None:
    content = ONNX.read_bytes()
    assert walked(tmp_path, "m.bin", content[: len(content) // 2]).candidates == []
