"""The verdict that may be looked at after every answer, replayed on recorded labels."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from modelkin.answers.e_process import agreement_bound, stopped
from modelkin.answers.label_affinity import LabelAffinity
from modelkin.answers.label_candidates import LabelCandidates
from modelkin.answers.odd_answers import odd_answers
from modelkin.answers.pool_evidence import examiner_order
from modelkin.bench.label_replay.recorded import BASE, LabelArray, RecordedLabels
from modelkin.bench.label_replay.scoring import known_labels
from modelkin.bench.label_replay.splits import developed_on
from modelkin.pipeline.examining import (
    MARGIN,
    Examination,
    family_agreement,
    most_asked,
    pool_size,
    swap_agreement,
)
from modelkin.pipeline.progress import Progress
from modelkin.pipeline.reference_changes import VIEWS
from modelkin.protocols import QuerySelector
from modelkin.records import BoolArray, FloatArray, IntArray

SELECTING, CALIBRATING = 6, 8
ALPHA = 1e-3
MOST = 200
MARGINS = (0.0, 0.5, 1.0)
STATED = MARGIN
WEIGHTS = ("half", "jpeg", "posterize", "prune")
"""Copies of references that whoever has their weights can make."""
_STREAM, _CHAIRS = 1_000_033, 1_000_121


@dataclass(frozen=True, kw_only=True)
class Protocol:
    """One way to draw and decide.

    Attributes:
        name: in front of its figures.
        selector: chooses the committed pool.
        rounds: kinds of own copies, and the kinds of copies that are judged with them.
        candidates: queries that the pool is selected from; None takes half of all images.
        bounds: kinds of copies of the references that bound honest agreement too; None takes
            those that ``compare`` makes.
        guarded: the swap test bounds agreement too, and a source that shares the odd answers of
            a reference is not judged: as ``compare`` has it.
    """

    name: str
    selector: QuerySelector
    rounds: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]
    candidates: int | None = None
    bounds: tuple[str, ...] | None = None
    guarded: bool = True


@dataclass(frozen=True, kw_only=True, eq=False)
class Stops:
    """When each pair was stopped, under every margin.

    Attributes:
        source: (pairs,) family of the source.
        suspect: (pairs,) family of the suspect.
        after: (margins, pairs) answers after which it was called related; 0 for never.
        bounds: (margins,) mean agreement bound.
        withheld: share of the sources that were not judged.
    """

    source: IntArray
    suspect: IntArray
    after: IntArray
    bounds: FloatArray
    withheld: float

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
    swapped: float
    withheld: bool


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
    by their base models and by copies that the examiner made of those, and judges the others. All
    else is ``pipeline.examining``, as in ``compare``.

    Args:
        recorded: the labels.
        protocol: what is judged.
        splits: how many random splits.
        seed: of the splits and of the examiner.
        progress: told about each split.
        alpha: of the verdict.
        aside: judge only families on which no rule was tried; they may still be references.
    """
    found: list[_Judged] = []
    with progress.task(f"{protocol.name or 'anytime'} splits", splits) as advance:
        for index in range(splits):
            rng = np.random.default_rng([seed, _STREAM, index])
            families = rng.permutation(len(recorded.families))
            if aside:
                families = _unseen_last(recorded, families)
            images = rng.permutation(len(recorded.answers))[: len(recorded.answers) // 2]
            images = images[: protocol.candidates]
            chairs = np.random.default_rng([seed, _CHAIRS, index])
            found += _split(recorded, protocol, families, images, (rng, chairs), alpha)
            advance(1)
    return Stops(
        source=np.concatenate([one.source for one in found]),
        suspect=np.concatenate([one.suspect for one in found]),
        after=np.concatenate([one.after for one in found], axis=1),
        bounds=np.mean([one.bounds for one in found], axis=0),
        withheld=float(np.mean([one.withheld for one in found])),
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class _Judged:
    source: IntArray
    suspect: IntArray
    after: IntArray
    bounds: FloatArray
    withheld: bool


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
    rngs: tuple[np.random.Generator, np.random.Generator],
    alpha: float,
) -> Iterator[_Judged]:
    answers = recorded.answers[images]
    chooses, bounds = families[:SELECTING], families[SELECTING : SELECTING + CALIBRATING]
    judged = families[SELECTING + CALIBRATING :]
    rows = _rows(answers, recorded.bases[chooses])
    honest = bounding(recorded, bounds, protocol.bounds)
    affinity = LabelAffinity(references=rows)
    bases = _rows(answers, recorded.bases[bounds])
    swapped = 0.0
    if protocol.guarded:
        swapped = _swapped(protocol, bases, affinity, rngs[1])
    for source in judged:
        withheld = protocol.guarded and _odd(recorded, int(source), answers, [*rows, *bases])
        for copies, tested in protocol.rounds:
            suspects = _suspects(recorded, int(source), judged, tested)
            case = _Case(
                known=known_labels(recorded, int(source), answers, affinity, copies),
                answers=answers,
                honest=honest,
                family=recorded.family[honest],
                suspects=suspects,
                swapped=swapped,
                withheld=withheld,
            )
            after, limits = _judge(case, protocol, rngs[0], alpha)
            yield _Judged(
                source=np.full(len(suspects), source),
                suspect=recorded.family[suspects],
                after=after,
                bounds=limits,
                withheld=withheld,
            )


def bounding(
    recorded: RecordedLabels, families: IntArray, kinds: Collection[str] | None = None
) -> IntArray:
    """The models that bound honest agreement: base models, and copies an examiner makes of them.

    Args:
        recorded: the labels.
        families: that bound.
        kinds: of copies; None takes those that ``compare`` makes, in its strengths.
    """
    wanted = VIEWS if kinds is None else dict.fromkeys(kinds, ())
    made = [place for place, kind in enumerate(recorded.kinds) if kind in wanted]
    known = np.isin(recorded.kind, [*made, BASE])
    if recorded.names:
        known &= np.array(
            [
                kind == BASE or _as_strong(name, wanted.get(recorded.kinds[kind], ()))
                for name, kind in zip(recorded.names, recorded.kind, strict=True)
            ]
        )
    return np.flatnonzero(np.isin(recorded.family, families) & known)


def _as_strong(name: str, strengths: Collection[int]) -> bool:
    """Whether a copy has one of the strengths, where its name ends with it."""
    strength = name.rpartition("-")[2]
    return not strengths or not strength.isdigit() or int(strength) in strengths


def _rows(answers: LabelArray, models: IntArray) -> IntArray:
    return np.ascontiguousarray(answers[:, models].T, dtype=np.int64)


def _swapped(
    protocol: Protocol, bases: IntArray, affinity: LabelAffinity, rng: np.random.Generator
) -> float:
    own = any(copies for copies, _ in protocol.rounds)
    return swap_agreement(
        bases,
        np.arange(len(bases)),
        np.arange(len(bases)),
        affinity,
        selector=protocol.selector,
        size=pool_size(bases.shape[1], own_copies=own),
        rngs=[rng] * len(bases),
    )


def _odd(
    recorded: RecordedLabels, source: int, answers: LabelArray, references: Sequence[IntArray]
) -> bool:
    mine = answers[:, recorded.bases[source]].astype(np.int64)
    return odd_answers(mine, np.stack(references)).related


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
    size = pool_size(case.known.size, own_copies=bool(len(case.known.copies)))
    picked = protocol.selector.select(case.known, n=size, rng=rng).chosen
    labels = case.known.source[picked][:, None]
    each = (case.answers[np.ix_(picked, case.honest)] == labels).mean(axis=0)
    order = examiner_order(size, most_asked(size), rng)
    exams = [
        Examination(
            size=size,
            order=order,
            bound=agreement_bound(family_agreement(each, case.family), margin=margin),
            swapped=case.swapped,
        )
        for margin in MARGINS
    ]
    asked = picked[order]
    agree = case.answers[np.ix_(asked, case.suspects)] == case.known.source[asked][:, None]
    after = np.array([stopped(exam.log_capital(agree), alpha) for exam in exams])
    return np.where(case.withheld, 0, after), np.array([exam.limit for exam in exams])


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
