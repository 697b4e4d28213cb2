"""How often scans for one flawed model accuse falsely, and what they find."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from modelkin.bench.field.corpus import Truth
from modelkin.bench.figures import Figure
from modelkin.bench.scanning.recorded import Recorded
from modelkin.bench.scanning.trials import Trial, Trials, one_of_each
from modelkin.pipeline.progress import Progress

ALPHAS = (0.2, 0.1, 0.05, 0.01)
SIZES = (4, 9, 14, 19, 22, 25)
_RESAMPLES = 1000
_NAMES = {0.05: "5", 0.01: "1"}
_STRESSED = 0.05
_LEAST = 2


def flag_rates(
    recorded: Recorded,
    truth: dict[tuple[str, str], Truth],
    *,
    draws: int,
    seed: int,
    progress: Progress,
) -> tuple[dict[str, Figure], dict[str, str], tuple[dict[str, Any], ...]]:
    """Take each family as the flawed one, draw zoos of honest ones, scan all that is left.

    Args:
        recorded: the models.
        truth: of their pairs.
        draws: zoos for each family and size.
        seed: of the draws and the bootstrap over families.
        progress: told after each family.

    Returns:
        Figures, those that could not be measured with the reason, and a row for each size and
        alpha.
    """
    trials = Trials(recorded, truth)
    rng = np.random.default_rng(seed)
    found: list[Trial] = []
    stressed: list[Trial] = []
    sizes = [size for size in SIZES if size <= len(trials.families) - 2]
    with progress.task("scanning for each family", len(trials.families)) as advance:
        for family in trials.families:
            others = [one for one in trials.families if one != family]
            for _ in range(draws):
                flagged = int(rng.choice(trials.places(family)))
                order = [str(one) for one in rng.permutation(others)]
                for size in sizes:
                    honest = one_of_each(recorded.models, order[:size], rng)
                    found += trials.run(flagged, honest, ALPHAS)
                stressed += _stressed(trials, recorded, flagged, rng)
            advance(1)
    rows = [
        _row([one for one in found if (one.zoo, one.alpha) == (size, alpha)], rng)
        for size in sizes
        for alpha in ALPHAS
    ]
    figures: dict[str, Figure] = {}
    missing: dict[str, str] = {}
    most = max(sizes, default=0)
    for alpha, name in _NAMES.items():
        mine = [one for one in found if one.alpha == alpha and one.zoo + 1 >= round(1 / alpha)]
        if mine:
            top = [one for one in mine if one.zoo == max(each.zoo for each in mine)]
            figures[f"flag_false_at_{name}"] = _any_false(mine, rng, f"<= {alpha:g}")
            figures[f"flag_power_at_{name}"] = _power(top, rng)
        else:
            why = f"{round(1 / alpha) - 1} families are needed, a zoo of this corpus holds {most}"
            missing[f"flag_false_at_{name}"] = why
            missing[f"flag_power_at_{name}"] = why
    other = [one for one in stressed if one.alpha == _STRESSED]
    if other:
        figures["flag_false_at_5_other_kind"] = _any_false(other, rng, "")
        rows.append({**_row(other, rng), "zoo": "of another kind"})
    else:
        missing["flag_false_at_5_other_kind"] = "no zoo of 19 families of another kind can be drawn"
    return figures, missing, tuple(rows)


def _stressed(
    trials: Trials, recorded: Recorded, flagged: int, rng: np.random.Generator
) -> list[Trial]:
    """A zoo of models unlike the flagged one, and only models like it in the apps."""
    unlike = set(trials.unlike(flagged))
    families = {recorded.models[one].family for one in unlike}
    alike = [at for at in range(len(recorded.models)) if at not in unlike]
    families -= {recorded.models[one].family for one in alike}
    if len(families) + 1 < round(1 / _STRESSED) or len(alike) < _LEAST:
        return []
    chosen = sorted(families)
    held = [at for at in one_of_each(recorded.models, chosen, rng) if at in unlike]
    return trials.run(flagged, held, (_STRESSED,), alike)


def _row(trials: Sequence[Trial], rng: np.random.Generator) -> dict[str, Any]:
    strangers = sum(one.strangers for one in trials)
    false = _any_false(trials, rng, "")
    power = _power(trials, rng)
    return {
        "zoo": trials[0].zoo,
        "alpha": trials[0].alpha,
        "scans": len(trials),
        "any_false": round(false.value, 4),
        "any_false_high": round(false.high, 4),
        "false_share": round(sum(one.false for one in trials) / strangers, 5),
        "false_same_architecture": sum(one.false_hard for one in trials),
        "false": sum(one.false for one in trials),
        "cleared_share": round(sum(one.cleared for one in trials) / strangers, 4),
        "power": round(power.value, 4),
        "power_any": round(
            _mean_by_family([one for one in trials if one.kin], lambda one: one.found > 0)[0], 4
        ),
    }


def _any_false(trials: Sequence[Trial], rng: np.random.Generator, target: str) -> Figure:
    able = [one for one in trials if one.strangers]
    return _figure(able, lambda one: one.false > 0, rng, target)


def _power(trials: Sequence[Trial], rng: np.random.Generator) -> Figure:
    return _figure([one for one in trials if one.kin], lambda one: one.found / one.kin, rng, "")


def _figure(
    trials: Sequence[Trial],
    value: Callable[[Trial], float],
    rng: np.random.Generator,
    target: str,
) -> Figure:
    """Every flagged family counts alike; the interval is a bootstrap over them."""
    mean, each = _mean_by_family(trials, value)
    values = np.array(list(each.values()))
    drawn = rng.choice(values, size=(_RESAMPLES, len(values))).mean(axis=1)
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Figure(value=mean, low=float(low), high=float(high), n=len(values), target=target)


def _mean_by_family(
    trials: Sequence[Trial], value: Callable[[Trial], float]
) -> tuple[float, Mapping[str, float]]:
    held: dict[str, list[float]] = {}
    for one in trials:
        held.setdefault(one.family, []).append(float(value(one)))
    each = {family: float(np.mean(values)) for family, values in held.items()}
    return float(np.mean(list(each.values()))), each
