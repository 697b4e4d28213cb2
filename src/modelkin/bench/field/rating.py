"""Every method on every pair of a group, from recorded answers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from modelkin.errors import ModelkinError
from modelkin.fingerprints.sensitivity_ranks import SensitivityRanks
from modelkin.methods.cka import Cka
from modelkin.methods.ddv import Ddv
from modelkin.methods.graded_cka import GradedCka
from modelkin.methods.rsm import Rsm
from modelkin.methods.sensitivity_profile import SensitivityProfile
from modelkin.methods.whitened_cka import WhitenedCka
from modelkin.protocols import Method
from modelkin.records import FloatArray, Responses

JUDGED = "graded_cka"
_LEAST = 8
_METHODS: tuple[Method, ...] = (GradedCka(), WhitenedCka(), Cka(), Rsm(), Ddv())
_TWINS = SensitivityProfile(crafter=None, fingerprint=SensitivityRanks(group=2))


@dataclass(frozen=True, kw_only=True, eq=False)
class Rated:
    """Similarities of all pairs of a group.

    Attributes:
        files: the models, in the order of rows and columns.
        methods: similarities (n, n) by method; NaN where a method could not rate.
        by_queries: those of the judged method, by how many queries it used.
    """

    files: tuple[str, ...]
    methods: Mapping[str, FloatArray]
    by_queries: Mapping[int, FloatArray]


def rate_group(answers: Sequence[Responses], *, progress: Callable[[int], None]) -> Rated:
    """Rate all pairs on the queries that all models answered.

    Args:
        answers: of the models, named by their files.
        progress: told after each of ``STEPS`` steps.
    """
    common = answers[0].index
    for one in answers[1:]:
        common = np.intersect1d(common, one.index)
    answers = [one.at(common) for one in answers]
    paired = [_by_part(one) for one in answers]
    methods: dict[str, FloatArray] = {}
    for method in _METHODS:
        methods[method.name] = _matrix(method, paired if method.name == "ddv" else answers)
        progress(1)
    methods[_TWINS.name] = _matrix(_TWINS, paired)
    progress(1)
    by_queries = {}
    for n in budgets(len(common)):
        shorter = [one.take(np.arange(n)) for one in answers]
        by_queries[n] = _matrix(_METHODS[0], shorter) if n < len(common) else methods[JUDGED]
    progress(1)
    files = tuple(one.model for one in answers)
    return Rated(files=files, methods=methods, by_queries=by_queries)


def rate_judged(answers: Sequence[Responses]) -> FloatArray:
    """(n, n) similarities by the judged method alone."""
    return _matrix(_METHODS[0], answers)


STEPS = len(_METHODS) + 2


def budgets(n: int) -> tuple[int, ...]:
    """``n``, halved again and again, ascending."""
    return tuple(sorted(n >> halvings for halvings in range(5) if n >> halvings >= _LEAST))


def _by_part(responses: Responses) -> Responses:
    """Queries of one part beside each other, so that neighbours make the pairs of DDV."""
    order = np.argsort(np.array(responses.parts), kind="stable")
    return replace(responses.take(order), index=np.arange(len(order), dtype=np.int64))


def _matrix(method: Method, answers: Sequence[Responses]) -> FloatArray:
    prints: dict[int, FloatArray] = {}
    for place, one in enumerate(answers):
        try:
            prints[place] = method.fingerprint_of(one).values
        except ModelkinError:
            continue
    found = np.full((len(answers), len(answers)), np.nan)
    where = np.array(list(prints), dtype=np.int64)
    if len(where):
        found[np.ix_(where, where)] = method.similarity.matrix(list(prints.values()))
    return np.asarray((found + found.T) / 2, dtype=np.float64)
