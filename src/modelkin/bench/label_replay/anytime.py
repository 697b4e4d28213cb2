"""The verdict that may be looked at after every answer, replayed on recorded labels."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from modelkin.answers.e_process import agreement_bound, stopped
from modelkin.answers.label_affinity import LabelAffinity
from modelkin.answers.label_candidates import LabelCandidates
from modelkin.answers.pool_evidence import examiner_order, pool_capital
from modelkin.bench.label_replay.recorded import BASE, LabelArray, RecordedLabels
from modelkin.bench.label_replay.scoring import known_labels
from modelkin.bench.label_replay.splits import developed_on
from modelkin.pipeline.progress import Progress
from modelkin.protocols import QuerySelector
from modelkin.records import BoolArray, FloatArray, IntArray

SELECTING, CALIBRATING = 6, 8
ALPHA = 1e-3
MOST = 200
COPIES = ("half", "jpeg", "posterize", "prune")
MARGINS = (0.0, 0.5, 1.0)
STATED = 0.5
_STREAM = 1_000_033


@dataclass(frozen=True, kw_only=True)
class Protocol:
    """One way to draw and decide.

    Attributes:
        name: in front of its figures.
        selector: chooses the committed pool.
        pool: how many queries are committed.
        rounds: kinds of own copies, and the kinds of copies that are judged with them.
        most: queries that a suspect is asked at most; never all of the pool, as the answers to
            all of it would accuse whoever lies above the bound by a single one.
    """

    name: str
    selector: QuerySelector
    pool: int
    rounds: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]
    most: int = MOST


@dataclass(frozen=True, kw_only=True, eq=False)
class Stops:
    """When each pair was stopped, under every margin.

    Attributes:
        source: (pairs,) family of the source.
        suspect: (pairs,) family of the suspect.
        after: (margins, pairs) answers after which it was called related; 0 for never.
        bounds: (margins,) mean agreement bound.
    """

    source: IntArray
    suspect: IntArray
    after: IntArray
    bounds: FloatArray

    @property
    def related(self) -> BoolArray:
        """(pairs,) whether the suspect derives from the source."""
        related: BoolArray = self.source == self.suspect
        return related


@dataclass(frozen=True, kw_only=True, eq=False)
class _Case:
    known: LabelCandidates
    answers: LabelArray
    honest: IntArray
    family: IntArray
    suspects: IntArray


def replay_anytime(
    recorded: RecordedLabels,
    protocol: Protocol,
    *,
    splits: int,
    seed: int,
    progress: Progress,
    alpha: float = ALPHA,
    aside: bool = False,
) -> Stops:
    """Judge every source against the models of all families that neither choose nor bound.

    Each split draws 6 families that choose the pool with the source, 8 that bound honest agreement
    by their base models and by copies that the examiner made of those (JPEG, posterizing, halving,
    pruning), and judges the others. The examiner asks in random order, no query twice.

    Args:
        recorded: the labels.
        protocol: what is judged.
        splits: how many random splits.
        seed: of the splits and of the examiner.
        progress: told about each split.
        alpha: of the verdict.
        aside: judge only families on which no rule was tried; they may still be references.
    """
    found: list[tuple[IntArray, IntArray, IntArray, FloatArray]] = []
    with progress.task(f"{protocol.name or 'anytime'} splits", splits) as advance:
        for index in range(splits):
            rng = np.random.default_rng([seed, _STREAM, index])
            families = rng.permutation(len(recorded.families))
            if aside:
                families = _unseen_last(recorded, families)
            images = rng.permutation(len(recorded.answers))[: len(recorded.answers) // 2]
            found += _split(recorded, protocol, families, images, rng, alpha)
            advance(1)
    source, suspect, after, bounds = zip(*found, strict=True)
    return Stops(
        source=np.concatenate(source),
        suspect=np.concatenate(suspect),
        after=np.concatenate(after, axis=1),
        bounds=np.mean(bounds, axis=0),
    )


def _unseen_last(recorded: RecordedLabels, families: IntArray) -> IntArray:
    """The same order, with those to be judged taken from families set aside."""
    unseen = families[~np.isin(families, developed_on(recorded))]
    judged = unseen[: len(families) - SELECTING - CALIBRATING]
    return np.concatenate([families[~np.isin(families, judged)], judged])


def _split(
    recorded: RecordedLabels,
    protocol: Protocol,
    families: IntArray,
    images: IntArray,
    rng: np.random.Generator,
    alpha: float,
) -> Iterator[tuple[IntArray, IntArray, IntArray, FloatArray]]:
    answers = recorded.answers[images]
    chooses, bounds = families[:SELECTING], families[SELECTING : SELECTING + CALIBRATING]
    judged = families[SELECTING + CALIBRATING :]
    rows = np.ascontiguousarray(answers[:, recorded.bases[chooses]].T, dtype=np.int64)
    honest = bounding(recorded, bounds)
    affinity = LabelAffinity(references=rows)
    for source in judged:
        for copies, tested in protocol.rounds:
            suspects = _suspects(recorded, int(source), judged, tested)
            case = _Case(
                known=known_labels(recorded, int(source), answers, affinity, copies),
                answers=answers,
                honest=honest,
                family=recorded.family[honest],
                suspects=suspects,
            )
            after, limits = _judge(case, protocol, rng, alpha)
            yield np.full(len(suspects), source), recorded.family[suspects], after, limits


def bounding(recorded: RecordedLabels, families: IntArray) -> IntArray:
    """The models that bound honest agreement: base models, and copies an examiner can make."""
    made = [place for place, kind in enumerate(recorded.kinds) if kind in COPIES]
    known = np.isin(recorded.kind, [*made, BASE])
    return np.flatnonzero(np.isin(recorded.family, families) & known)


def _suspects(
    recorded: RecordedLabels, source: int, judged: IntArray, tested: Collection[str]
) -> IntArray:
    """Copies of the tested kinds, and all other models of the judged families."""
    kinds = [place for place, kind in enumerate(recorded.kinds) if kind in tested]
    own = recorded.family == source
    wanted = np.where(own, np.isin(recorded.kind, kinds), np.isin(recorded.family, judged))
    if len(tested) == 1:  # every kind has a round of its own, unrelated models one in all
        wanted &= own | np.isin(recorded.kind, [*kinds, BASE])
    return np.flatnonzero(wanted)


def _judge(
    case: _Case, protocol: Protocol, rng: np.random.Generator, alpha: float
) -> tuple[IntArray, FloatArray]:
    size = min(protocol.pool, case.known.size)
    picked = protocol.selector.select(case.known, n=size, rng=rng).chosen
    labels = case.known.source[picked][:, None]
    each = (case.answers[np.ix_(picked, case.honest)] == labels).mean(axis=0)
    honest = np.array([each[case.family == one].max() for one in np.unique(case.family)])
    asked = examiner_order(len(picked), protocol.most, rng)
    agree = case.answers[np.ix_(picked[asked], case.suspects)] == labels[asked]
    limits = [agreement_bound(honest, margin=margin).value for margin in MARGINS]
    after = np.array([stopped(pool_capital(agree, size, limit), alpha) for limit in limits])
    return after, np.array(limits)


def rates_of(stops: Stops, margin: int, weights: FloatArray) -> tuple[FloatArray, ...]:
    """Median answers to a verdict, share of copies found and share of honest models accused.

    Args:
        stops: when each pair was stopped.
        margin: which of ``MARGINS``.
        weights: (draws, families) how often each family counts.

    Returns:
        Three arrays, (draws,); the median counts copies that were never found as late.
    """
    families = weights.shape[1]
    after, related = stops.after[margin], stops.related
    late = np.where(after == 0, MOST + 1, after)
    copies = np.zeros((families, MOST + 2))
    np.add.at(copies, (stops.source[related], late[related]), 1.0)
    running = np.cumsum(weights @ copies, axis=1)
    total = running[:, -1]
    median = (running >= total[:, None] / 2).argmax(axis=1).astype(np.float64)
    accused, asked = np.zeros((families, families)), np.zeros((families, families))
    pairs = (stops.source[~related], stops.suspect[~related])
    np.add.at(asked, pairs, 1.0)
    np.add.at(accused, pairs, (after[~related] > 0).astype(np.float64))
    hits, pairs_asked = (((weights @ table) * weights).sum(axis=1) for table in (accused, asked))
    false = np.divide(hits, pairs_asked, out=np.full_like(hits, np.nan), where=pairs_asked > 0)
    return median, running[:, MOST] / total, false


def each_kind(kinds: Sequence[str]) -> tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]:
    """Every kind judged with own copies of all other kinds."""
    return tuple((tuple(one for one in kinds if one != kind), (kind,)) for kind in kinds)
