"""How often decision rules accuse honest models, on recorded answers."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from modelkin.answers.exact_binomial import share_interval
from modelkin.bench.calibrating.cohort_rules import cohort_rates
from modelkin.bench.calibrating.label_trials import APART, QUERIES, REUSED, label_trials
from modelkin.bench.calibrating.score_trials import (
    BUDGET,
    MIXED,
    NULLS,
    rated_honest,
    score_trials,
    zoo_of,
)
from modelkin.bench.calibrating.sequential import sequential_rates
from modelkin.bench.calibrating.trial import Trial, observe
from modelkin.bench.figures import BenchResult, Figure
from modelkin.bench.label_replay.folder import labels_folder
from modelkin.bench.label_replay.reading import read_labels
from modelkin.bench.modelreuse.bench import Settings
from modelkin.errors import ModelkinError
from modelkin.pipeline.caching import default_cache
from modelkin.pipeline.progress import Progress
from modelkin.protocols import DecisionRule
from modelkin.queries.selection.expected_evidence import ExpectedEvidence
from modelkin.registry import names, part

ALPHAS = (0.1, 0.05, 0.01)
POOLS = ("dead-leaves", "photos")
_SPLITS, _SMALL = 150, 30
_CONFIDENCE = 0.05
_ANYTIME = (
    "anytime_fpr: the sequential verdict on labels; its bound is alpha for the draw plus 1/(n+1) "
    "for a family above all n calibrating ones"
)
_RANKS = (
    "leave-one-family-out within one null makes ranks uniform by construction: such rows show that "
    "a rule is not anti-conservative, the others what unlike references cost"
)
_COHORT = (
    "rule_RULE_N: share of copies (honest: of honest models) of the source's own label set that "
    "none of N references reaches, one a family, families drawn at random, 100 queries of "
    "image-mix-v1; raw: plain similarity; suspect_in_cohort: as compare judges; the others: "
    "docs/decisions.md"
)
_NOTES = (
    f"references of n2 and n3: all honest families of {MIXED}, without the suspect's",
    _ANYTIME,
    _RANKS,
    _COHORT,
)


def run(
    *, data: Path | None, small: bool, seed: int, progress: Progress, cache: Path | None = None
) -> BenchResult:
    """Measure how often each rule calls an honest model related, at alpha .1, .05 and .01.

    Labels: 18 ImageNet classifiers, one training set and many recipes. Of each pair of families
    one base model is the source and the other the suspect; six of the other families choose the
    20 queries with the source, ten are the references of the rule (``labels_*``). Where all
    sixteen do both (``labels_reused_*``), the references look less like the source than honest
    models do, because the queries were chosen for that.

    Scores: the zoo of ``bench modelreuse``, 100 queries, the methods that ``compare`` decides by.
    Each honest model is a suspect in turn, judged by references without its family.
    ``n1_*``: suspects and references are trained on other data (N1). ``n2_*`` and ``n3_*``:
    other images of the same distribution, and same data and recipe, both judged by all honest
    families with the source's images or its distribution; too few are of N2 or N3 alone to support
    any of the three alphas, which the rows show. Rows ``N3|N1`` and the like have references of a
    weaker null than the suspect's; nothing bounds them.

    A figure is absent where the references are too few for that alpha: the rule then says nothing.

    Args:
        data: folder of recorded labels; None takes ``$MODELKIN_CORPUS/imagenet-labels``.
        small: fewer splits, and one pool of scores.
        seed: of the splits.
        progress: told about what is done.
        cache: folder of the recorded zoo; None takes the usual one.
    """
    recorded = read_labels(labels_folder(data))
    splits = _SMALL if small else _SPLITS
    trials: dict[str, list[Trial]] = defaultdict(list)
    missing: dict[str, str] = {}
    pools = POOLS[:1] if small else POOLS
    with progress.task("recorded answers", 1 + len(pools)) as advance:
        for trial in label_trials(recorded, ExpectedEvidence(), splits=splits, seed=seed):
            trials[trial.group].append(trial)
        advance(1)
        for pool in pools:
            try:
                settings = Settings(data=None, cache=cache or default_cache())
                pairs = rated_honest(settings, zoo_of(settings), pool)
            except ModelkinError as error:
                missing["n1_*, n2_*, n3_*"] = str(error)
                break
            for trial in score_trials(pairs):
                trials[f"{pool}:{trial.group}"].append(trial)
            advance(1)
    figures: dict[str, Figure] = {}
    rows: list[dict[str, Any]] = []
    for name in names("rule"):
        rule = part(DecisionRule, name)()  # type: ignore[type-abstract]
        for group, held in sorted(trials.items()):
            rows += _rows(name, rule, group, held)
        found, lacking = _figures(rule, trials, prefix="" if name == "conformal" else f"{name}_")
        figures |= found
        missing |= lacking
    figures |= _cohort_rules(cache, missing, small=small, seed=seed, progress=progress)
    figures |= sequential_rates(recorded, ALPHAS, splits=splits // 3, seed=seed, progress=progress)
    return BenchResult(
        bench="calibration",
        figures=figures,
        missing=missing,
        notes=(_what(len(recorded.families), pools), *_NOTES),
        rows=tuple(rows),
    )


def _cohort_rules(
    cache: Path | None, missing: dict[str, str], *, small: bool, seed: int, progress: Progress
) -> dict[str, Figure]:
    settings = Settings(data=None, cache=cache or default_cache())
    try:
        plan = zoo_of(settings)
        return cohort_rates(settings, plan, small=small, seed=seed, progress=progress)
    except ModelkinError as error:
        missing["rule_*"] = str(error)
        return {}


def _what(families: int, pools: Sequence[str]) -> str:
    return (
        f"{families} families of recorded labels, {QUERIES} queries; recorded scores on "
        f"{', '.join(pools)}, {BUDGET} queries; intervals are exact (Clopper and Pearson) for that "
        "many trials, which share sources and references and so say less than as many independent "
        "ones; trials whose references cannot support an alpha are left out of its figures"
    )


def _figures(
    rule: DecisionRule, trials: dict[str, list[Trial]], *, prefix: str
) -> tuple[dict[str, Figure], dict[str, str]]:
    stated = {APART: [APART], REUSED: [REUSED]}
    for null in NULLS:
        ending = f":{null}" if null == "N1" else f":{null}|{MIXED}"
        stated[null.lower()] = [group for group in trials if group.endswith(ending)]
    figures, missing = {}, {}
    for name, groups in stated.items():
        held = [trial for group in groups for trial in trials.get(group, ())]
        for alpha in ALPHAS if held else ():
            key = f"{prefix}{name}_fpr_at_{round(100 * alpha)}"
            enough = [trial for trial in held if trial.floor <= alpha]
            if not enough:
                floor = min(trial.floor for trial in held)
                missing[key] = f"the references' floor is {floor:.3g}: no verdict at {alpha:g}"
                continue
            seen = observe(rule, enough, alpha)
            figures[key] = _share(seen.accused, seen.trials, f"at most {alpha:g}")
    return figures, missing


def _rows(
    name: str, rule: DecisionRule, group: str, held: Sequence[Trial]
) -> Iterable[dict[str, Any]]:
    pool, _, cast = group.rpartition(":")
    suspect, _, honest = cast.partition("|")
    for alpha in ALPHAS:
        enough = [trial for trial in held if trial.floor <= alpha]
        seen = observe(rule, enough or held, alpha)
        low, high = share_interval(seen.accused, seen.trials, _CONFIDENCE)
        yield {
            "rule": name,
            "answers": pool or "labels",
            "suspects": suspect,
            "references": honest or suspect,
            "alpha": alpha,
            "supported": bool(enough),
            "floor": round(seen.floor, 4),
            "trials": seen.trials,
            "FPR": round(seen.accused / seen.trials, 4),
            "low": round(low, 4),
            "high": round(high, 4),
            "within": bool(low <= alpha),
            "families": int(np.median([len(trial.honest) for trial in held])),
        }


def _share(accused: int, trials: int, target: str) -> Figure:
    low, high = share_interval(accused, trials, _CONFIDENCE)
    return Figure(value=accused / trials, low=low, high=high, n=trials, target=target)
