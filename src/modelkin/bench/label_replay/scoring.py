"""Scores of all pairs of one split, by every scheme and budget."""

from collections.abc import Collection, Mapping, Sequence

import numpy as np

from modelkin.answers.label_affinity import LabelAffinity
from modelkin.answers.label_candidates import LabelCandidates
from modelkin.answers.label_evidence import QuerySelection
from modelkin.bench.label_replay.null_agreement import log_ratio_weights, null_agreement
from modelkin.bench.label_replay.pairs import Pairs
from modelkin.bench.label_replay.recorded import BASE, LabelArray, RecordedLabels
from modelkin.bench.label_replay.schemes import Budgets, Scheme
from modelkin.bench.label_replay.source_view import SourceView
from modelkin.bench.label_replay.splits import Split
from modelkin.protocols import QuerySelector
from modelkin.records import FloatArray, IntArray

# sums in another order differ in their last bits; equal evidence must stay a tie
_DIGITS = 9


def score_pairs(
    recorded: RecordedLabels,
    split: Split,
    pairs: Pairs,
    *,
    schemes: Sequence[Scheme],
    budgets: Budgets,
    changed: Mapping[int, FloatArray],
    copies: Collection[str] = (),
) -> FloatArray:
    """Rate all pairs of a split.

    Args:
        recorded: the labels.
        split: who is a reference, and what may be asked.
        pairs: the pairs to rate.
        schemes: how to choose and add up.
        budgets: numbers of queries.
        changed: for each family, what ``RecordedLabels.changed`` gives.
        copies: kinds of variants that the owner has made of the source to choose queries by.

    Returns:
        (schemes, budgets, pairs) scores; larger is more alike.
    """
    answers = recorded.answers[split.candidates]
    references = answers[:, recorded.bases[split.references]]
    affinity = LabelAffinity(references=_rows(references))
    scores = np.empty((len(schemes), len(budgets), len(pairs.source)))
    for source in split.judged:
        predicted = answers[:, recorded.bases[source]]
        view = SourceView(
            predicted=predicted,
            truth=recorded.truth[split.candidates],
            p0=null_agreement(predicted, references),
            changed=changed[source][:, split.candidates],
            known=known_labels(recorded, int(source), answers, affinity, copies),
        )
        mine = np.flatnonzero(pairs.source == source)
        for row, scheme in zip(scores, schemes, strict=True):
            if scheme.selector is not None:
                for at, picked in enumerate(_picks(view.known, scheme.selector, budgets)):
                    replies = answers[np.ix_(picked.chosen, pairs.suspect[mine])]
                    row[at, mine] = picked.score(view.known, replies.astype(np.int64))
                continue
            asked = view if scheme.candidates is None else view.first(scheme.candidates)
            for kind, judged in _parted(mine, pairs.kind[mine], scheme):
                chosen = scheme.choose(asked, budgets, kind) if scheme.choose else []
                for at, queries in enumerate(chosen):
                    given = answers[np.ix_(queries, pairs.suspect[judged])]
                    row[at, judged] = _rate(given, view, queries, weighted=scheme.weighted)
    return scores


def known_labels(
    recorded: RecordedLabels,
    source: int,
    answers: LabelArray,
    affinity: LabelAffinity,
    copies: Collection[str] = (),
) -> LabelCandidates:
    """What the owner of a source knows about candidates.

    Args:
        recorded: the labels.
        source: family of the source.
        answers: (candidates, models) labels of all models on the candidates.
        affinity: of the references that take part.
        copies: kinds of variants that the owner has made.
    """
    variants = recorded.variants(source)
    made = [recorded.kinds[kind] for kind in recorded.kind[variants]]
    own = [place for place, kind in enumerate(made) if kind in copies]
    return LabelCandidates(
        source=answers[:, recorded.bases[source]].astype(np.int64),
        references=affinity.references,
        copies=_rows(answers[:, variants[own]]),
        made=tuple(made[place] for place in own),
        affinity=affinity,
    )


def _rows(labels: LabelArray) -> IntArray:
    """A model a row."""
    return np.ascontiguousarray(labels.T, dtype=np.int64)


def _picks(
    known: LabelCandidates, selector: QuerySelector, budgets: Budgets
) -> list[QuerySelection]:
    """What a selector of the product chooses for each budget."""
    # candidates are in random order already, and all selectors are to break ties alike
    return [selector.select(known, n=n, rng=np.random.default_rng(0)) for n in budgets]


def _parted(mine: IntArray, kinds: IntArray, scheme: Scheme) -> list[tuple[int, IntArray]]:
    if not scheme.by_kind:
        return [(BASE, mine)]
    return [(int(kind), mine[kinds == kind]) for kind in np.unique(kinds)]


def _rate(given: LabelArray, view: SourceView, queries: IntArray, *, weighted: bool) -> FloatArray:
    """Score suspects, (queries, suspects) labels, by their answers to chosen queries."""
    agree = given == view.predicted[queries][:, None]
    if not weighted:
        shares: FloatArray = agree.mean(axis=0)
        return shares
    gain, loss = log_ratio_weights(view.p0[queries])
    ratios: FloatArray = np.round(
        np.where(agree, gain[:, None], loss[:, None]).sum(axis=0), _DIGITS
    )
    return ratios
