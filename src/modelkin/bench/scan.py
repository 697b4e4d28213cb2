"""How long it takes to tell the models in an app, beside testing its archive."""

import shutil
import subprocess
import tempfile
import time
import zipfile
from pathlib import Path

import numpy as np

from modelkin.apps.gathering import Gathered, gather
from modelkin.apps.limits import WalkLimits
from modelkin.apps.vault import Vault
from modelkin.bench.figures import BenchResult, Figure, ratio_figure
from modelkin.bench.mobilenet import write_mobilenet
from modelkin.errors import UsageError
from modelkin.pipeline.progress import Progress, Silent

_MIB = 2**20
_MODELS = 10
_LEVEL = 6
_CLASSES = 10
_SMALL_FILES = 3000
_PICTURES = 4


def run(*, data: Path | None, small: bool, seed: int, progress: Progress) -> BenchResult:
    """Measure ``identify_ratio``: identification over ``unzip -t``, in turns on one app.

    The app is made on the spot: ten MobileNetV2 of 9 MB, half stored and half deflated as
    Android's tools leave them, and 3,000 small files that shrink and four that do not.
    Identification unpacks the models, hashes and checks them, and tells whose app it is.

    Args:
        data: an app of one's own to time instead.
        small: fewer turns.
        seed: of the weights and the filling.
        progress: ignored, drawing would disturb what is timed.

    Raises:
        UsageError: there is no ``unzip`` to compare with.
    """
    del progress
    unzip = shutil.which("unzip")
    if unzip is None:
        raise UsageError("there is no 'unzip' to compare with", hint="apt-get install unzip")
    turns = 3 if small else 10
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        app = data or _app(folder, seed=seed)
        ratios, seconds, found = [], [], None
        _test(unzip, app), _identify(app, folder / "warm")
        for turn in range(turns):
            bare = _test(unzip, app)
            ours, found = _identify(app, folder / f"vault-{turn}")
            ratios.append(ours / bare)
            seconds.append(ours)
        size = app.stat().st_size
    models = len(found.models) if found is not None else 0
    spread = (float(np.min(seconds)), float(np.max(seconds)))
    return BenchResult(
        bench="scan",
        figures={
            "identify_ratio": ratio_figure(ratios, target="<= 3"),
            "identify_seconds": Figure(
                value=float(np.median(seconds)), low=spread[0], high=spread[1], n=turns
            ),
            "models_found": Figure(
                value=models, low=models, high=models, n=1, target="" if data else f"= {_MODELS}"
            ),
            "app_mib": Figure(value=size / _MIB, low=size / _MIB, high=size / _MIB, n=1),
        },
        notes=(
            "identify_ratio: finding, hashing and checking all models, over 'unzip -t' of the app",
            "identify_seconds: median, with the fastest and slowest turn",
        ),
    )


def _test(unzip: str, app: Path) -> float:
    started = time.perf_counter()
    subprocess.run([unzip, "-tqq", str(app)], check=True, capture_output=True)  # noqa: S603
    return time.perf_counter() - started


def _identify(app: Path, folder: Path) -> tuple[float, Gathered]:
    started = time.perf_counter()
    found = gather([app], Vault(folder), WalkLimits(), Silent())
    taken = time.perf_counter() - started
    shutil.rmtree(folder)
    return taken, found


def _app(folder: Path, *, seed: int) -> Path:
    """An app of about 100 MB with ten models."""
    rng = np.random.default_rng(seed)
    path = folder / "app.apk"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as archive:
        for number in range(_MODELS):
            model = folder / "model.onnx"
            write_mobilenet(model, seed=seed + number, classes=_CLASSES)
            content = model.read_bytes()
            stored = number % 2 == 0
            kind = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            archive.writestr(f"assets/model-{number}.bin", content, compress_type=kind)
        for number in range(_SMALL_FILES):
            # words of a small vocabulary shrink as code and resources do
            words = rng.integers(0, 400, 1500, dtype=np.uint16).tobytes()
            archive.writestr(f"res/layout-{number}.xml", words)
        for number in range(_PICTURES):
            noise = rng.bytes(2 * _MIB)
            archive.writestr(
                f"res/picture-{number}.webp", b"RIFF" + noise, compress_type=zipfile.ZIP_STORED
            )
    return path
