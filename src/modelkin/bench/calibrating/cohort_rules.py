"""What to hold a suspect against: ways of using references, on the recorded ModelReuse zoo."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from modelkin.answers.partial import partial_similarity
from modelkin.bench.evading.at_once import partial_at_once
from modelkin.bench.figures import Figure
from modelkin.bench.modelreuse.answers import Answers, prefix, seen
from modelkin.bench.modelreuse.bench import Settings
from modelkin.bench.modelreuse.entry import Entry
from modelkin.bench.modelreuse.plan import Case, Plan
from modelkin.bench.modelreuse.query_sets import QuerySets
from modelkin.bench.modelreuse.resampling import figure_of, lineage_draws
from modelkin.bench.modelreuse.verdicts import one_a_family
from modelkin.pipeline.choosing import make_method
from modelkin.pipeline.progress import Progress
from modelkin.records import FloatArray, IntArray

SIZES = (5, 10, 19, 22)
BUDGET = 100
_POOL = "image-mix-v1"
_METHODS = {"scores": "log_correlation", "label": "label_agreement"}
_STREAM = 1_000_151


def _raw(similarity: FloatArray) -> bool:
    return bool(similarity[0, 1] > similarity[0, 2:].max())


def _with_suspect(similarity: FloatArray) -> bool:
    """The suspect stands in the references' cohorts, as in ``compare``."""
    scores = partial_at_once(similarity, [str(place) for place in range(len(similarity) - 1)])
    return bool(scores[0] > scores[1:].max())


def _without_suspect(similarity: FloatArray) -> bool:
    """Each reference is held against the other references, the suspect against them all."""
    honest = np.delete(np.arange(len(similarity)), 1)
    scores = partial_at_once(
        similarity[np.ix_(honest, honest)], [str(place) for place in range(len(honest) - 1)]
    )
    return bool(_given(similarity, np.array([1]), honest[1:])[0] > scores.max())


def _halves(similarity: FloatArray) -> bool:
    """Half of the families explain, the other half is held against them like the suspect."""
    explain, calibrate = np.array_split(np.arange(2, len(similarity)), 2)
    scores = _given(similarity, np.append(1, calibrate), explain)
    return bool(scores[0] > scores[1:].max())


def _given(similarity: FloatArray, models: IntArray, cohort: IntArray) -> FloatArray:
    """(models,) partial similarities to the source."""
    source = np.array([0])
    rated: FloatArray = partial_similarity(
        similarity[np.ix_(source, models)],
        similarity[np.ix_(source, cohort)],
        similarity[np.ix_(models, cohort)],
        similarity[np.ix_(cohort, cohort)],
    )[0]
    return rated


RULES: Mapping[str, Callable[[FloatArray], bool]] = {
    "raw": _raw,
    "suspect_in_cohort": _with_suspect,
    "cohort_without_suspect": _without_suspect,
    "halves": _halves,
}
"""Whether no reference reaches the suspect, by similarities of source, suspect, references."""


def cohort_rates(
    settings: Settings, plan: Plan, *, small: bool, seed: int, progress: Progress
) -> dict[str, Figure]:
    """Share of copies, and of honest models, that no reference reaches.

    The suspect is of the source's own label set; the references stand for so many other honest
    families, drawn at random. An honest suspect stands for its family in the same way.

    Args:
        settings: where the zoo and the image sets are.
        plan: the zoo's cases.
        small: every sixth source only.
        seed: of the draws and of the bootstrap.
        progress: told about each source.

    Returns:
        Figures ``rule_RULE_SIZE`` (copies), ``..._honest``, with ``label_`` in front where labels
        only were seen.
    """
    sets = QuerySets(zoo=plan.zoo, data=settings.folder())
    pool, answers = sets.pool(_POOL, ""), Answers(folder=plan.zoo.folder)
    cases = plan.cases[:: 6 if small else 1]
    hits: dict[tuple[str, str, int, bool], list[tuple[str, bool]]] = {}
    with progress.task("judging by cohort rules", len(cases)) as advance:
        for number, case in enumerate(cases):
            for access, name in _METHODS.items():
                method, members = make_method(name), _members(case)
                told = {
                    one.name: seen(prefix(answers.read(one, pool, key=_POOL), BUDGET), access)
                    for one in members
                }
                prints = [method.fingerprint.extract(one) for one in told.values()]
                matrix = method.similarity.matrix(prints)
                place = {one: at for at, one in enumerate(told)}
                rng = np.random.default_rng([seed, _STREAM, number])
                for suspect, copy in _suspects(case):
                    drawn = _references(case, suspect, rng)
                    for size in SIZES:
                        rows = [place[one.name] for one in (case.source, suspect, *drawn[:size])]
                        if len(rows) != size + 2:
                            continue
                        block = matrix[np.ix_(rows, rows)]
                        for rule, alone in RULES.items():
                            key = access, rule, size, copy
                            hits.setdefault(key, []).append((case.source.family, alone(block)))
            advance(1)
    return _figures(hits, seed)


def _members(case: Case) -> list[Entry]:
    """Everybody with the source's classes, the source first."""
    task = case.source.task
    everyone = [case.source, *case.copies, *(entry for entry, _ in case.honest)]
    return list({one.name: one for one in everyone if one.task == task}.values())


def _suspects(case: Case) -> list[tuple[Entry, bool]]:
    """Copies and honest models of the source's label set, with whether they are copies."""
    task = case.source.task
    copies = [(one, True) for one in case.copies if one.task == task]
    return [*copies, *((one, False) for one in one_a_family(case, task))]


def _references(case: Case, suspect: Entry, rng: np.random.Generator) -> list[Entry]:
    """The models that stand for the other honest families, in random order.

    Chosen as honest suspects are: with others these would not be exchangeable.
    """
    others = [e for e in one_a_family(case, case.source.task) if e.family != suspect.family]
    return [others[at] for at in rng.permutation(len(others))]


def _figures(
    hits: Mapping[tuple[str, str, int, bool], Sequence[tuple[str, bool]]], seed: int
) -> dict[str, Figure]:
    found = {}
    for (access, rule, size, copy), judged in hits.items():
        lineages = sorted({lineage for lineage, _ in judged})
        alone, counts = np.zeros(len(lineages)), np.zeros(len(lineages))
        for lineage, hit in judged:
            alone[lineages.index(lineage)] += hit
            counts[lineages.index(lineage)] += 1
        draws = lineage_draws(len(lineages), seed)
        figure = figure_of(
            (draws @ alone) / (draws @ counts), n=len(judged), lineages=len(lineages)
        )
        if figure is not None:
            stem = f"rule_{rule}_{size}" + ("" if copy else "_honest")
            found[f"label_{stem}" if access == "label" else stem] = figure
    return found
