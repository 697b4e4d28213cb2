"""Honest pairs of recorded labels: references that choose queries, and references that judge."""

from collections.abc import Iterator

import numpy as np

from modelkin.answers.label_affinity import LabelAffinity
from modelkin.bench.calibrating.trial import Trial
from modelkin.bench.label_replay.recorded import RecordedLabels
from modelkin.bench.label_replay.scoring import known_labels
from modelkin.errors import UsageError
from modelkin.protocols import QuerySelector
from modelkin.records import IntArray

SELECTING, JUDGED = 6, 2
QUERIES = 20
APART, REUSED = "labels", "labels_reused"
_STREAM = 1_000_037


def label_trials(
    recorded: RecordedLabels, selector: QuerySelector, *, splits: int, seed: int
) -> Iterator[Trial]:
    """Two trials a split and sort: the two judged families' base models, each as the source.

    ``labels``: 6 families choose the queries with the source, the 10 others are the references of
    the rule. ``labels_reused``: all 16 choose, and are the references too.

    Raises:
        UsageError: too few families to keep the two apart.
    """
    families = len(recorded.families)
    if families < SELECTING + JUDGED + 1:
        raise UsageError(
            f"{families} families are too few: {SELECTING} choose queries, {JUDGED} are judged",
            hint=f"record the labels of at least {SELECTING + JUDGED + 1} base models",
        )
    for index in range(splits):
        rng = np.random.default_rng([seed, _STREAM, index])
        drawn = rng.permutation(families)
        images = rng.permutation(len(recorded.answers))[: len(recorded.answers) // 2]
        one, other = (int(family) for family in drawn[:JUDGED])
        rest = drawn[JUDGED:]
        for chooses, honest, group in (
            (rest[:SELECTING], rest[SELECTING:], APART),
            (rest, rest, REUSED),
        ):
            for source, suspect in ((one, other), (other, one)):
                yield _trial(
                    recorded,
                    selector,
                    images,
                    cast=(source, suspect),
                    chooses=chooses,
                    honest=honest,
                    group=group,
                )


def _trial(
    recorded: RecordedLabels,
    selector: QuerySelector,
    images: IntArray,
    *,
    cast: tuple[int, int],
    chooses: IntArray,
    honest: IntArray,
    group: str,
) -> Trial:
    source, suspect = cast
    answers = recorded.answers[images]
    rows = np.ascontiguousarray(answers[:, recorded.bases[chooses]].T, dtype=np.int64)
    known = known_labels(recorded, source, answers, LabelAffinity(references=rows))
    picked = selector.select(known, n=QUERIES, rng=np.random.default_rng(0))
    asked = recorded.bases[np.append(honest, suspect)]
    given = answers[np.ix_(picked.chosen, asked)].astype(np.int64)
    # what no reference answers is only known of models that do not calibrate: count agreement
    same = given == known.source[picked.chosen][:, None]
    scores = np.where(same, picked.agree[:, None], picked.differ[:, None]).sum(axis=0)
    named = zip(honest, scores[:-1], strict=True)
    return Trial(
        group=group,
        lineage=recorded.families[source],
        value=float(scores[-1]),
        honest={recorded.families[family]: (float(score),) for family, score in named},
    )
