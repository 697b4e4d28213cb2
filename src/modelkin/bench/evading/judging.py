"""How many copies are found: by one threshold over all honest pairs, and by compare's own rule."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from modelkin.answers.levelling import levelled, shown_decimals
from modelkin.answers.restrict import restrict
from modelkin.bench.evading.evasion import BUDGET
from modelkin.bench.modelreuse import roc
from modelkin.bench.modelreuse.entry import Entry
from modelkin.bench.modelreuse.plan import Case
from modelkin.bench.modelreuse.rated import Rated
from modelkin.bench.modelreuse.rating import Table, pairs_of, partial_pairs_of
from modelkin.bench.modelreuse.resampling import lineage_draws
from modelkin.bench.modelreuse.scoring import side_of
from modelkin.bench.modelreuse.truth import ALL, EXTRACTION, MODIFICATION, Manifest
from modelkin.pipeline.choosing import make_method
from modelkin.protocols import DecisionRule
from modelkin.records import (
    Access,
    BoolArray,
    FloatArray,
    Null,
    NullKind,
    NullScore,
    Responses,
    Similarity,
    Verdict,
)
from modelkin.registry import part

ALPHA = 0.05
GROUPS = (ALL, MODIFICATION, EXTRACTION)


@dataclass(frozen=True, kw_only=True, eq=False)
class Found:
    """Which copies were found, in every resample of the lineages.

    Attributes:
        threshold: by group, (1 + resamples,) shares found at 5 % of honest pairs accused.
        cohort: the same with a cohort of honest models taken out.
        rule: by group, shares that compare's own rule finds against all honest families.
        below: by group, shares that are less like the source than every honest model.
        pairs: by group, how many copies.
    """

    threshold: Mapping[str, FloatArray]
    cohort: Mapping[str, FloatArray]
    rule: Mapping[str, FloatArray]
    below: Mapping[str, FloatArray]
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
    by_task: dict[str, list[Case]] = {}
    for case in cases:
        by_task.setdefault(case.source.task, []).append(case)
    direct: list[Rated] = []
    partial: list[Rated] = []
    ruled: dict[tuple[str, str], float] = {}
    lowest: dict[tuple[str, str], float] = {}
    for task, mine in sorted(by_task.items()):
        names = {one.name for case in mine for one in case.members if one.task == task}
        table = _table(names, plain, evaded, access, level=level)
        for case in mine:
            direct += pairs_of(case, table, same_task=True)
            partial += partial_pairs_of(case, table, same_task=True)
            ruled |= _ruled(case, table)
            lowest |= _lowest(case, table)
    manifest = Manifest(entries)
    threshold, pairs = _detected(direct, manifest, seed, None)
    cohort, _ = _detected(partial, manifest, seed, None)
    rule, _ = _detected(direct, manifest, seed, ruled)
    below, _ = _detected(direct, manifest, seed, lowest)
    return Found(threshold=threshold, cohort=cohort, rule=rule, below=below, pairs=pairs)


def _table(
    names: set[str],
    plain: Mapping[str, Responses],
    evaded: Mapping[str, Responses],
    access: str,
    *,
    level: bool,
) -> Table:
    """Similarities by the method that ``compare`` takes at this access."""
    everyone = {name: evaded.get(name, plain[name]) for name in sorted(names) if name in plain}
    method = make_method("label_agreement" if access == "label" else "log_correlation")
    first = [name for name in everyone if name in evaded]
    decimals = shown_decimals(everyone[first[0]]) if first and level else None
    prints = []
    for responses in everyone.values():
        shown = responses if decimals is None else levelled(responses, decimals)
        if access == "label":
            shown = restrict(shown, Access.LABEL)
        prints.append(method.fingerprint.extract(shown))
    place = {name: row for row, name in enumerate(everyone)}
    return Table(place=place, matrix=method.similarity.matrix(prints))


def _ruled(case: Case, table: Table) -> dict[tuple[str, str], float]:
    """Whether compare's rule calls each copy related, against the honest models of its classes."""
    rule = part(DecisionRule, "conformal")()  # type: ignore[type-abstract]
    honest = [one for one, _ in case.honest if one.task == case.source.task and table.holds(one)]
    if not honest or not table.holds(case.source):
        return {}
    values = table.of([case.source], honest)[0]
    null = Null(
        kind=NullKind.N2,
        scores=tuple(
            NullScore(reference=one.name, family=one.family, value=float(value))
            for one, value in zip(honest, values, strict=True)
        ),
    )
    found = {}
    for copy in case.copies:
        if copy.task != case.source.task or not table.holds(copy):
            continue
        similarity = Similarity(
            method="default",
            params="",
            a=case.source.name,
            b=copy.name,
            value=float(table.of([case.source], [copy])[0, 0]),
            low=None,
            high=None,
            confidence=0.95,
            n_queries=BUDGET,
        )
        decision = rule.decide(similarity, null=null, alpha=ALPHA, relation=None)
        found[case.source.name, copy.name] = float(decision.verdict is Verdict.RELATED)
    return found


def _lowest(case: Case, table: Table) -> dict[tuple[str, str], float]:
    """Whether each copy is less like the source than every honest model of its classes."""
    honest = [one for one, _ in case.honest if one.task == case.source.task and table.holds(one)]
    copies = [one for one in case.copies if one.task == case.source.task and table.holds(one)]
    if not honest or not copies or not table.holds(case.source):
        return {}
    least = table.of([case.source], honest)[0].min()
    values = table.of([case.source], copies)[0]
    return {
        (case.source.name, copy.name): float(value < least)
        for copy, value in zip(copies, values, strict=True)
    }


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
