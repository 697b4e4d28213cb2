"""How many copies are found: by one threshold over all honest pairs, and by compare's own rule."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from modelkin.answers.levelling import levelled, shown_decimals
from modelkin.answers.restrict import restrict
from modelkin.bench.evading.ruling import ALPHA, Judge, Ruling
from modelkin.bench.figures import Figure
from modelkin.bench.modelreuse import roc
from modelkin.bench.modelreuse.entry import Entry
from modelkin.bench.modelreuse.plan import Case
from modelkin.bench.modelreuse.rated import Rated
from modelkin.bench.modelreuse.rating import SimilarityTable, pairs_of, partial_pairs_of
from modelkin.bench.modelreuse.resampling import figure_of, lineage_draws
from modelkin.bench.modelreuse.scoring import side_of
from modelkin.bench.modelreuse.truth import ALL, EXTRACTION, MODIFICATION, Manifest
from modelkin.bench.modelreuse.verdicts import one_a_family
from modelkin.pipeline.choosing import make_method
from modelkin.records import Access, BoolArray, FloatArray, Responses

GROUPS = (ALL, MODIFICATION, EXTRACTION)


@dataclass(frozen=True, kw_only=True, eq=False)
class Found:
    """Which copies were found, in every resample of the lineages.

    Attributes:
        threshold: by group, (1 + resamples,) shares found at 5 % of honest pairs accused.
        cohort: the same with a cohort of honest models taken out.
        rule: by group, shares that compare calls related, against one model of each honest family.
        raw: the same by plain similarity, as compare judged before it had cohorts.
        remark: by group, shares that compare does not call related, but says are less like the
            source than honest models.
        geometry: by group, shares whose classes compare takes for other ones than the source's.
        pairs: by group, how many copies.
    """

    threshold: Mapping[str, FloatArray]
    cohort: Mapping[str, FloatArray]
    rule: Mapping[str, FloatArray]
    raw: Mapping[str, FloatArray]
    remark: Mapping[str, FloatArray]
    geometry: Mapping[str, FloatArray]
    pairs: Mapping[str, int]


def judge_all(
    cases: Sequence[Case],
    plain: Mapping[str, Responses],
    evaded: Mapping[str, Responses],
    *,
    access: str,
    entries: Sequence[Entry],
    seed: int,
    level: bool = True,
) -> Found:
    """Judge all copies of all sources with the source's classes.

    Args:
        cases: sources with their copies and honest models.
        plain: answers of everyone, by name.
        evaded: answers of copies that evade, by name; the others are as in ``plain``.
        access: what suspects show: "scores" or "label"; everyone is seen through it.
        entries: of the zoo.
        seed: of the bootstrap.
        level: everyone is seen as rounded as the suspects are.
    """
    direct: list[Rated] = []
    partial: list[Rated] = []
    rulings: dict[tuple[str, str], Ruling] = {}
    for task, mine in _by_task(cases).items():
        shown = _shown(task, mine, plain, evaded, access, level=level)
        table, judge = _table(shown, access), Judge(shown)
        for case in mine:
            direct += pairs_of(case, table, same_task=True)
            partial += partial_pairs_of(case, table, same_task=True)
            honest = {e.name: e.family for e in one_a_family(case, task) if table.holds(e)}
            if not honest or not table.holds(case.source):
                continue
            for copy in case.copies:
                if copy.task == task and table.holds(copy):
                    ruling = judge.rule(case.source.name, copy.name, honest)
                    rulings[case.source.name, copy.name] = ruling
    manifest = Manifest(entries)
    threshold, pairs = _detected(direct, manifest, seed, None)
    cohort, _ = _detected(partial, manifest, seed, None)

    def share(flag: Callable[[Ruling], bool]) -> dict[str, FloatArray]:
        flags = {pair: float(flag(ruling)) for pair, ruling in rulings.items()}
        return _detected(direct, manifest, seed, flags)[0]

    return Found(
        threshold=threshold,
        cohort=cohort,
        rule=share(lambda one: one.related),
        raw=share(lambda one: one.raw <= ALPHA),
        remark=share(lambda one: one.remarked),
        geometry=share(lambda one: one.geometry),
        pairs=pairs,
    )


def judge_honest(
    cases: Sequence[Case],
    plain: Mapping[str, Responses],
    *,
    access: str,
    entries: Sequence[Entry],
    seed: int,
) -> dict[str, dict[str, Figure]]:
    """How often honest models are accused, and remarked on as too unlike the source.

    An honest suspect is the model that stands for its family, judged by the other families.

    Returns:
        By null ("all", "N2", "same-data", "N3"): ``accused``, ``accused_raw`` and ``remarked``.
    """
    manifest = Manifest(entries)
    found: list[tuple[str, str, Ruling]] = []
    for task, mine in _by_task(cases).items():
        shown = _shown(task, mine, plain, {}, access, level=True)
        judge = Judge(shown)
        for case in mine:
            honest = [entry for entry in one_a_family(case, task) if entry.name in shown]
            for suspect in honest:
                others = {e.name: e.family for e in honest if e.family != suspect.family}
                null = manifest.truth(case.source.name, suspect.name).groups[2]
                ruling = judge.rule(case.source.name, suspect.name, others)
                found.append((case.source.family, null, ruling))
    lineages = sorted({lineage for lineage, _, _ in found})
    draws = lineage_draws(len(lineages), seed)
    measured: dict[str, dict[str, Figure]] = {}
    for group in (ALL, *sorted({null for _, null, _ in found})):
        mine_ = [(lineage, one) for lineage, null, one in found if group in {ALL, null}]
        for what, flag in _HONEST.items():
            hits, counts = np.zeros(len(lineages)), np.zeros(len(lineages))
            for lineage, one in mine_:
                hits[lineages.index(lineage)] += flag(one)
                counts[lineages.index(lineage)] += 1
            figure = figure_of((draws @ hits) / (draws @ counts), n=len(mine_), lineages=2)
            if figure is not None:
                measured.setdefault(group, {})[what] = figure
    return measured


_HONEST: dict[str, Callable[[Ruling], bool]] = {
    "accused": lambda one: one.related,
    "accused_raw": lambda one: one.raw <= ALPHA,
    "remarked": lambda one: one.remarked,
}


def _by_task(cases: Sequence[Case]) -> dict[str, list[Case]]:
    found: dict[str, list[Case]] = {}
    for case in sorted(cases, key=lambda case: case.source.task):
        found.setdefault(case.source.task, []).append(case)
    return found


def _shown(
    task: str,
    cases: Sequence[Case],
    plain: Mapping[str, Responses],
    evaded: Mapping[str, Responses],
    access: str,
    *,
    level: bool,
) -> dict[str, Responses]:
    """What everyone of a task shows: copies evade, all are seen as rounded as those."""
    names = sorted({one.name for case in cases for one in case.members if one.task == task})
    everyone = {name: evaded.get(name, plain[name]) for name in names if name in plain}
    first = [name for name in everyone if name in evaded]
    decimals = shown_decimals(everyone[first[0]]) if first and level else None
    if decimals is not None:
        everyone = {name: levelled(one, decimals) for name, one in everyone.items()}
    if access == "label":
        everyone = {name: restrict(one, Access.LABEL) for name, one in everyone.items()}
    return everyone


def _table(shown: Mapping[str, Responses], access: str) -> SimilarityTable:
    """Similarities by the method that ``compare`` takes at this access."""
    method = make_method("label_agreement" if access == "label" else "log_correlation")
    prints = [method.fingerprint.extract(responses) for responses in shown.values()]
    place = {name: row for row, name in enumerate(shown)}
    return SimilarityTable(place=place, matrix=method.similarity.matrix(prints))


def _detected(
    rated: Sequence[Rated],
    manifest: Manifest,
    seed: int,
    ruled: Mapping[tuple[str, str], float] | None,
) -> tuple[dict[str, FloatArray], dict[str, int]]:
    truths = [manifest.truth(one.source, one.suspect) for one in rated]
    both = list(zip(rated, truths, strict=True))
    derived = [one for one in both if one[1].derived]
    honest = [one for one in both if not one[1].derived]
    lineages = sorted({truth.lineage for truth in truths})
    families = lineages + sorted({truth.family for truth in truths} - set(lineages))
    positives, negatives = side_of(derived, families), side_of(honest, families)
    draws = lineage_draws(len(lineages), seed)
    members: BoolArray = np.stack([positives.of(group) for group in GROUPS], axis=1)
    if ruled is None:
        levels = roc.thresholds(negatives, ALPHA, draws)
        shares = roc.detected(positives, members, levels, draws)
    else:
        flags = np.array([ruled.get((one.source, one.suspect), np.nan) for one, _ in derived])
        shares = roc.shares(positives, members, flags, draws)
    counts = {
        group: positives.where(members[:, column]).pairs for column, group in enumerate(GROUPS)
    }
    return {group: shares[:, column] for column, group in enumerate(GROUPS)}, counts
