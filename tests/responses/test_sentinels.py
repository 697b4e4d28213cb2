"""Asking again: spread over the run, within the budget, resumed exactly."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from tests.responses.test_collect import make_pool
from tests.responses.test_collect_wired import Wire

from modelkin.answers.repeats import judge_repeats, repeat_differences
from modelkin.protocols import Subject
from modelkin.records import (
    Access,
    AnyArray,
    Collected,
    OutputKind,
    Responses,
    Signature,
    Steadiness,
    SteadinessKind,
)
from modelkin.responses.collect import collect
from modelkin.responses.sentinels import (
    ask_again,
    plan_sentinels,
    read_sentinels,
    spent_on_sentinels,
)


class Moody(Wire):
    """A server whose answers change after so many queries, or are noisy."""

    def __init__(
        self, *, changes_at: int | None = None, noise: float = 0.0, tries: int = 1
    ) -> None:
        super().__init__(tries=tries)
        self.changes_at, self.noise = changes_at, noise
        self._rng = np.random.default_rng(0)

    def answer(self, ids: Sequence[str], queries: AnyArray) -> tuple[AnyArray, ...]:
        (scores,) = super().answer(ids, queries)
        if self.changes_at is not None and len(self.asked) > self.changes_at:
            scores = scores[:, ::-1]
        return (
            np.asarray(
                scores.astype(np.float64) + self.noise * self._rng.normal(size=scores.shape)
            ),
        )


def run(model: Subject, tmp: Path, *, n: int = 100, count: int = 5) -> tuple[Collected, object]:
    pool = make_pool(n)
    planned = plan_sentinels(n - count, count)
    notes = []
    for turn, one in enumerate(planned):
        found = collect(model, pool, cache=tmp, upto=one.after, reserve=count)
        notes.append(ask_again(model, pool, one, cache=tmp, turn=turn))
    return found, read_sentinels(model, pool, planned, found.responses, cache=tmp, notes=notes)


@pytest.mark.parametrize(("end", "count"), [(95, 5), (40, 10), (400, 100), (79, 1), (24, 6)])
def test_repeats_are_distinct_earlier_and_spread(end: int, count: int) -> None:
    planned = plan_sentinels(end, count)
    assert len({one.position for one in planned}) == len(planned) == count
    assert all(0 <= one.position < one.after for one in planned)
    assert planned[-1].after == end
    assert not planned[-1].near, "the whole run lies before the last one"
    assert sorted(one.after for one in planned) == [one.after for one in planned]


def test_the_budget_is_exact_and_a_second_run_asks_nothing(tmp_path: Path) -> None:
    model = Moody()
    found, replayed = run(model, tmp_path)
    assert model.sent == 100
    assert len(found.responses) == 95
    again = Moody()
    _, second = run(again, tmp_path)
    assert again.sent == 0
    assert spent_on_sentinels(again, make_pool(100), cache=tmp_path) == 5
    assert replayed.again.values.tolist() == second.again.values.tolist()  # type: ignore[attr-defined]


@pytest.mark.parametrize("tries", [2, 3])
def test_retries_never_exceed_the_budget(tmp_path: Path, tries: int) -> None:
    model = Moody(tries=tries)
    found, replayed = run(model, tmp_path)
    assert model.sent <= 100
    assert model.sent == found.responses.asked + replayed.sent  # type: ignore[attr-defined]
    assert "retry" in replayed.note  # type: ignore[attr-defined]


def test_a_killed_run_goes_on_without_asking_twice(tmp_path: Path) -> None:
    pool, first = make_pool(100), Moody()
    planned = plan_sentinels(95, 5)
    for turn in (0, 1):
        collect(first, pool, cache=tmp_path, upto=planned[turn].after, reserve=5)
        ask_again(first, pool, planned[turn], cache=tmp_path, turn=turn)
    second = Moody()
    _, replayed = run(second, tmp_path)
    assert first.sent + second.sent == 100
    assert len(replayed.again) == 5  # type: ignore[attr-defined]


def outcome(model: Subject, tmp: Path) -> Steadiness:
    from modelkin.pipeline.steadiness import steadiness_of

    found = steadiness_of(run(model, tmp)[1])  # type: ignore[arg-type]
    assert found is not None
    return found


def test_a_steady_model_is_steady(tmp_path: Path) -> None:
    found = outcome(Moody(), tmp_path)
    assert (found.kind, found.near, found.far) == (SteadinessKind.STEADY, 0.0, 0.0)
    assert (found.planned, found.asked) == (5, 5)


@pytest.mark.parametrize("at", [30, 50, 70, 90])
def test_a_model_that_changes_is_found_out(tmp_path: Path, at: int) -> None:
    found = outcome(Moody(changes_at=at), tmp_path)
    assert found.kind is SteadinessKind.CHANGED
    assert "changed during the run" in found.note


def test_a_change_at_the_very_moment_of_a_repeat_is_a_change(tmp_path: Path) -> None:
    # the repeats at once follow 20 queries, and 57 with two repeats before it
    for at in (20, 59):
        found = outcome(Moody(changes_at=at), tmp_path / str(at))
        assert found.near is not None
        assert found.near > 0, "it falls between a query and its repeat"
        assert found.kind is SteadinessKind.CHANGED


def test_without_knowing_when_it_was_asked_that_change_looks_like_noise() -> None:
    differences = np.array([0.6, 0.5, 0.0, 0.7, 0.0])
    spans = np.array([(19, 20), (0, 40), (59, 60), (16, 80), (33, 100)])
    positions, near = spans[:, 0], np.array([19, 59])
    assert judge_repeats(differences, positions, near)[0] is SteadinessKind.NOISY
    assert judge_repeats(differences, positions, near, spans)[0] is SteadinessKind.CHANGED
    # one that does not reach across the moment differs as well: noise
    differences[4] = 0.4
    assert judge_repeats(differences, positions, near, spans)[0] is SteadinessKind.NOISY
    # nothing else at once says how large noise is
    alone = [0, 1, 3]
    kind = judge_repeats(differences[alone], positions[alone], near, spans[alone])[0]
    assert kind is SteadinessKind.NOISY


def test_rounding_noise_is_steady_and_real_noise_is_noise(tmp_path: Path) -> None:
    assert outcome(Moody(noise=1e-7), tmp_path / "a").kind is SteadinessKind.STEADY
    noisy = outcome(Moody(noise=0.1), tmp_path / "b")
    assert noisy.kind is SteadinessKind.NOISY
    assert "adds noise" in noisy.note


def test_noise_is_hardly_taken_for_a_change() -> None:
    rng, wrong = np.random.default_rng(1), 0
    planned = plan_sentinels(95, 5)
    spans = np.array([(one.position, one.after) for one in planned])
    for _ in range(400):
        found = np.abs(rng.normal(size=(2, 5, 6))).max(axis=2)
        kind, _, _ = judge_repeats(found[0], np.arange(5), np.array([0, 2]), spans)
        wrong += kind is SteadinessKind.CHANGED
    assert wrong <= 4


def responses(values: AnyArray, kind: OutputKind = OutputKind.PROBABILITIES) -> Responses:
    return Responses(
        model="m",
        model_digest="m",
        pool="p",
        pool_digest="p",
        values=values,
        kind=kind,
        access=Access.LABEL if kind is OutputKind.LABELS else Access.SCORES,
        index=np.arange(len(values)),
        parts=("x",) * len(values),
        asked=len(values),
    )


def test_differences_of_labels_vectors_and_nothing() -> None:
    one, other = np.array([[1], [2]]), np.array([[1], [3]])
    labels = [responses(v, OutputKind.LABELS) for v in (one, other)]
    assert repeat_differences(*labels).tolist() == [0.0, 1.0]
    vectors = [responses(v * 10.0, OutputKind.VECTORS) for v in (one, other)]
    assert repeat_differences(*vectors).tolist() == [0.0, 0.5]
    shares = np.array([[0.5, 0.5], [0.9, 0.1]])
    gone = shares.copy()
    gone[1] = np.nan
    assert repeat_differences(responses(shares), responses(gone)).tolist() == [0.0, np.inf]
    wider = responses(np.hstack([shares, shares]))
    assert np.isinf(repeat_differences(responses(shares), wider)).all()
    assert judge_repeats(np.array([]), np.array([]), np.array([]))[0] is SteadinessKind.NOT_ASKED


def test_a_function_is_asked_within_its_budget_too(tmp_path: Path) -> None:
    asked: list[str] = []

    class Function:
        name, digest, signature = "f", "f" * 64, Signature(metered=True)

        def answer(self, ids: Sequence[str], queries: AnyArray) -> tuple[AnyArray, ...]:
            asked.extend(ids)
            return (np.exp(queries.astype(np.float64)),)

    run(Function(), tmp_path)
    run(Function(), tmp_path)
    assert len(asked) == 100
