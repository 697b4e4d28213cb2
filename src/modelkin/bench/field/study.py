"""From a corpus to similarities and truth: open, ask, rate."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from modelkin.bench.field.asking import Answered, ask_all
from modelkin.bench.field.corpus import AppModel, Corpus
from modelkin.bench.field.opening import Opened, open_all
from modelkin.bench.field.pairs import Pairs, pairs_of
from modelkin.bench.field.questions import Questions
from modelkin.bench.field.rating import STEPS, Rated, rate_group
from modelkin.pipeline.progress import Progress
from modelkin.records import FloatArray

_LEAST_MODELS = 2


@dataclass(frozen=True, kw_only=True, eq=False)
class Group:
    """Models that were asked the same questions.

    Attributes:
        name: what they take.
        pairs: of all of them that run, the mute ones included.
        rated: similarities of those that are not mute; None where fewer than two are left.
    """

    name: str
    pairs: Pairs
    rated: Rated | None

    def similarity(self, method: str) -> FloatArray:
        """(p,) of every pair; NaN where one of the two is mute."""
        return self._spread(self.rated.methods[method] if self.rated else None)

    def by_queries(self) -> dict[int, FloatArray]:
        """The same of the judged method, by number of queries."""
        found = self.rated.by_queries if self.rated else {}
        return {n: self._spread(matrix) for n, matrix in found.items()}

    def _spread(self, matrix: FloatArray | None) -> FloatArray:
        models = self.pairs.models
        whole = np.full((len(models), len(models)), np.nan)
        if matrix is not None and self.rated is not None:
            places = {one.file: place for place, one in enumerate(models)}
            where = np.array([places[file] for file in self.rated.files], dtype=np.int64)
            whole[np.ix_(where, where)] = matrix
        return self.pairs.of(whole)


@dataclass(frozen=True, kw_only=True, eq=False)
class Study:
    """What was measured.

    Attributes:
        models: those that took part.
        opened: by file.
        answered: by file; absent where opening failed.
        groups: by name, the largest first.
        questions: what they were asked.
    """

    models: tuple[AppModel, ...]
    opened: dict[str, Opened]
    answered: dict[str, Answered]
    groups: dict[str, Group]
    questions: Questions


def study(
    corpus: Corpus,
    models: Sequence[AppModel],
    *,
    questions: Questions,
    cache: Path,
    progress: Progress,
) -> Study:
    """Open, ask and rate; a model that fails does not stop the rest.

    Args:
        corpus: the truth and the folder.
        models: those of it that take part.
        questions: what they are asked.
        cache: folder of pools and answers.
        progress: told how far each step is.
    """
    folder, files = corpus.folder / "models", [one.file for one in models]
    with progress.task("opening models", len(files)) as advance:
        opened = open_all(folder, files, questions=questions, cache=cache, progress=advance)
    able = [one for one in opened if not one.failed]
    with progress.task("asking models", len(able)) as advance:
        answered = ask_all(folder, able, cache=cache, progress=advance)
    found = {one.file: one for one in answered}
    named: dict[str, list[AppModel]] = {}
    for one, state in zip(models, opened, strict=True):
        if state.group and not found[one.file].failed:
            named.setdefault(state.group, []).append(one)
    order = sorted(named, key=lambda name: (-len(named[name]), name))
    groups = {}
    with progress.task("rating pairs", STEPS * len(order)) as advance:
        for name in order:
            answers = [
                responses
                for one in named[name]
                if (responses := found[one.file].responses) is not None and not found[one.file].mute
            ]
            rated = None
            if len(answers) >= _LEAST_MODELS:
                rated = rate_group(answers, progress=advance)
            else:
                advance(STEPS)
            groups[name] = Group(name=name, pairs=pairs_of(corpus, named[name]), rated=rated)
    return Study(
        models=tuple(models),
        opened={one.file: one for one in opened},
        answered=found,
        groups=groups,
        questions=questions,
    )
