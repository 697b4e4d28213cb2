"""Evasions: how many copies stay found when whoever runs them tries to hide them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from modelkin.bench.asking import answer
from modelkin.bench.evading.evasion import BUDGET, EVASIONS, NONE, Evasion
from modelkin.bench.evading.judging import GROUPS, Found, judge_all, judge_honest
from modelkin.bench.evading.removed import Removed, removed_copies
from modelkin.bench.evading.ruling import ALPHA
from modelkin.bench.evading.suspects import accuracy_lost, changed_logits
from modelkin.bench.figures import BenchResult, Figure
from modelkin.bench.modelreuse.answers import Answers
from modelkin.bench.modelreuse.bench import Settings
from modelkin.bench.modelreuse.entry import Entry, How
from modelkin.bench.modelreuse.image_set import load_set
from modelkin.bench.modelreuse.plan import Case, Plan
from modelkin.bench.modelreuse.query_sets import QuerySets
from modelkin.bench.modelreuse.recording import queries_path
from modelkin.bench.modelreuse.resampling import figure_of
from modelkin.bench.modelreuse.truth import ALL
from modelkin.errors import UsageError
from modelkin.pipeline.compare import default_cache
from modelkin.pipeline.progress import Progress
from modelkin.queries.building import build_pool
from modelkin.queries.crafted import crafted_pool
from modelkin.queries.naming import PoolName
from modelkin.records import FloatArray, Pool, Responses

_OTHER_KINDS = ("fresh", "photos", "training-set", "dead-leaves", "gaussian", "uniform")
_HONEST_KINDS = (NONE.queries, "photos", "training-set")
_FRESH_SEED = 20261122
_TARGET = "<= 0.10 at an accuracy loss <= 0.03"
_ALLOWED = 0.03
_MOST_LOST = 0.10
_NOTES = (
    (
        "Shares and losses are fractions: 0.10 is ten points. Same label set only; 100 queries "
        "of `image-mix-v1`, seed 0, unless the name says photos."
    ),
    (
        "`tpr5`: one threshold over all honest pairs (N2, same data, N3), which 5 % of them "
        "exceed. `cohort`: as tpr5, after what a cohort of honest models explains is taken out. "
        "`rule`: compare's own verdict at alpha 0.05, by partial similarity, against one model "
        "of each honest family of the task. `raw`: the same by plain similarity. `remarked`: not "
        "called related, but compare's report says that it is less like the source than honest "
        "models are. `other_classes`: compare takes its classes for others than the source's."
    ),
    (
        "Honest models do not evade, but are seen through the same access, and as rounded as "
        "the suspects are."
    ),
    (
        "`top-5` and `top-1` are judged by labels, as compare does; `detect` looks at "
        "roughness, curvature and contrast of the picture; `detect-all` recognises every query "
        "that is no photograph and permutes its scores."
    ),
    (
        "`noise-1-averaged`: noise that is new in every answer; 25 queries, each put four "
        "times, so the budget is the same 100."
    ),
    (
        "`removed`: copies fine-tuned against the 500 queries of seed 0, the 100 asked among "
        "them, six passes on the other half of the data, at most 3 points of accuracy lost on "
        "half of the test pictures; the loss is against plain fine-tuned copies of the same "
        "sources. `known`: the queries that the evader has; `fresh`: another seed of the recipe; "
        "the others are kinds of queries that it did not train against, `training-set` the "
        "source's own training pictures."
    ),
    (
        "`honest_*`: honest models that compare calls related, by partial (`accused`) and plain "
        "similarity (`accused_raw`), or remarks on, each judged by the other families."
    ),
    "Intervals: bootstrap over the lineages of the sources, paired for losses.",
)


def run(
    *,
    data: Path | None,
    small: bool,
    seed: int,
    progress: Progress,
    cache: Path | None = None,
) -> BenchResult:
    """Judge every evasion on the recorded zoo.

    Args:
        data: folder of the image sets; None takes ``$MODELKIN_DATA``.
        small: the small zoo, as ``bench modelreuse --small`` builds it.
        seed: of the bootstrap and of the evaders' training.
        progress: shows that it goes on.
        cache: keeps evaders and their answers; the zoo is that of ``$MODELKIN_CACHE``.

    Raises:
        UsageError: the zoo is not built, or there are no data.
        MissingDependencyError: evaders are to be trained, and torch is missing.
    """
    settings = Settings(data=data, cache=default_cache(), small=small, seed=0)
    folder, zoo = settings.folder(), settings.zoo()
    kept = cache or default_cache()
    plan = Plan(zoo=zoo)
    cases = [case for case in plan.cases if case.source.how is How.TRANSFERRED]
    if not cases or not queries_path(zoo, NONE.queries).is_file():
        raise UsageError(
            f"no zoo with recorded answers in '{zoo.folder}'",
            hint="build it with 'modelkin bench modelreuse', or point MODELKIN_CACHE to it",
        )
    sets = QuerySets(zoo=zoo, data=folder)
    bench = _Bench(plan, cases, sets, folder, kept, seed)
    rows: list[dict[str, Any]] = []
    figures: dict[str, Figure] = {}
    with progress.task("judging evasions", len(EVASIONS)) as advance:
        for evasion in EVASIONS:
            rows += bench.judged(evasion, figures)
            advance(1)
    known: NDArray[np.uint8] = np.load(queries_path(zoo, NONE.queries))
    sources = [case.source for case in cases if case.source.variant == "100"]
    made = removed_copies(
        zoo, sources, known, data=folder, cache=kept, seed=seed, progress=progress
    )
    rows += bench.removed(made, figures)
    figures |= bench.honest(progress)
    return BenchResult(
        bench="evasions",
        figures=figures,
        missing=_missing(rows),
        notes=(*_NOTES, _summary(rows)),
        rows=tuple(rows),
    )


class _Bench:
    """What all evasions share."""

    def __init__(
        self,
        plan: Plan,
        cases: Sequence[Case],
        sets: QuerySets,
        data: Path,
        cache: Path,
        seed: int,
    ) -> None:
        self._plan, self._cases, self._sets = plan, cases, sets
        self._data, self._cache, self._seed = data, cache, seed
        self._plain: dict[str, dict[str, Responses]] = {}
        self._base: dict[str, Found] = {}
        self._copies = {
            copy.name: copy
            for case in cases
            for copy in case.copies
            if copy.task == case.source.task
        }

    def pictures(self, queries: str) -> NDArray[np.uint8]:
        """The recorded queries that are used."""
        found: NDArray[np.uint8] = np.load(queries_path(self._plan.zoo, queries))[:BUDGET]
        return found

    def judged(self, evasion: Evasion, figures: dict[str, Figure]) -> list[dict[str, Any]]:
        """Figures and rows of one evasion."""
        pictures, plain = self.pictures(evasion.queries), self._answers(evasion.queries)
        natural = evasion.queries == "photos"
        rows = np.arange(BUDGET // evasion.repeats if evasion.repeats else BUDGET)
        evaded = {}
        for name, entry in self._copies.items():
            told = plain[name].take(rows)
            if evasion.changes_input:
                logits = changed_logits(
                    self._plan.zoo, entry, evasion, pictures, evasion.queries, self._cache
                )
                told = replace(told, values=logits[rows])
            evaded[name] = evasion.answers(told, pictures[rows], natural=natural)
        everyone = {name: one.take(rows) for name, one in plain.items()}
        found = self._found(everyone, evaded, access=evasion.access)
        base = self._baseline(evasion.queries)
        cost = self._cost(evasion)
        name = evasion.name
        figures |= _figures(name, found, base)
        lines = [_row(name, group, found, base, cost) for group in GROUPS]
        if any(step.do == "round" for step in evasion.steps):
            bare = self._found(everyone, evaded, access=evasion.access, level=False)
            figures |= _figures(f"{name}-unlevelled", bare, base)
            lines += [_row(f"{name}-unlevelled", group, bare, base, cost) for group in GROUPS]
        figures[f"{name}_accuracy_lost"] = Figure(
            value=cost, low=cost, high=cost, n=len(self._copies), target="<= 0.03"
        )
        return lines

    def removed(self, made: Sequence[Removed], figures: dict[str, Figure]) -> list[dict[str, Any]]:
        """Fine-tuned against the known queries: on these, on fresh ones, and on photographs."""
        rows = []
        lost = float(np.mean([one.lost for one in made]))
        for queries in (NONE.queries, *_OTHER_KINDS):
            plain = self._fresh() if queries == "fresh" else self._answers(queries)
            tuned = {
                copy.parent: copy for copy in self._copies.values() if copy.how is How.FINETUNED
            }
            mine = [one for one in made if one.source.name in tuned]
            chosen = {tuned[one.source.name].name: one for one in mine}
            cases = [
                replace(case, copies=tuple(c for c in case.copies if c.name in chosen))
                for case in self._cases
                if case.source.name in {one.source.name for one in mine}
            ]
            evaded = {
                name: replace(
                    plain[name],
                    values=answer(one.path, self._asked(queries, one.source.task)),
                )
                for name, one in chosen.items()
            }
            for access in ("scores", "label"):
                judge = {"access": access, "entries": self._plan.zoo.entries, "seed": self._seed}
                base = judge_all(cases, plain, {}, **judge)  # type: ignore[arg-type]
                found = judge_all(cases, plain, evaded, **judge)  # type: ignore[arg-type]
                stem = {"image-mix-v1": "known"}.get(queries, queries)
                name = f"removed-{stem}" + ("-label" if access == "label" else "")
                figures |= _figures(name, found, base)
                rows.append(_row(name, ALL, found, base, lost))
        figures["removed_accuracy_lost"] = Figure(
            value=lost,
            low=min(one.lost for one in made),
            high=max(one.lost for one in made),
            n=len(made),
            target="<= 0.03",
        )
        return rows

    def honest(self, progress: Progress) -> dict[str, Figure]:
        """Honest models that are accused or remarked on, by kind of queries and access."""
        figures: dict[str, Figure] = {}
        with progress.task("judging honest models", 2 * len(_HONEST_KINDS)) as advance:
            for queries in _HONEST_KINDS:
                plain = self._answers(queries)
                for access in ("scores", "label"):
                    measured = judge_honest(
                        self._cases,
                        plain,
                        access=access,
                        entries=self._plan.zoo.entries,
                        seed=self._seed,
                    )
                    for group, found in measured.items():
                        stem = "honest" if group == ALL else f"honest_{group}"
                        tail = f"{queries}-label" if access == "label" else queries
                        for what, figure in found.items():
                            target = f"<= {ALPHA:g}" if group == ALL else ""
                            figures[f"{stem}_{what}_{tail}"] = replace(figure, target=target)
                    advance(1)
        return figures

    def _asked(self, queries: str, task: str) -> NDArray[np.uint8]:
        """(100, 32, 32, 3) pictures of one kind."""
        if queries == "fresh":
            return self._fresh_pictures()
        return self.pictures(self._sets.key(queries, task))

    def _found(
        self,
        plain: Mapping[str, Responses],
        evaded: Mapping[str, Responses],
        *,
        access: str,
        level: bool = True,
    ) -> Found:
        return judge_all(
            self._cases,
            plain,
            evaded,
            access=access,
            entries=self._plan.zoo.entries,
            seed=self._seed,
            level=level,
        )

    def _baseline(self, queries: str) -> Found:
        if queries not in self._base:
            self._base[queries] = self._found(self._answers(queries), {}, access="scores")
        return self._base[queries]

    def _answers(self, queries: str) -> dict[str, Responses]:
        if queries not in self._plain:
            answers = Answers(folder=self._plan.zoo.folder)
            self._plain[queries] = {
                entry.name: answers.read(
                    entry,
                    self._sets.pool(queries, entry.task),
                    key=self._sets.key(queries, entry.task),
                ).take(np.arange(BUDGET))
                for entry in self._entries()
            }
        return self._plain[queries]

    def _entries(self) -> list[Entry]:
        tasks = {case.source.task for case in self._cases}
        return [entry for entry in self._plan.entries if entry.task in tasks]

    def _fresh_pool(self) -> Pool:
        name = PoolName(
            recipe="image_mix_v1", shape=(32, 32, 3), n=BUDGET, seed=_FRESH_SEED + self._seed
        )
        return build_pool(name, cache=self._cache)

    def _fresh_pictures(self) -> NDArray[np.uint8]:
        return np.asarray(self._fresh_pool().read(0, BUDGET), dtype=np.uint8)

    def _fresh(self) -> dict[str, Responses]:
        """Everyone's answers to queries that no evader could know."""
        pictures = self._fresh_pictures()
        shown = crafted_pool(pictures, name="fresh", part="fresh")
        zoo, found = self._plan.zoo, {}
        for entry in self._entries():
            logits = changed_logits(zoo, entry, NONE, pictures, f"fresh-{self._seed}", self._cache)
            plain = self._answers(NONE.queries)[entry.name]
            found[entry.name] = replace(
                plain, values=logits, pool=shown.name, pool_digest=shown.digest
            )
        return found

    def _cost(self, evasion: Evasion) -> float:
        zoo, lost = self._plan.zoo, []
        for task in sorted({entry.task for entry in self._copies.values()}):
            images = load_set(self._data, task, cache=self._cache / "sets")
            copies = [entry for entry in self._copies.values() if entry.task == task]
            lost.append((accuracy_lost(zoo, copies, evasion, images, self._cache), len(copies)))
        return sum(share * count for share, count in lost) / sum(count for _, count in lost)


def _figures(name: str, found: Found, base: Found) -> dict[str, Figure]:
    n = found.pairs[ALL]
    made = {
        f"{name}_tpr5": figure_of(found.threshold[ALL], n=n, lineages=2),
        f"{name}_lost": _lost(base.threshold[ALL], found.threshold[ALL], n),
        f"{name}_found": figure_of(found.rule[ALL], n=n, lineages=2),
        f"{name}_rule_lost": _lost(base.rule[ALL], found.rule[ALL], n),
        f"{name}_raw_lost": _lost(base.raw[ALL], found.raw[ALL], n),
        f"{name}_remarked": figure_of(found.remark[ALL], n=n, lineages=2),
        f"{name}_other_classes": figure_of(found.geometry[ALL], n=n, lineages=2),
        f"{name}_cohort_lost": _lost(base.cohort[ALL], found.cohort[ALL], n),
    }
    return {key: figure for key, figure in made.items() if figure is not None}


def _lost(before: FloatArray, after: FloatArray, n: int) -> Figure | None:
    figure = figure_of(before - after, n=n, lineages=2)
    return None if figure is None else replace(figure, target=_TARGET)


def _row(name: str, group: str, found: Found, base: Found, cost: float) -> dict[str, Any]:
    def share(values: FloatArray) -> float:
        return round(float(values[0]), 3)

    return {
        "evasion": name,
        "copies": group,
        "n": found.pairs[group],
        "accuracy lost": round(cost, 4),
        "tpr5": share(found.threshold[group]),
        "lost": share(base.threshold[group] - found.threshold[group]),
        "rule": share(found.rule[group]),
        "rule lost": share(base.rule[group] - found.rule[group]),
        "raw lost": share(base.raw[group] - found.raw[group]),
        "remarked": share(found.remark[group]),
        "other classes": share(found.geometry[group]),
        "cohort tpr5": share(found.cohort[group]),
        "cohort lost": share(base.cohort[group] - found.cohort[group]),
    }


def _missing(rows: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    return {} if rows else {"evasions": "no copy could be judged"}


def _summary(rows: Sequence[Mapping[str, Any]]) -> str:
    """Which evasions within the allowed accuracy loss cost more than ten points."""
    said = []
    for what, key in (
        ("compare's rule", "rule lost"),
        ("one threshold", "lost"),
        ("plain similarity", "raw lost"),
        ("one threshold after a cohort", "cohort lost"),
    ):
        over = [
            f"{row['evasion']} ({row[key]:.2f})"
            for row in rows
            if row["copies"] == ALL and row["accuracy lost"] <= _ALLOWED and row[key] > _MOST_LOST
        ]
        said.append(f"with {what}: {', '.join(over) or 'none'}")
    return (
        "Evasions within 3 points of accuracy that cost more than ten points of copies found, "
        + "; ".join(said)
        + "."
    )
