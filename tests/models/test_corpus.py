"""Real models out of mobile apps, where MODELKIN_CORPUS names their folder."""

import csv
import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from modelkin.models.feeding import to_tensors
from modelkin.models.opening import open_format
from modelkin.models.preprocessing import apply_override, derive_preprocessing
from modelkin.records import AnyArray, Batch, FloatArray
from modelkin.testing.extras import corpus_folder, needs_corpus, needs_extra

pytestmark = [needs_corpus(), needs_extra("ai_edge_litert", "tflite"), pytest.mark.slow]

_OPEN_ALL = """
import json, pathlib, sys
import numpy as np
from modelkin.errors import ModelkinError
from modelkin.models.feeding import to_tensors
from modelkin.models.opening import open_format
from modelkin.models.preprocessing import derive_preprocessing
from modelkin.records import Batch

for path in sorted(pathlib.Path(sys.argv[1]).iterdir()):
    rng = np.random.default_rng(0)
    try:
        _, model = open_format(str(path))
        way = derive_preprocessing(model.signature)
        image = way.modality == "image"
        size = (2, *way.shape, 3) if image else (2, *way.shape)
        drawn = rng.integers(0, 256, size, dtype=np.uint8) if image else rng.random(size)
        ids = ("a", "b")
        answers = model.predict(Batch(ids=ids, inputs=to_tensors(way, drawn)))
        found = "ok" if all(len(one) == 2 for one in answers) else "wrong rows"
    except ModelkinError as error:
        found = type(error).__name__ if error.hint else "no hint"
    print(json.dumps([path.name, found]), flush=True)
"""


def models() -> Path:
    folder = corpus_folder()
    assert folder is not None
    return folder / "mobile" / "models"


def test_every_file_answers_or_fails_cleanly() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _OPEN_ALL, str(models())],
        check=False,
        capture_output=True,
        text=True,
        timeout=300,
    )
    outcomes = dict(json.loads(line) for line in done.stdout.splitlines())
    assert done.returncode == 0, f"died after {list(outcomes)[-1:]}: {done.stderr[-300:]}"
    assert set(outcomes) == {path.name for path in models().iterdir()}
    failed = {name: found for name, found in outcomes.items() if found != "ok"}
    assert failed == {
        "512589bc1c73.tflite": "BrokenModelError",  # a placeholder of 36 bytes
        "a7ee9e219ec9.tflite": "BrokenModelError",  # needs Select TF ops
        "bb0fd2f1a4a1.tflite": "SignatureError",  # leaves its number of columns open
        "71e7d0b6d51c.ptl": "UnknownFormatError",
        "8ff9522658e2.ptl": "UnknownFormatError",
    }


def twins() -> list[tuple[str, str, str]]:
    """Quantized files, their float twins, and the range that the quantized one reads."""
    folder = corpus_folder()
    if folder is None:
        return []
    with (folder / "mobile" / "manifest.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    there = {row["file"].split(".")[0] for row in rows}
    found = []
    for row in rows:
        named = re.search(r"quantized twin of (\w+)", row["note"])
        if named and row["kind"] == "int8-full" and named[1][:12] in there:
            wide = "zp=127" in row["input_signature"]
            found.append((row["file"], f"{named[1][:12]}.tflite", "[-1,1]" if wide else "[0,1]"))
    return found


def answers(name: str, convention: str | None, queries: AnyArray) -> FloatArray:
    _, model = open_format(str(models() / name))
    way = derive_preprocessing(model.signature)
    if convention:
        way = apply_override(way, {"convention": convention})
    ids = tuple(str(row) for row in range(len(queries)))
    return model.predict(Batch(ids=ids, inputs=to_tensors(way, queries)))[0].astype(np.float64)


def test_quantized_files_answer_like_their_float_twins() -> None:
    noise = np.random.default_rng(1).integers(0, 256, size=(32, 224, 224, 3), dtype=np.uint8)
    pairs = twins()
    assert pairs
    for quantized, floating, stated in pairs:
        a = answers(quantized, None, noise)
        apart = {
            convention: float(np.abs(a - answers(floating, convention, noise)).mean())
            for convention in ("[0,1]", "[-1,1]", "[0,255]")
        }
        assert apart[stated] < 0.06, (quantized, apart)
        assert apart[stated] <= min(apart.values()) + 0.002, (quantized, apart)
