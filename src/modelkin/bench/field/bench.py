"""The field study from files to table."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from modelkin.bench import preprocessing
from modelkin.bench.field.corpus import AppModel, Corpus, read_corpus
from modelkin.bench.field.family_map import draw
from modelkin.bench.field.headline import Figures, figures_of
from modelkin.bench.field.markdown import as_markdown
from modelkin.bench.field.page import as_page
from modelkin.bench.field.questions import COLOUR, Questions
from modelkin.bench.field.rows import rows_of
from modelkin.bench.field.stress import STEEPNESS, stress
from modelkin.bench.field.stress_figures import stress_figures
from modelkin.bench.field.study import Study, study
from modelkin.bench.figures import BenchResult, share_figure
from modelkin.errors import UsageError
from modelkin.pipeline.caching import default_cache
from modelkin.pipeline.progress import Progress, Silent
from modelkin.records import Origin

_SMALL = (900, 300)
_SMALL_SHARE = 0.3
_LEAST = 12
_BYTES = "[0,255]"


def run(
    *, data: Path | None, small: bool, seed: int, progress: Progress, cache: Path | None = None
) -> BenchResult:
    """Judge ``graded_cka`` on app models whose kinship is known from their weights.

    All models of a group (colour pictures, grey ones, rows of one length) are asked one pool,
    recorded once. No method sees names, files or the truth. Picture models that less than a quarter
    of the pool moves are searched for points on which they are undecided, and their group is asked
    noise around these. Those without such a point, all of whose grades are saturated, are refused
    as "cannot tell": counted, listed and left out of the rates; ``*_mute_too`` rates them 0.

    Verdicts are conformal, see ``verdicts.p_values``. Intervals are a bootstrap over families and
    the models in them.

    Args:
        data: folder with manifest.csv, pairs.csv and models/; None takes
            ``$MODELKIN_CORPUS/mobile``.
        small: a random third of the models, a quarter of the queries.
        seed: of the pools, the subset and the bootstrap.
        progress: told how far each step is.
        cache: folder of pools and answers; None takes ``$MODELKIN_CACHE`` or the user's.

    Raises:
        UsageError: there is no such corpus, or none of its models can be run.
    """
    corpus = read_corpus(data)
    models = _drawn(corpus, seed) if small else corpus.models
    if not models:
        raise UsageError(
            f"the manifest of '{corpus.folder}' names no model", hint="it needs a row a file"
        )
    measured = study(
        corpus,
        models,
        questions=_questions(small=small, seed=seed),
        cache=cache or default_cache(),
        progress=progress,
    )
    if not measured.groups:
        first = models[0].file
        why = measured.opened[first].failed or measured.answered[first].failed
        raise UsageError(
            f"no model of '{corpus.folder}' could be run; the first says: {why}",
            hint="install the runtimes of the models: pip install 'modelkin[tflite,onnx]'",
        )
    figures = figures_of(measured, seed=seed)
    if not small:
        _stress(figures, measured, seed=seed, progress=progress)
    _preprocessing(figures, corpus, models)
    drawing = draw(measured.groups[COLOUR]) if COLOUR in measured.groups else ""
    found = BenchResult(
        bench="field",
        figures=figures.found,
        missing=figures.missing,
        notes=_notes(corpus, models, measured.questions),
        rows=tuple(rows_of(measured)),
        pictures={"field-map.svg": drawing} if drawing else {},
    )
    return replace(found, markdown=as_markdown(found), page=as_page(found))


def _questions(*, small: bool, seed: int) -> Questions:
    if small:
        return Questions(pictures=_SMALL[0], rows=_SMALL[1], seed=seed)
    return Questions(seed=seed)


def _drawn(corpus: Corpus, seed: int) -> tuple[AppModel, ...]:
    rng = np.random.default_rng(seed)
    count = min(len(corpus.models), max(_LEAST, round(_SMALL_SHARE * len(corpus.models))))
    chosen = set(rng.permutation(len(corpus.models))[:count].tolist())
    return tuple(one for place, one in enumerate(corpus.models) if place in chosen)


def _stress(figures: Figures, measured: Study, *, seed: int, progress: Progress) -> None:
    """The colour models again, under heads more and more decided."""
    group = measured.groups.get(COLOUR)
    if group is None:
        return
    answered = [measured.answered[one.file] for one in group.pairs.models]
    with progress.task("sharpening heads", len(STEEPNESS)) as advance:
        found = stress(group, answered, progress=advance)
    for one in found:
        stress_figures(figures, group.pairs, one, seed=seed)


def _preprocessing(figures: Figures, corpus: Corpus, models: tuple[AppModel, ...]) -> None:
    """How often the range of a picture model is found right, and each of its two questions."""
    files = {one.file for one in models}
    whole = preprocessing.run(data=corpus.folder, small=False, seed=0, progress=Silent())
    rows = [row for row in whole.rows if row["file"] in files]
    inferred = [row for row in rows if row["origin"] in {Origin.INFERRED, "failed"}]
    small = [row for row in inferred if row["truth"] != _BYTES]
    sized = [(row["found"].startswith(_BYTES)) == (row["truth"] == _BYTES) for row in inferred]
    for name, right, target in (
        ("preprocessing_right", [row["right"] for row in rows], ""),
        ("preprocessing_bytes_right", sized, ">= .95"),
        ("preprocessing_centre_right", [row["right"] for row in small], ">= .80"),
    ):
        if right:
            figures.found[name] = share_figure(sum(right), len(right), target=target)
        else:
            figures.missing[name] = "the manifest states the convention of no such model"


def _notes(corpus: Corpus, models: tuple[AppModel, ...], questions: Questions) -> tuple[str, ...]:
    families = len({one.family for one in models})
    return (
        (
            f"{len(models)} of {len(corpus.models)} models of the corpus, {families} families by "
            f"weights; {questions.pictures} pictures or {questions.rows} rows were put to each, "
            "none of them chosen for a pair"
        ),
        (
            "picture models that less than a quarter of these move are searched for points on "
            "which they are undecided, and all of their group are asked as many pictures around "
            "those; pairs with such a model are rated by them"
        ),
        (
            "pictures are given as equal reals, so no rate depends on whether a model is taken for "
            "[0,1] or [-1,1]: the verdict under both is one and the same; only bytes against small "
            "values must be known, and models whose margin is small there are named in the table"
        ),
        (
            "figures without a method's name are those of graded_cka; the others answer the same "
            "queries; auc_is_*: one relation against all unrelated colour pairs"
        ),
    )
