"""The figures of the field study."""

import re

import numpy as np

from modelkin.bench.field.corpus import AppModel
from modelkin.bench.field.pairs import Pairs
from modelkin.bench.field.questions import COLOUR, GREY
from modelkin.bench.field.rates import figure, halves, model_draws
from modelkin.bench.field.rating import JUDGED
from modelkin.bench.field.study import Group, Study
from modelkin.bench.field.verdicts import p_values
from modelkin.bench.figures import Figure, share_figure
from modelkin.records import BoolArray, FloatArray

TWINS = "quantized twin"
_LEVELS = ((0.05, "5"), (0.01, "1"))
_FALSE_ALPHA = 0.01
_SOME_SPLITS = 20
_TARGETS = {
    "auc_colour": ">= .97",
    "tpr_at_fpr5_colour": ">= .90",
    "auc_float": ">= .995",
    "auc_twins": ">= .99",
}


class Figures:
    """Collects figures, and the reasons why some could not be measured."""

    def __init__(self) -> None:
        self.found: dict[str, Figure] = {}
        self.missing: dict[str, str] = {}

    def put(self, name: str, measured: Figure | None, why: str) -> None:
        """Keep a figure, or why there is none."""
        if measured is None:
            self.missing[name] = why
        else:
            self.found[name] = measured


def figures_of(study: Study, *, seed: int) -> Figures:
    """All figures but those of preprocessing.

    Args:
        study: what was measured.
        seed: of the bootstrap.
    """
    figures = Figures()
    for name in (COLOUR, GREY):
        if name not in study.groups:
            figures.missing[f"auc_{_short(name)}"] = f"the corpus holds no {name}"
    for group in study.groups.values():
        if group.name == COLOUR:
            _colour(figures, group, seed)
        _plain(figures, group, seed)
        _verdicts(figures, group, model_draws(group.pairs, seed))
    _hard(figures, study)
    _mute(figures, study)
    return figures


def _colour(figures: Figures, group: Group, seed: int) -> None:
    pairs, draws = group.pairs, model_draws(group.pairs, seed)
    similarity, every = group.judged(), np.ones(len(group.pairs), dtype=np.bool_)

    def rates(name: str, rated: FloatArray, keep: BoolArray, why: str, *levels: str) -> None:
        """AUC, and the detection rate at each level, under their names with ``{}`` filled."""
        for level in ("", *levels):
            stated = name.format("auc" if not level else f"tpr_at_fpr{level}")
            found = figure(
                pairs,
                rated,
                keep=keep,
                draws=draws,
                fpr=float(level) / 100 if level else None,
                target=_TARGETS.get(stated, ""),
            )
            figures.put(stated, found, why)

    subsets = {
        "colour": every,
        "float": pairs.quantized == 0,
        "mixed": pairs.quantized == 1,
        "quantized": pairs.quantized == 2,  # noqa: PLR2004 (both)
        "equal_signature": pairs.equal,
        "twins": _against(pairs, TWINS),
    }
    for name, keep in subsets.items():
        why = f"no related, or no unrelated, pair of colour models ({name})"
        rates(f"{{}}_{name}", similarity, keep, why, "5", "1")
    for relation in sorted({pairs.relation[row] for row in np.flatnonzero(pairs.related)}):
        why = "no such pair of colour models that answer"
        rates(f"{{}}_is_{_slug(relation)}", similarity, _against(pairs, relation), why, "5", "1")
    why = "no related, or no unrelated, colour pair"
    mute_too = np.where(np.isfinite(similarity), similarity, 0.0)
    rates("{}_colour_mute_too", mute_too, every, why, "5")
    first = group.similarity(JUDGED)
    rates("{}_colour_first_pool", first, every, why, "5")
    first_mute_too = np.where(np.isfinite(first), first, 0.0)
    rates("{}_colour_first_pool_mute_too", first_mute_too, every, why, "5")
    again = np.isfinite(pairs.of(group.second))
    rates("{}_colour_second_pool", similarity, again, why, "5")
    _strangers(figures, pairs, similarity, again)
    for n, rated in group.by_queries().items():
        rates(f"{{}}_colour_q{n}", rated, every, why, "5")
    for method in group.rated.methods if group.rated else ():
        if method != JUDGED:
            rates(f"{method}_{{}}_colour", group.similarity(method), every, why, "5")
    _halves(figures, pairs, similarity, seed)


def _strangers(figures: Figures, pairs: Pairs, similarity: FloatArray, again: BoolArray) -> None:
    """Whether points that one model chose raise what strangers rate there."""
    known = ~pairs.related & np.isfinite(similarity)
    there, here = similarity[known & again], similarity[known & ~again]
    if len(there) == 0 or len(here) < _SOME_SPLITS:
        figures.missing["strangers_above_second_pool"] = "no stranger was asked a second pool"
        return
    limit = float(np.quantile(here, 0.95))
    figures.found["strangers_above_second_pool"] = share_figure(
        int((there > limit).sum()), len(there), target="about .05"
    )


def _halves(figures: Figures, pairs: Pairs, similarity: FloatArray, seed: int) -> None:
    """Median and spread over random halves of the models."""
    every = np.ones(len(pairs), dtype=np.bool_)
    split = halves(pairs, similarity, keep=every, seed=seed)
    for column, name in enumerate(("auc_colour_halves", "tpr_at_fpr5_colour_halves")):
        spread = split[:, column]
        if len(spread) < _SOME_SPLITS:
            figures.missing[name] = "too few halves hold related and unrelated pairs"
            continue
        low, high = np.quantile(spread, (0.025, 0.975))
        figures.found[name] = Figure(
            value=float(np.median(spread)), low=float(low), high=float(high), n=len(spread)
        )


def _plain(figures: Figures, group: Group, seed: int) -> None:
    """The same in one figure for models that take no colour pictures."""
    if group.name == COLOUR:
        return
    pairs, name = group.pairs, _short(group.name)
    keep = np.ones(len(pairs), dtype=np.bool_)
    draws = model_draws(pairs, seed)
    why = f"{len(pairs.models)} models, {int(pairs.related.sum())} related pairs among them"
    similarity = group.judged()
    figures.put(f"auc_{name}", figure(pairs, similarity, keep=keep, draws=draws), why)


def _verdicts(figures: Figures, group: Group, draws: FloatArray) -> None:
    """Rates of verdicts; ``*_plain`` without the rule on models that answer as many numbers."""
    pairs, name = group.pairs, _short(group.name)
    weights = draws[:, pairs.first] * draws[:, pairs.second] if len(pairs) else draws[:, :0]
    for ending, outputs in (("", group.outputs), ("_plain", None)):
        p_value, floor = p_values(pairs, group.judged(), outputs=outputs)
        for alpha, level in _LEVELS:
            able = np.isfinite(p_value) & (floor <= alpha)
            for kind, chosen in (("false", able & ~pairs.related), ("power", able & pairs.related)):
                stated = f"{kind}_at_{level}_{name}{ending}"
                if chosen.any():
                    figures.found[stated] = _said(
                        weights[:, chosen],
                        p_value[chosen] <= alpha,
                        target=f"<= {alpha:g}" if kind == "false" else "",
                    )
                elif group.name in {COLOUR, GREY}:
                    figures.missing[stated] = "no such pair has families enough for this alpha"
            judged = able & pairs.related
            if group.name == COLOUR and pairs.related.any():
                figures.found[f"kin_called_at_{level}_{name}{ending}"] = share_figure(
                    int((judged & (p_value <= alpha)).sum()), int(pairs.related.sum())
                )


def _said(weights: FloatArray, called: BoolArray, *, target: str) -> Figure:
    """Share of judged pairs that were called related."""
    said, whole = weights @ called, weights.sum(axis=1)
    rates = np.divide(said, whole, out=np.full(len(said), np.nan), where=whole > 0)
    low, high = np.nanquantile(rates[1:], (0.025, 0.975))
    return Figure(
        value=float(rates[0]),
        low=min(float(low), float(rates[0])),
        high=max(float(high), float(rates[0])),
        n=weights.shape[1],
        target=target,
    )


def _hard(figures: Figures, study: Study) -> None:
    """Every hard pair counts; one that is not judged is not called related."""
    for ending in ("", "_plain"):
        called, n, judged = 0, 0, 0
        for group in study.groups.values():
            outputs = None if ending else group.outputs
            p_value, floor = p_values(group.pairs, group.judged(), outputs=outputs)
            hard = group.pairs.hard
            n += int(hard.sum())
            judged += int((hard & (floor <= _FALSE_ALPHA)).sum())
            called += int((hard & (p_value <= _FALSE_ALPHA)).sum())
        if n == 0:
            figures.missing["false_related_hard"] = "no pair of one architecture and other weights"
            return
        target = "" if ending else "binomial bound of .01"
        figures.found[f"false_related_hard{ending}"] = share_figure(called, n, target=target)
        figures.found[f"hard_judged{ending}"] = share_figure(judged, n)


def _mute(figures: Figures, study: Study) -> None:
    colour = [one.file for one in _members(study, COLOUR)]
    every = [one.file for group in study.groups for one in _members(study, group)]
    for name, files in (("cannot_tell", colour), ("cannot_tell_any", every)):
        if not files:
            figures.missing[name] = "no such model runs"
            continue
        target = "<= .06" if name == "cannot_tell" else ""
        mute = sum(bool(study.mute(file)) for file in files)
        figures.found[name] = share_figure(mute, len(files), target=target)
        mute = sum(bool(study.answered[file].mute) for file in files)
        figures.found[f"{name}_first_pool"] = share_figure(mute, len(files))
    runs = sum(len(group.pairs.models) for group in study.groups.values())
    figures.found["models_run"] = share_figure(runs, len(study.models))


def _members(study: Study, name: str) -> tuple[AppModel, ...]:
    return study.groups[name].pairs.models if name in study.groups else ()


def _against(pairs: Pairs, relation: str) -> BoolArray:
    """Pairs of one relation, and all unrelated ones."""
    return np.asarray(pairs.called(relation) | ~pairs.related, dtype=np.bool_)


def _slug(text: str) -> str:
    return re.sub(r"[^a-z]+", "_", text.lower()).strip("_")


def _short(group: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", group.removesuffix(" images").lower())
