"""A corpus of tiny networks whose kinship is known, for the bench of app models."""

import csv
from pathlib import Path

import numpy as np
import pytest
from tests.models.tiny_onnx import FLOAT, Constant, write_onnx

SIDE = 8
_INPUTS, _FEATURES = SIDE * SIDE * 3, 8
_BACKBONES = {"alder": 4, "birch": 2, "cedar": 1, "elm": 1, "fir": 1, "gorse": 1}
_HARD = ("cedar", "elm")
STEEP = 10.0


def write_net(
    path: Path,
    *,
    backbone: int,
    head: int,
    classes: int,
    steepness: float = 0.1,
    rounded: bool = False,
) -> None:
    """Write softmax(head(relu(backbone(picture)))); equal seeds are equal weights.

    ``rounded`` answers in steps of 1/256, as 8-bit exports do.
    """
    first, last = np.random.default_rng(backbone), np.random.default_rng(1000 + head)
    constants: dict[str, Constant] = {
        "shape": np.array([-1, _INPUTS], dtype=np.int64),
        "w": (first.normal(size=(_INPUTS, _FEATURES)) / 2).astype(np.float32),
        "v": (steepness * last.normal(size=(_FEATURES, classes))).astype(np.float32),
    }
    if rounded:
        constants["steps"] = np.array([256], dtype=np.float32)
    write_onnx(
        path,
        nodes=[
            ("Reshape", ["x", "shape"], ["flat"], {}),
            ("MatMul", ["flat", "w"], ["z"], {}),
            ("Relu", ["z"], ["a"], {}),
            ("MatMul", ["a", "v"], ["o"], {}),
            ("Softmax", ["o"], ["s" if rounded else "p"], {}),
            *(
                (
                    ("Mul", ["s", "steps"], ["t"], {}),
                    ("Round", ["t"], ["r"], {}),
                    ("Div", ["r", "steps"], ["p"], {}),
                )
                if rounded
                else ()
            ),
        ],
        constants=constants,
        inputs=[("x", FLOAT, ("n", SIDE, SIDE, 3))],
        outputs=[("p", FLOAT, ("n", classes))],
    )


@pytest.fixture(scope="session")
def corpus_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten networks of six families, a steep one, one that gives a constant, one broken."""
    folder = tmp_path_factory.mktemp("apps")
    (folder / "models").mkdir()
    models: list[tuple[str, str]] = []
    for number, (family, size) in enumerate(_BACKBONES.items()):
        for head in range(size):
            key = f"{family}{head}"
            write_net(
                folder / "models" / f"{key}.onnx",
                backbone=number,
                head=10 * number + head,
                classes=3 + head,
            )
            models.append((key, family))
    # kin of the alders under a head so steep that its answers are one-hot
    write_net(
        folder / "models/steep.onnx", backbone=0, head=75, classes=2, steepness=STEEP, rounded=True
    )
    models.append(("steep", "alder"))
    write_net(folder / "models/mute.onnx", backbone=99, head=99, classes=4, steepness=0.0)
    (folder / "models/broken.onnx").write_bytes(b"no model")
    models += [("mute", "mute"), ("broken", "invalid")]
    _write(
        folder / "manifest.csv",
        [
            {
                "file": f"{key}.onnx",
                "family": family,
                "kind": "float",
                "runs": "error" if family == "invalid" else "ok",
                "preprocessing": "unknown",
            }
            for key, family in models
        ],
    )
    _write(
        folder / "pairs.csv",
        [
            {
                "a": a,
                "b": b,
                "relation": "same backbone frozen"
                if one == other
                else "same architecture, unrelated weights"
                if {one, other} == {*_HARD}
                else "unrelated",
                "same_input_signature": "1",
            }
            for place, (a, one) in enumerate(models)
            for b, other in models[place + 1 :]
        ],
    )
    return folder


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
