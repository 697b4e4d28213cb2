"""Asking a few queries of a run again, within its budget: does the model stay the same?

The repeats have a journal of their own beside that of the pool, with a budget of their own, so
that a killed run neither forgets nor repeats them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from modelkin.answers.kinds import choose_output
from modelkin.errors import ModelkinError
from modelkin.protocols import Subject
from modelkin.records import AnyArray, IntArray, Pool, Responses
from modelkin.responses.answering import answer_directly, answer_over_wire, wire_of
from modelkin.responses.collect import answers_folder
from modelkin.responses.journal import Journal

LEAST_ASKED = 20
"""Fewer queries are no beginning of a run."""
_NEAR_TURNS, _TURN = frozenset({0, 2}), 5


@dataclass(frozen=True, kw_only=True)
class Sentinel:
    """One query to ask again.

    Attributes:
        position: in the pool.
        after: queries of the pool answered before it is asked again.
    """

    position: int
    after: int

    @property
    def near(self) -> bool:
        """Asked again at once, which shows noise; the others show a change too."""
        return self.after - self.position == 1


@dataclass(frozen=True, kw_only=True, eq=False)
class Replayed:
    """What asking again brought in.

    Attributes:
        planned: how many were to be asked again.
        sent: queries put to the model for it, over all runs, retries included.
        first: the answers of the run, at the positions asked again.
        again: the second answers, in the same order; rows of NaN are answers with nothing in them.
        near: positions asked again at once.
        note: why fewer than planned were answered; empty when none is missing.
        spans: (n, 2) for each second answer, how many queries of the run had been answered before
            its query was asked first, and again; None in evidence that does not know it.
    """

    planned: int
    sent: int
    first: Responses | None
    again: Responses | None
    near: IntArray
    note: str
    spans: IntArray | None = None


def plan_sentinels(end: int, count: int) -> tuple[Sentinel, ...]:
    """Spread repeats over a run, after 20 queries at the earliest.

    Two in five are the query that was just answered. The others lie about half of the run so far
    back, the first ones at its beginning.

    Args:
        end: queries of the pool that the run asks.
        count: repeats, at most a quarter of ``end``.

    >>> [(one.position, one.after) for one in plan_sentinels(100, 5)]
    [(19, 20), (0, 40), (59, 60), (16, 80), (33, 100)]
    """
    turns = range(count)
    near = {turn for turn in turns if turn % _TURN in _NEAR_TURNS and turn < count - 1}
    far = [turn for turn in turns if turn not in near]
    if not count:
        return ()
    first = max(LEAST_ASKED, -(-end // count))
    taken: set[int] = set()
    found = []
    for turn in turns:
        after = end if count == 1 else first + (end - first) * turn // (count - 1)
        place = after - 1 if turn in near else far.index(turn) * end // (2 * len(far))
        while place in taken:
            place += 1
        taken.add(place)
        found.append(Sentinel(position=place, after=after))
    return tuple(found)


def ask_again(subject: Subject, pool: Pool, sentinel: Sentinel, *, cache: Path, turn: int) -> str:
    """Put one query to the model a second time, unless that was done already.

    Args:
        subject: the model.
        pool: the queries.
        sentinel: the query.
        cache: folder of recorded answers.
        turn: its number among the repeats.

    Returns:
        Why it has no answer; empty when it has one.
    """
    with _journal(subject, pool, cache) as journal:
        start, stop = turn, turn + 1
        if (start, stop) in journal.answered:
            return ""
        metered = subject.signature.metered
        if metered and (start, stop) in journal.dangling:
            return "an interrupted run asked it and kept no answer"
        at = sentinel.position
        queries, ids = pool.read(at, at + 1), pool.ids[at : at + 1]
        wire = wire_of(subject)
        journal.budget = journal.sent + 1  # a retry would cost what the others need
        journal.asking(start, stop)
        try:
            if wire is None:
                outputs: tuple[AnyArray, ...] | None = answer_directly(subject, ids, queries)
            else:
                outputs = answer_over_wire(subject, wire, journal, ids, queries, start)
        except ModelkinError as error:
            return str(error)
        if outputs is None:
            return "its request failed, and a retry would have cost another query"
        if not journal.expects(outputs):
            return "it was answered in another shape"
        journal.keep(start, stop, outputs)
        return ""


def spent_on_sentinels(subject: Subject, pool: Pool, *, cache: Path) -> int:
    """Queries that repeats have cost so far."""
    if not (_folder(subject, pool, cache) / "meta.json").is_file():
        return 0
    with _journal(subject, pool, cache) as journal:
        return _spent(subject, journal)


def forget_sentinels(subject: Subject, pool: Pool, *, cache: Path) -> None:
    """Forget the repeats of a run that begins afresh."""
    for path in _folder(subject, pool, cache).glob("*"):
        if path.name != "lock":
            path.unlink()


def read_sentinels(
    subject: Subject,
    pool: Pool,
    planned: Sequence[Sentinel],
    answers: Responses,
    *,
    cache: Path,
    notes: Sequence[str],
) -> Replayed:
    """What has been answered twice.

    Args:
        subject: the model.
        pool: the queries.
        planned: what was to be asked again.
        answers: of the run.
        cache: folder of recorded answers.
        notes: why some have no second answer.
    """
    note = next(iter(filter(None, notes)), "")
    with _journal(subject, pool, cache) as journal:
        outputs, turns = journal.read()
        sent = _spent(subject, journal)
    near = np.array([one.position for one in planned if one.near], dtype=np.int64)
    if not len(turns):
        return Replayed(
            planned=len(planned), sent=sent, first=None, again=None, near=near, note=note
        )
    values, _ = choose_output(outputs, subject.signature)
    positions = np.array([planned[turn].position for turn in turns], dtype=np.int64)
    answered = np.isin(positions, answers.index)
    rows = np.flatnonzero(answered)[np.argsort(positions[answered], kind="stable")]
    first = answers.at(positions)
    again = replace(first, values=values[rows])
    asked = [planned[turn] for turn in np.asarray(turns)[rows]]
    return Replayed(
        planned=len(planned),
        sent=sent,
        first=first,
        again=again,
        near=near,
        note=note,
        spans=np.array([(one.position, one.after) for one in asked], dtype=np.int64).reshape(-1, 2),
    )


def _journal(subject: Subject, pool: Pool, cache: Path) -> Journal:
    about = {"model": subject.name, "model_digest": subject.digest, "pool": pool.name}
    about["what"] = "queries asked a second time, in the order of asking"
    return Journal(_folder(subject, pool, cache), n=len(pool), about=about)


def _folder(subject: Subject, pool: Pool, cache: Path) -> Path:
    beside = answers_folder(subject, pool, cache)
    return beside.with_name(beside.name + "-again")


def _spent(subject: Subject, journal: Journal) -> int:
    if wire_of(subject) is not None:
        return journal.sent
    lost = journal.dangling if subject.signature.metered else []
    return len({*journal.answered, *lost})
