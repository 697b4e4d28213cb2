"""What a scan costs, how rarely it accuses falsely, and what it finds."""

import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from modelkin.bench.field.corpus import read_corpus
from modelkin.bench.figures import BenchResult, Figure
from modelkin.bench.scanning.identifying import identification
from modelkin.bench.scanning.rates import flag_rates
from modelkin.bench.scanning.recorded import record_pictures
from modelkin.bench.scanning.whole import whole_corpus
from modelkin.errors import UsageError
from modelkin.pipeline.progress import Progress

_SMALL_MODELS = 16
_WHOLE = (
    "corpus_minutes",
    "corpus_models",
    "corpus_asked",
    "rescan_asked",
    "rescan_seconds",
    "nearest_kin_right",
)

_NOTES = """\
identify_ratio: finding, hashing and checking all models, over 'unzip -t' of the app
identify_seconds: median, with the fastest and slowest turn
corpus_*: all models of the corpus, packed into apps of seven kinds, scanned with an empty cache; \
one machine, one scan, so no interval; rescan_*: the same command again
nearest_kin_right: models with kin in the corpus whose nearest in the scan is kin; what could not \
be asked counts as wrong
flag_*: each family in turn as the flawed model, zoos of honest families drawn from the others, \
all that is left as apps; false_at: scans with any false 'related', over zoos large enough for \
that alpha; power_at: share of the flawed model's kin that is found, largest zoo; every family \
counts alike, intervals are a bootstrap over them
flag_false_at_5_other_kind: a stress that breaks the assumption: the zoo holds only models that \
take other tensors than the flawed one, the apps only models that take the same
table: any_false: share of scans with any false 'related'; false_share: of all comparisons with \
strangers; false_same_architecture: how many of the false ones are strangers of the flawed \
model's architecture; cleared_share: strangers told 'no evidence'; power: kin found; power_any: \
scans with kin that find any of it""".splitlines()


def run(*, data: Path | None, small: bool, seed: int, progress: Progress) -> BenchResult:
    """Time identification, scan a whole corpus twice, and scan for each of its families.

    Args:
        data: a folder with manifest.csv, pairs.csv and models/, or one app to time the
            identification of; None takes ``$MODELKIN_CORPUS/mobile``.
        small: fewer turns, a random few models of the corpus, fewer zoos.
        seed: of everything random.
        progress: told how far each step is.

    Raises:
        UsageError: there is no ``unzip`` to compare with.
    """
    app = data if data is not None and data.is_file() else None
    figures = identification(app, small=small, seed=seed, progress=progress)
    missing: dict[str, str] = {}
    rows: tuple[dict[str, Any], ...] = ()
    try:
        corpus = read_corpus(None if app is not None else data)
    except UsageError as error:
        missing = dict.fromkeys((*_WHOLE, "flag_false_at_5"), f"{error}; {error.hint}")
    else:
        models = corpus.models
        if small:
            rng = np.random.default_rng(seed)
            few = rng.choice(len(models), size=min(_SMALL_MODELS, len(models)), replace=False)
            models = tuple(models[place] for place in sorted(few))
        with tempfile.TemporaryDirectory() as name:
            figures |= whole_corpus(corpus, models, Path(name), progress)
            recorded = record_pictures(corpus, models, Path(name), progress)
        if recorded is None:
            missing["flag_false_at_5"] = "fewer than two models of pictures answered"
        else:
            found: dict[str, Figure]
            draws = 2 if small else 10
            found, lacking, rows = flag_rates(
                recorded, corpus.truth, draws=draws, seed=seed, progress=progress
            )
            figures |= found
            missing |= lacking
    return BenchResult(
        bench="scan", figures=figures, missing=missing, notes=tuple(_NOTES), rows=rows
    )
