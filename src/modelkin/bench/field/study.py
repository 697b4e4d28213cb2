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
from modelkin.bench.field.rating import JUDGED, STEPS, Rated, rate_group
from modelkin.bench.field.second import Second, ask_again, hardly_moved, pair_similarities
from modelkin.pipeline.progress import Progress
from modelkin.records import FloatArray, IntArray

_LEAST_MODELS = 2


@dataclass(frozen=True, kw_only=True, eq=False)
class Group:
    """Models that were asked the same questions.

    Attributes:
        name: what they take.
        pairs: of all of them that run, the mute ones included.
        rated: similarities of those that are not mute; None where fewer than two are left.
        second: (m, m) similarities of the second stage; NaN where the first pool decides.
        outputs: (m,) how many numbers each answers; 0 where it answered nothing.
    """

    name: str
    pairs: Pairs
    rated: Rated | None
    second: FloatArray
    outputs: IntArray

    def similarity(self, method: str) -> FloatArray:
        """(p,) of every pair on the first pool; NaN where one of the two is mute."""
        return self._spread(self.rated.methods[method] if self.rated else None)

    def judged(self) -> FloatArray:
        """(p,) by the judged method: of the second stage where a model needed it."""
        return self.pairs.of(self.judged_matrix())

    def judged_matrix(self) -> FloatArray:
        """(m, m) the same for all models of the group, in the order of the pairs' models."""
        first = self._whole(self.rated.methods[JUDGED] if self.rated else None)
        return np.where(np.isfinite(self.second), self.second, first)

    def by_queries(self) -> dict[int, FloatArray]:
        """The same of the judged method, by number of queries."""
        found = self.rated.by_queries if self.rated else {}
        return {n: self._spread(matrix) for n, matrix in found.items()}

    def _spread(self, matrix: FloatArray | None) -> FloatArray:
        return self.pairs.of(self._whole(matrix))

    def _whole(self, matrix: FloatArray | None) -> FloatArray:
        models = self.pairs.models
        whole = np.full((len(models), len(models)), np.nan)
        if matrix is not None and self.rated is not None:
            places = {one.file: place for place, one in enumerate(models)}
            where = np.array([places[file] for file in self.rated.files], dtype=np.int64)
            whole[np.ix_(where, where)] = matrix
        return whole


@dataclass(frozen=True, kw_only=True, eq=False)
class Study:
    """What was measured.

    Attributes:
        models: those that took part.
        opened: by file.
        answered: by file; absent where opening failed.
        groups: by name, the largest first.
        second: what the second stage found, by file.
        questions: what they were asked.
    """

    models: tuple[AppModel, ...]
    opened: dict[str, Opened]
    answered: dict[str, Answered]
    groups: dict[str, Group]
    second: dict[str, Second]
    questions: Questions

    def mute(self, file: str) -> str:
        """Why nothing can be told of a model, after both stages; empty where it was rated."""
        state, again = self.answered[file], self.second.get(file)
        if again is None or not state.mute:
            return state.mute
        if again.points:
            return ""
        return f"{state.mute}, and {again.searched} more queries found no point that moves it"


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
    unmoved = len(hardly_moved(able, found))
    with progress.task("asking where models are undecided", unmoved) as advance:
        second = ask_again(folder, able, found, cache=cache, seed=questions.seed, progress=advance)
    named: dict[str, list[AppModel]] = {}
    for one, state in zip(models, opened, strict=True):
        if state.group and not found[one.file].failed:
            named.setdefault(found[one.file].group or state.group, []).append(one)
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
            groups[name] = Group(
                name=name,
                pairs=pairs_of(corpus, named[name]),
                rated=rated,
                second=pair_similarities([one.file for one in named[name]], second),
                outputs=np.array([_outputs(found[one.file]) for one in named[name]], np.int64),
            )
    return Study(
        models=tuple(models),
        opened={one.file: one for one in opened},
        answered=found,
        groups=groups,
        second=second,
        questions=questions,
    )


def _outputs(answered: Answered) -> int:
    return 0 if answered.responses is None else int(answered.responses.values.shape[1])
