"""Hostile models in their worker: each ends itself and nothing else."""

import json
import time
from pathlib import Path

import numpy as np
import pytest

from modelkin.cli.main import main
from modelkin.errors import BrokenModelError, PredictionError
from modelkin.models.arena import Arena
from modelkin.models.isolation import WorkerModel
from modelkin.models.opened import OpenedModel, open_model
from modelkin.records import Batch, Limits

SOURCE = "examples/models/fashion/source.onnx"
HONEST = "examples/models/fashion/honest"

_FORMAT = '''
import ctypes, os, time
from dataclasses import dataclass
from typing import ClassVar
import numpy as np
from modelkin.protocols import ModelFormat
from modelkin.records import Signature, TensorSpec

@dataclass(frozen=True)
class Hostile(ModelFormat):
    """A format whose files say in one word what they do."""
    name: ClassVar[str] = "hostile"
    extensions: ClassVar[tuple] = (".hostile",)
    loading: ClassVar[str] = "it misbehaves"
    def recognises(self, location, first_bytes):
        return location.endswith(".hostile")
    def load(self, location):
        word = open(location).read()
        if word == "crash on load":
            ctypes.string_at(0)
        return _Model(word)

class _Model:
    signature = Signature(inputs=(TensorSpec(name="x", shape=(None, 28, 28, 1), dtype="float32"),))
    def __init__(self, word):
        self.word = word
    def predict(self, batch):
        if self.word == "crash": ctypes.string_at(0)
        if self.word == "exit": os._exit(7)
        if self.word == "hang": time.sleep(600)
        if self.word == "eat": return (np.ones((3 << 30) // 8),)
        if self.word == "raise": raise RuntimeError("no more\\x1b[31m")
        if self.word == "print": print("noise on stdout")
        if self.word == "objects": return (np.array([{}] * len(batch), dtype=object),)
        rows = batch.inputs[0].reshape(len(batch), -1)[:, :10]
        return (np.exp(rows) / np.exp(rows).sum(axis=1, keepdims=True),)
'''


@pytest.fixture
def hostile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that both processes find parts in, as an installed package would bring them."""
    (tmp_path / "hostile_format.py").write_text(_FORMAT, encoding="utf-8")
    about = tmp_path / "hostile-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: hostile\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text(
        "[modelkin.formats]\nhostile = hostile_format:Hostile\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def opened(folder: Path, word: str, **limits: float) -> OpenedModel:
    file = folder / f"{word.replace(' ', '-')}.hostile"
    file.write_text(word, encoding="utf-8")
    return open_model(str(file), limits=Limits(**limits))


BATCH = Batch(ids=("a", "b"), inputs=(np.zeros((2, 28, 28, 1), dtype=np.float32),))


@pytest.mark.parametrize(
    ("word", "limits", "message"),
    [
        ("crash", {}, "crashed \\(SIGSEGV\\)"),
        ("exit", {}, "ended by itself \\(exit code 7\\)"),
        ("eat", {"memory_gib": 1.0}, "ran out of its memory limit|Unable to allocate"),
        ("raise", {}, "RuntimeError: no more"),
        ("objects", {}, "TypeError|ValueError"),
    ],
)
def test_what_a_worker_does_becomes_an_error(
    hostile: Path, word: str, limits: dict[str, float], message: str
) -> None:
    started = time.monotonic()
    model = opened(hostile, word, **limits)
    with pytest.raises(PredictionError, match=message):
        model.model.predict(BATCH)
    assert time.monotonic() - started < 120


def test_a_worker_that_hangs_is_ended(hostile: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = opened(hostile, "hang")  # on a busy machine, loading takes longer than an answer may
    monkeypatch.setattr(model.model, "_limits", Limits(seconds=1.0))
    started = time.monotonic()
    with pytest.raises(PredictionError, match="did not answer within 1 second"):
        model.model.predict(BATCH)
    assert time.monotonic() - started < 120


def test_a_crash_while_loading_is_an_error_too(hostile: Path) -> None:
    with pytest.raises(PredictionError, match="crashed \\(SIGSEGV\\)"):
        opened(hostile, "crash on load")


def test_noise_on_stdout_does_not_disturb(hostile: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (answers,) = opened(hostile, "print").model.predict(BATCH)
    assert answers.shape == (2, 10)
    assert capfd.readouterr().out == ""


def test_arrays_of_growing_size_come_back_whole() -> None:
    model = open_model(SOURCE)
    assert isinstance(model.model, WorkerModel)
    rng = np.random.default_rng(0)
    for n in (1, 300, 7, 2000, 1):
        rows = rng.random((n, 1, 28, 28)).astype(np.float32)
        (answers,) = model.model.predict(Batch(ids=("",) * n, inputs=(rows,)))
        (last,) = model.model.predict(Batch(ids=("",), inputs=(rows[-1:],)))
        assert answers.shape == (n, 10)
        assert np.allclose(answers[-1:].astype(float), last.astype(float), atol=1e-5)


def test_a_closed_worker_starts_again_and_leaves_nothing_behind() -> None:
    model = open_model(SOURCE)
    assert isinstance(model.model, WorkerModel)
    process = model.model._running
    assert process is not None
    folder, child = process.folder, process._child
    model.close()
    assert child.poll() is not None
    assert not folder.exists()
    rows = np.zeros((1, 1, 28, 28), dtype=np.float32)
    assert model.model.predict(Batch(ids=("",), inputs=(rows,)))[0].shape == (1, 10)
    model.close()


def test_known_files_are_not_loaded_again(tmp_path: Path) -> None:
    first = open_model(SOURCE, cache=tmp_path)
    again = open_model(SOURCE, cache=tmp_path)
    assert isinstance(again.model, WorkerModel)
    assert again.model._running is None
    assert again.signature == first.signature


def test_a_broken_file_is_named_as_such(tmp_path: Path) -> None:
    (tmp_path / "cut.onnx").write_bytes(Path(SOURCE).read_bytes()[:9000])
    with pytest.raises(BrokenModelError, match=r"cut\.onnx"):
        open_model(str(tmp_path / "cut.onnx"))


@pytest.mark.parametrize(
    "spec",
    [
        {"dtype": "|O", "shape": [1], "offset": 0},
        {"dtype": "<f4", "shape": [1 << 40], "offset": 0},
        {"dtype": "<f4", "shape": [-1], "offset": 0},
        {"dtype": "<f4", "shape": [4], "offset": -8},
        {"dtype": "<f4", "shape": [4], "offset": 1 << 20},
        {"dtype": "nonsense", "shape": [4], "offset": 0},
        {},
    ],
)
def test_impossible_answers_are_refused(tmp_path: Path, spec: dict[str, object]) -> None:
    arena = Arena(tmp_path / "arena")
    arena.put([np.zeros(4, dtype=np.float32)])
    with pytest.raises(PredictionError, match="impossible answer"):
        arena.get([spec])
    arena.close()


def test_hostile_references_do_not_stop_a_compare(
    hostile: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for word in ("crash", "raise", "crash on load"):
        (hostile / f"{word.replace(' ', '-')}.hostile").write_text(word, encoding="utf-8")
    suspect = "examples/models/fashion/copies/int8.onnx"
    references = ["--references", HONEST, "--references", str(hostile / "*.hostile")]
    assert main(["compare", SOURCE, suspect, *references, "--json", "-"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert report["null"]["n_families"] == 24
    failed = {
        row["subject"]: row["reason"] for row in report["outcomes"] if row["kind"] == "failed"
    }
    assert len(failed) == 3
    assert "SIGSEGV" in failed["reference crash.hostile"]
