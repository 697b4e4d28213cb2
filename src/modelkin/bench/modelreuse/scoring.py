"""From rated pairs to scores."""

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np

from modelkin.bench.modelreuse import roc
from modelkin.bench.modelreuse.entry import Entry
from modelkin.bench.modelreuse.rated import Rated
from modelkin.bench.modelreuse.ratings import Ratings
from modelkin.bench.modelreuse.resampling import RESAMPLES, figure_of, lineage_draws
from modelkin.bench.modelreuse.score import Score
from modelkin.bench.modelreuse.scores import Scores
from modelkin.bench.modelreuse.side import Side
from modelkin.bench.modelreuse.truth import ALL, NULLS, OWN, SAME_LABELS, WEAK, Manifest, Truth
from modelkin.records import BoolArray, FloatArray

_FPR5, _FPR1 = 0.05, 0.01


def score(
    ratings: Ratings, entries: Sequence[Entry], seed: int, *, resamples: int = RESAMPLES
) -> Scores:
    """Score every configuration.

    Args:
        ratings: what was rated.
        entries: the zoo's manifest, which says what is true.
        seed: of the bootstrap; configurations with as many lineages share their resamples.
        resamples: how many.

    Raises:
        IncompatibleError: a rated model is not in the zoo, or a pair is neither derived nor honest.
    """
    manifest = Manifest(entries)
    holes, rated = dict(ratings.holes), Counter[str]()
    found = {
        config: _scores(pairs, manifest, seed, resamples) for config, pairs in ratings.pairs.items()
    }
    for config, groups in found.items():
        if not groups:
            holes[config] = "no derived pair or no honest pair could be rated"
        rated |= Counter({group: one.positives for group, one in groups.items()})
    return Scores(
        by={config: groups for config, groups in found.items() if groups},
        cost=ratings.cost,
        holes=holes,
        positives=rated,
    )


def _scores(
    pairs: Sequence[Rated], manifest: Manifest, seed: int, resamples: int
) -> dict[str, Score]:
    truths = [manifest.truth(pair.source, pair.suspect) for pair in pairs]
    derived = [both for both in zip(pairs, truths, strict=True) if both[1].derived]
    honest = [both for both in zip(pairs, truths, strict=True) if not both[1].derived]
    if not derived or not honest:
        return {}
    lineages = sorted({truth.lineage for truth in truths})
    families = lineages + sorted({truth.family for truth in truths} - set(lineages))
    positives, negatives = side_of(derived, families), side_of(honest, families)
    rule = np.array([math.nan if pair.rule is None else float(pair.rule) for pair, _ in derived])
    draws = lineage_draws(len(lineages), seed, resamples)
    judged = _Judged(positives, rule, draws)
    types = tuple(group for group in positives.groups if group != SAME_LABELS)
    found = judged.against(negatives, types)
    by_null = {null: negatives.of(null) for null in NULLS}
    by_null[WEAK] = by_null["N1"] | by_null["N2"]
    for null, chosen in by_null.items():
        if chosen.any():
            found[f"null:{null}"] = judged.against(negatives.where(chosen), (ALL,))[ALL]
    for own in OWN:
        if positives.of(own).any() and (chosen := negatives.of(own)).any():
            found[f"own:{own}"] = judged.against(negatives.where(chosen), (own,))[own]
    return found


class _Judged:
    """The positives of one configuration, to be told from one set of negatives after another."""

    def __init__(self, positives: Side, rule: FloatArray, draws: FloatArray) -> None:
        self._positives, self._rule, self._draws = positives, rule, draws

    def against(self, negatives: Side, groups: tuple[str, ...]) -> dict[str, Score]:
        positives, draws = self._positives, self._draws
        members = np.stack([positives.of(group) for group in groups], axis=1)
        rule = roc.shares(positives, members, self._rule, draws)
        everyone: BoolArray = np.ones((len(negatives.weight), 1), dtype=np.bool_)
        caught, accused = roc.left_out(positives, negatives, _FPR5, draws.shape[1])
        columns = {
            "auc": roc.areas(positives, members, negatives, draws),
            "lolo_tpr5": roc.shares(positives, members, caught, draws),
        }
        for name, fpr in (("tpr5", _FPR5), ("tpr1", _FPR1)):
            levels = roc.thresholds(negatives, fpr, draws)
            columns[name] = roc.detected(positives, members, levels, draws)
        accusations = roc.shares(negatives, everyone, accused, draws)[:, 0]
        blame = figure_of(
            accusations, n=negatives.pairs, lineages=len(np.unique(negatives.lineage))
        )
        families = len(np.unique(negatives.family))
        found = {}
        for index, group in enumerate(groups):
            chosen = members[:, index]
            mine = positives.where(chosen)
            count = len(np.unique(mine.lineage))
            unruled = round(float(mine.weight[np.isnan(self._rule[chosen])].sum()))
            found[group] = Score(
                positives=mine.pairs,
                negatives=negatives.pairs,
                lineages=count,
                families=families,
                lolo_fpr5=blame,
                rule=figure_of(rule[:, index], n=mine.pairs - unruled, lineages=count),
                unruled=unruled,
                **{
                    name: figure_of(values[:, index], n=mine.pairs, lineages=count)
                    for name, values in columns.items()
                },
            )
        return found


def side_of(pairs: Sequence[tuple[Rated, Truth]], families: Sequence[str]) -> Side:
    """Pairs as arrays; lineages and families are numbered by their place in ``families``."""
    place = {family: index for index, family in enumerate(families)}
    often = Counter((pair.source, pair.suspect) for pair, _ in pairs)
    groups = sorted({group for _, truth in pairs for group in truth.groups})
    column = {group: index for index, group in enumerate(groups)}
    members = np.zeros((len(pairs), len(groups)), dtype=np.bool_)
    for row, (_, truth) in enumerate(pairs):
        members[row, [column[group] for group in truth.groups]] = True
    similarity = np.array([pair.similarity for pair, _ in pairs], dtype=np.float64)
    return Side(
        # what could not be compared was not found alike, and can accuse nobody
        similarity=np.where(np.isnan(similarity), -np.inf, similarity),
        weight=np.array([1 / often[pair.source, pair.suspect] for pair, _ in pairs]),
        lineage=np.array([place[truth.lineage] for _, truth in pairs]),
        family=np.array([place[truth.family] for _, truth in pairs]),
        groups=tuple(groups),
        members=members,
    )
