"""Answers in JSON made arrays: scores, labels, class names, {label: score}."""

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from modelkin.errors import PredictionError
from modelkin.models.endpoints.settings import Settings
from modelkin.records import Access, AnyArray, OutputKind

_LABEL_KEYS = ("label", "class", "name", "class_name", "category")
_SCORE_KEYS = ("score", "probability", "confidence", "prob", "value")
_SHOWN = 5
_NUMBERS = (int, float, type(None))


class Reader:
    """Reads the answers of one endpoint; remembers the labels of its scores.

    Args:
        where: the endpoint, as messages name it.
        settings: labels, meaning and access of the answers, where they are stated.
    """

    def __init__(self, where: str, settings: Settings) -> None:
        self._where = where
        self._partly = bool(settings.labels) and settings.access is Access.TOP_K
        self._output = settings.output
        self.labels = settings.labels

    def outputs(self, answers: Any, rows: int) -> tuple[AnyArray, ...]:  # noqa: ANN401 (JSON)
        """One array an output, from one answer a query.

        Raises:
            PredictionError: another number of answers, or something that is no answer.
        """
        if not isinstance(answers, Sequence) or isinstance(answers, str):
            raise self._wrong(f"answered {_kind(answers)} instead of a list of answers")
        if len(answers) != rows:
            raise self._wrong(f"gave {len(answers)} answers to {rows} queries")
        first = answers[0]
        if isinstance(first, Mapping) and _is_by_output(first):
            return self._several(answers)
        return (self._one(answers),)

    def _several(self, answers: Sequence[Any]) -> tuple[AnyArray, ...]:
        names = sorted(answers[0])
        if any(not isinstance(one, Mapping) or sorted(one) != names for one in answers):
            raise self._wrong("named its outputs differently from query to query")
        return tuple(self._one([one[name] for one in answers]) for name in names)

    def _one(self, answers: Sequence[Any]) -> AnyArray:
        first = answers[0]
        if isinstance(first, Mapping) or _is_ranking(first):
            return self._labelled([self._by_label(one) for one in answers])
        names = [_single(one) for one in answers]
        if all(isinstance(name, str) for name in names):
            return self._named(names)
        return self.numbers(answers)

    def numbers(self, answers: Any) -> AnyArray:  # noqa: ANN401 (JSON)
        """Numbers as floats, or as integers where there is one a query.

        Raises:
            PredictionError: they are no numbers, or of different lengths.
        """
        try:
            found = np.array(answers)
            if found.dtype == object:
                found = np.array(answers, dtype=np.float64)  # null is NaN
        except (ValueError, TypeError, OverflowError) as error:
            raise self._wrong("gave answers of different lengths, or other than numbers") from error
        if found.dtype.kind not in "biuf":
            raise self._wrong(f"gave {found.dtype.name} instead of numbers")
        whole = found.dtype.kind in "biu" and found.size == len(found)
        if whole and self._output in {None, OutputKind.LABELS}:
            return found.astype(np.int64)
        return found.astype(np.float64)

    def _by_label(self, answer: Any) -> dict[str, Any]:  # noqa: ANN401 (JSON)
        if _is_ranking(answer):
            pairs = [(_first(one, _LABEL_KEYS), _first(one, _SCORE_KEYS)) for one in answer]
        elif isinstance(answer, Mapping):
            pairs = list(answer.items())
            if _first(answer, _LABEL_KEYS) is not None:  # {"label": .., "score": ..}: the best one
                pairs = [(_first(answer, _LABEL_KEYS), _first(answer, _SCORE_KEYS))]
        else:
            raise self._wrong("changed the form of its answers from query to query")
        if any(not isinstance(score, _NUMBERS) for _, score in pairs):
            raise self._wrong("gave labels with something else than numbers")
        return {str(label): score for label, score in pairs}

    def _labelled(self, answers: Sequence[dict[str, Any]]) -> AnyArray:
        if not self.labels:
            self.labels = tuple(sorted(answers[0]))
        known = set(self.labels)
        for answer in answers:
            if set(answer) == known or (self._partly and set(answer) <= known):
                continue
            others = ", ".join(sorted(set(answer) ^ known)[:_SHOWN])
            raise self._wrong(
                f"scored other labels from query to query ({others})",
                hint='it shows only its best labels: state all of them as "labels": [...], and '
                '"access": "top-k", in --adapter-file',
            )
        rows = [[answer.get(label, 0.0) for label in self.labels] for answer in answers]
        return np.array(rows, dtype=np.float64)

    def _named(self, names: Sequence[str]) -> AnyArray:
        place = {label: index for index, label in enumerate(self.labels)}
        unknown = sorted(set(names) - set(place))
        if not unknown:
            return np.array([place[name] for name in names], dtype=np.int64)
        if not self.labels and all(name.strip().lstrip("-").isdecimal() for name in names):
            return np.array([int(name) for name in names], dtype=np.int64)
        shown = ", ".join(repr(name[:40]) for name in unknown[:_SHOWN])
        raise self._wrong(
            f"answered with class names whose order is not stated ({shown})",
            hint='state all of them as "labels": ["first", "second", ...] in --adapter-file',
        )

    def _wrong(self, what: str, hint: str | None = None) -> PredictionError:
        return PredictionError(
            f"{self._where} {what}",
            hint=hint or "ask it by hand with curl; --adapter-file says where the answers are",
        )


def reordered(answers: Sequence[Any], ids: Any, wanted: Sequence[str], where: str) -> list[Any]:  # noqa: ANN401
    """Put answers into the order of the queries by the ids that came with them.

    Raises:
        PredictionError: the ids are not those of the queries.
    """
    got = [str(one) for one in ids] if isinstance(ids, list) else []
    if len(answers) != len(got) or sorted(got) != sorted(wanted):
        shown = ", ".join(got[:_SHOWN]) or "none"
        raise PredictionError(
            f"{where} answered for other ids than it was asked (it gave {shown})",
            hint='check "ids" and the placeholder "$id" in --adapter-file',
        )
    by_id = dict(zip(got, answers, strict=True))
    return [by_id[one] for one in wanted]


def _is_by_output(answer: Mapping[str, Any]) -> bool:
    """{"scores": [..], "class": 3} as against {"cat": 0.9, "dog": 0.1}."""
    return any(isinstance(value, list) for value in answer.values())


def _is_ranking(answer: Any) -> bool:  # noqa: ANN401 (JSON)
    return isinstance(answer, list) and bool(answer) and isinstance(answer[0], Mapping)


def _first(answer: Any, keys: Sequence[str]) -> Any:  # noqa: ANN401 (JSON)
    found = (answer[key] for key in keys if isinstance(answer, Mapping) and key in answer)
    return next(itertools.chain(found), None)


def _single(answer: Any) -> Any:  # noqa: ANN401 (JSON)
    return answer[0] if isinstance(answer, list) and len(answer) == 1 else answer


def _kind(value: Any) -> str:  # noqa: ANN401 (JSON)
    return {dict: "an object", str: "a text", type(None): "nothing"}.get(type(value), "a number")
