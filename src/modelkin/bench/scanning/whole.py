"""A whole corpus of app models, packed, scanned and scanned again."""

import hashlib
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from modelkin.apps.scan_options import ScanOptions
from modelkin.apps.scan_report import ScanReport
from modelkin.apps.scanning import scan
from modelkin.bench.field.corpus import AppModel, Corpus
from modelkin.bench.figures import Figure, share_figure
from modelkin.bench.scanning.packing import pack
from modelkin.pipeline.progress import Progress


def whole_corpus(
    corpus: Corpus, models: Sequence[AppModel], cache: Path, progress: Progress
) -> dict[str, Figure]:
    """Pack the models into apps of seven kinds, scan all of them at once, and once more.

    ``nearest_kin_right`` is the share of models with kin in the corpus, by their weights, whose
    nearest one in the scan is kin; a model that could not be asked, or cannot tell, counts as
    wrong. Nothing but this score sees the truth.

    Args:
        corpus: the truth and the files.
        models: those of it that take part.
        cache: empty, so that everything is asked.
        progress: told how far the scan is.
    """
    with tempfile.TemporaryDirectory() as name:
        apps = pack([corpus.folder / "models" / one.file for one in models], Path(name))
        options = ScanOptions(cache=cache)
        started = time.perf_counter()
        first = scan(apps, options, progress)
        taken = time.perf_counter() - started
        started = time.perf_counter()
        again = scan(apps, options, progress)
        retaken = time.perf_counter() - started
    right, kin = _nearest(first, corpus, models)
    return {
        "corpus_minutes": _one(taken / 60, "<= 30"),
        "corpus_models": _one(len(first.models)),
        "corpus_asked": _one(first.asked),
        "rescan_asked": _one(again.asked, "= 0"),
        "rescan_seconds": _one(retaken),
        "nearest_kin_right": share_figure(right, kin),
    }


def _nearest(report: ScanReport, corpus: Corpus, models: Sequence[AppModel]) -> tuple[int, int]:
    keys = {_digest(corpus.folder / "models" / one.file): one.key for one in models}
    named = {one.name: keys[one.digest] for one in report.models}
    near = {keys[one.digest]: named[one.app.name] for one in report.models if one.app is not None}
    right, kin = 0, 0
    for one in models:
        relatives = {
            other.key
            for other in models
            if (one.key, other.key) in corpus.truth and corpus.truth[one.key, other.key].related
        }
        if relatives:
            kin += 1
            right += near.get(one.key) in relatives
    return right, kin


def _one(value: float, target: str = "") -> Figure:
    return Figure(value=value, low=value, high=value, n=1, target=target)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
