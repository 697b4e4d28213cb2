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
from modelkin.bench.figures import Figure, ratio_figure
from modelkin.bench.mobilenet import write_mobilenet
from modelkin.errors import UsageError
from modelkin.pipeline.progress import Progress, Silent

_MIB = 2**20
_MODELS = 10
_LEVEL = 6
_CLASSES = 10
_SMALL_FILES = 3000
_PICTURES = 4


def identification(
    app: Path | None, *, small: bool, seed: int, progress: Progress
) -> dict[str, Figure]:
    """Measure ``identify_ratio``: identification over ``unzip -t``, in turns on one app.

    The app is made on the spot: ten MobileNetV2 of 9 MB, half stored and half deflated as
    Android's tools leave them, and 3,000 small files that shrink and four that do not.
    Identification unpacks the models, hashes and checks them, and tells whose app it is.

    Args:
        app: an app of one's own to time instead.
        small: fewer turns, and two models.
        seed: of the weights and the filling.
        progress: told after each turn.

    Raises:
        UsageError: there is no ``unzip`` to compare with.
    """
    unzip = shutil.which("unzip")
    if unzip is None:
        raise UsageError("there is no 'unzip' to compare with", hint="apt-get install unzip")
    turns, models = (3, 2) if small else (10, _MODELS)
    with (
        tempfile.TemporaryDirectory() as name,
        progress.task("timing identification", turns) as advance,
    ):
        folder = Path(name)
        used = app or _app(folder, models=models, seed=seed)
        ratios, seconds, found = [], [], None
        _test(unzip, used), _identify(used, folder / "warm")
        for turn in range(turns):
            bare = _test(unzip, used)
            ours, found = _identify(used, folder / f"vault-{turn}")
            ratios.append(ours / bare)
            seconds.append(ours)
            advance(1)
        size = used.stat().st_size
    count = len(found.models) if found is not None else 0
    return {
        "identify_ratio": ratio_figure(ratios, target="<= 3"),
        "identify_seconds": Figure(
            value=float(np.median(seconds)), low=min(seconds), high=max(seconds), n=turns
        ),
        "models_found": Figure(
            value=count, low=count, high=count, n=1, target="" if app else f"= {models}"
        ),
        "app_mib": Figure(value=size / _MIB, low=size / _MIB, high=size / _MIB, n=1),
    }


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


def _app(folder: Path, *, models: int, seed: int) -> Path:
    """An app of about 100 MB with ten models."""
    rng = np.random.default_rng(seed)
    path = folder / "app.apk"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as archive:
        for number in range(models):
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
