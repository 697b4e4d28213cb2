"""The figures by which the benchmark is known."""

from collections.abc import Iterable
from dataclasses import replace

from modelkin.bench.dataless.distances import ESTIMATORS
from modelkin.bench.dataless.functions import CLASSIFIERS, CRITICS, GENERATORS, MAIN
from modelkin.bench.dataless.query_measures import DATALESS, LATENTS, MIXTURE
from modelkin.bench.dataless.scores import Case, Scores
from modelkin.bench.figures import Figure

_LEAST_VARIETY = 0.01
_AUC_TARGET, _ARI_TARGET = ">= 0.99 on every measure", ">= 0.95 on every measure"
_KINDS = tuple(kind.value for kind in CLASSIFIERS.kinds)
_BOTH = "+".join(_KINDS)
_GAN = (GENERATORS.part, CRITICS.part)
_HARD = ("halves", "halves-one-recipe", "recipes", "recipe-or-half")
_NEAREST = {
    "nearest": (*_KINDS, *_GAN),
    "nearest-other-recipe": (*_KINDS, *_GAN),
    "nearest-other-kind": (_BOTH,),
}
_SHOWN = ("sets", "kinds", "ari")


def headline(scores: Scores) -> tuple[dict[str, Figure], dict[str, str]]:
    """Figures by stable name, and those that are missing, with the reason.

    A figure without a query measure in its name is the worst of the measures that need none of the
    sets' data and are not degenerate, by the main estimator of its sort. ``halves_...`` and
    ``recipe_...`` are asked on one measure, and the plain one is the worse of CNN and SVM.
    """
    named: dict[str, Figure | None] = {
        "same_vs_different_auc": _worst(scores, "sets", _KINDS, target=_AUC_TARGET),
        "any_estimator_auc": _worst(
            scores, "sets", _KINDS, target=_AUC_TARGET, estimators=ESTIMATORS
        ),
        **{
            f"{kind}_auc": _worst(scores, "sets", [kind], target=_AUC_TARGET)
            for kind in (*_KINDS, *_GAN)
        },
        "one_recipe_auc": _worst(scores, "one-recipe", _KINDS),
        **{
            f"{name}_log_correlation{tail}_auc": _worst(
                scores, asking, _KINDS, estimators=[f"log-correlation{tail.replace('_', '-')}"]
            )
            for name, asking in (("same_vs_different", "sets"), ("one_recipe", "one-recipe"))
            for tail in ("", "_centred")
        },
        "cnn_vs_svm_auc": _worst(scores, "kinds", [_BOTH], target=_AUC_TARGET),
        "gan_auc": _worst(scores, "sets", _GAN, target=_AUC_TARGET),
        "generator_pointwise_auc": _worst(
            scores, "sets", [GENERATORS.part], estimators=("l1", "l2")
        ),
        **{
            f"{asking.replace('-', '_')}_{sort.replace('+', '_')}": _worst(scores, asking, [sort])
            for asking, sorts in _NEAREST.items()
            for sort in sorts
        },
        "nearest_log_correlation_centred": _worst(
            scores, "nearest", _KINDS, estimators=["log-correlation-centred"]
        ),
        "ari": _worst(scores, "ari", _KINDS, target=_ARI_TARGET),
        **{f"{part}_ari": _worst(scores, "ari", [part], target=_ARI_TARGET) for part in _GAN},
        "ari_across_kinds": _worst(scores, "ari", [_BOTH]),
    }
    for asking in _HARD:
        stem = f"{asking.replace('-', '_')}_auc"
        of = {kind: _on_pool(scores, asking, kind) for kind in (*_KINDS, *_GAN)}
        named[stem] = min(
            (figure for kind in _KINDS if (figure := of[kind])),
            key=lambda figure: figure.value,
            default=None,
        )
        named.update({f"{stem}_{kind}": figure for kind, figure in of.items()})
    for case, figure in scores.figures.items():
        if case.estimator == MAIN[case.kinds] and case.question in _SHOWN:
            word = "ari" if case.question == "ari" else "auc"
            label = f"{case.kinds.replace('+', '_')}_{word}_{case.measure.replace('-', '_')}"
            named[label] = figure
    missing = {name: "no such pairs" for name, figure in named.items() if figure is None}
    return {name: figure for name, figure in named.items() if figure is not None}, missing


def degenerate(scores: Scores) -> list[tuple[str, str]]:
    """Sorts and measures on which the typical model's answers do not vary.

    A classifier: one label to 99 % of the queries. A generator: pictures that deviate by less than
    1 % of white. A critic: less than 1 % of the deviation on the measure where it has most.
    """
    return [key for key, varied in scores.variety.items() if varied < _LEAST_VARIETY]


def _on_pool(scores: Scores, asking: str, kind: str) -> Figure | None:
    measure = LATENTS if kind == GENERATORS.part else MIXTURE
    case = Case(question=asking, kinds=kind, measure=measure, estimator=MAIN[kind])
    return scores.figures.get(case)


def _worst(
    scores: Scores,
    asking: str,
    kinds: Iterable[str],
    *,
    target: str = "",
    estimators: Iterable[str] = (),
) -> Figure | None:
    flat = set(degenerate(scores))
    found = [
        scores.figures[case]
        for kind in kinds
        for measure in (*DATALESS, LATENTS)
        for estimator in (tuple(estimators) or (MAIN[kind],))
        if (case := Case(question=asking, kinds=kind, measure=measure, estimator=estimator))
        in scores.figures
        and not any((one, measure) in flat for one in kind.split("+"))
    ]
    worst = min(found, key=lambda figure: figure.value, default=None)
    return replace(worst, target=target) if worst is not None else None
