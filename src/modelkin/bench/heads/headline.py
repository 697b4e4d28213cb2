"""The figures of the study."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from modelkin.bench.figures import Figure, share_figure
from modelkin.bench.heads.head import SIDE, Tuning
from modelkin.bench.heads.pairs import Null, Pairs
from modelkin.bench.heads.rates import (
    Sample,
    auc_figure,
    family_draws,
    fpr_figure,
    sample_of,
    thinned,
    tpr_figure,
)
from modelkin.bench.heads.rating import DEAR, PLAIN, RELATIVE
from modelkin.bench.heads.study import Asked
from modelkin.bench.heads.verdicts import Ruled
from modelkin.records import BoolArray, FloatArray

PRECISIONS = ("float", "mixed", "quantized")
TUNINGS = ("frozen", "last", "whole")
NULLS = (*Null, "equal", "equal_n3")
LEVELS = ((0.05, "5"), (0.01, "1"))
_KEPT_ROUNDED = 4
_MOST_ROW = 20_000


@dataclass(frozen=True, kw_only=True, eq=False)
class Stratum:
    """Pairs of one sort.

    Attributes:
        precision: one of ``PRECISIONS``, or "all".
        tuned: one of ``TUNINGS``, or "all".
        keep: (p,).
    """

    precision: str
    tuned: str
    keep: BoolArray


def strata(pairs: Pairs) -> Iterator[Stratum]:
    """All pairs, those of each precision, those of each tuning, and frozen ones by precision."""
    everything = np.ones(len(pairs), dtype=np.bool_)
    yield Stratum(precision="all", tuned="all", keep=everything)
    for count, precision in enumerate(PRECISIONS):
        yield Stratum(precision=precision, tuned="all", keep=pairs.quantized == count)
    for tuned in TUNINGS:
        yield Stratum(precision="all", tuned=tuned, keep=pairs.is_tuned(tuned))
    for count, precision in enumerate(PRECISIONS):
        keep = (pairs.quantized == count) & pairs.is_tuned("frozen")
        yield Stratum(precision=precision, tuned="frozen", keep=keep)


def strangers(pairs: Pairs, null: str) -> BoolArray:
    """(p,) the unrelated pairs of one hardness."""
    if null == "equal":
        return np.asarray(pairs.equal & ~pairs.related)
    if null == "equal_n3":
        return np.asarray(pairs.equal & pairs.is_null(Null.N3))
    return pairs.is_null(null)


@dataclass(frozen=True, kw_only=True, eq=False)
class Measured:
    """One method under one number of queries, on all pairs.

    Attributes:
        method: its name.
        queries: put to each model.
        last: the most that were put in this run.
        similarity: (p,).
    """

    method: str
    queries: int
    last: int
    similarity: FloatArray


def rate_figures(
    pairs: Pairs, measured: Measured, *, seed: int
) -> tuple[dict[str, Figure], list[dict[str, Any]]]:
    """Figures with intervals, and a row for every sort of pairs and every hardness.

    Args:
        pairs: of the models.
        measured: one method.
        seed: of the bootstrap.

    Returns:
        The figures and the rows.
    """
    draws = family_draws(pairs, seed)
    figures: dict[str, Figure] = {}
    rows: list[dict[str, Any]] = []
    unrelated = {null: strangers(pairs, null) for null in NULLS}
    for stratum in strata(pairs):
        if not _looked_at(measured, stratum):
            continue
        for null in NULLS:
            sample = sample_of(
                pairs,
                measured.similarity,
                up=pairs.related & stratum.keep,
                down=unrelated[null] & stratum.keep,
                draws=draws,
            )
            if sample is None:
                continue
            rows.append(_row(measured, stratum, null, thinned(sample, seed, _MOST_ROW)))
            name = _name(measured, stratum, null)
            if name:
                figures |= _figures(sample, name, measured.method, seed)
    return figures, rows


def _looked_at(measured: Measured, stratum: Stratum) -> bool:
    if measured.method in DEAR:
        return stratum.tuned == "frozen"
    return measured.queries == measured.last or "all" in {stratum.precision, stratum.tuned}


def _name(measured: Measured, stratum: Stratum, null: str) -> str:
    """What follows "auc_" in a figure's name, or nothing for rows that have no interval."""
    plain = stratum.precision == stratum.tuned == "all"
    last = measured.queries == measured.last
    if plain:
        return null if last else f"{null}_q{measured.queries}"
    if null not in {Null.N1, Null.N3}:
        return ""
    if last and measured.method in {PLAIN, RELATIVE}:
        return "_".join([null, *(x for x in (stratum.precision, stratum.tuned) if x != "all")])
    frozen = stratum.tuned == "frozen" and stratum.precision == "all"
    return f"{null}_frozen_q{measured.queries}" if frozen else ""


def _figures(sample: Sample, name: str, method: str, seed: int) -> dict[str, Figure]:
    front = "" if method == PLAIN else f"{method}_"
    whole, few = thinned(sample.alone, seed, _MOST_ROW), thinned(sample, seed)
    found = {f"{front}auc_{name}": _joined(auc_figure(whole), auc_figure(few))}
    for level, text in LEVELS:
        value, spread = tpr_figure(whole, level), tpr_figure(few, level)
        if value is not None and spread is not None:
            found[f"{front}tpr_at_fpr{text}_{name}"] = _joined(value, spread)
    return found


def _joined(value: Figure, spread: Figure) -> Figure:
    """The value of all pairs with the interval of the thinned ones."""
    return Figure(
        value=value.value,
        low=min(value.value, spread.low),
        high=max(value.value, spread.high),
        n=value.n,
    )


def _row(measured: Measured, stratum: Stratum, null: str, sample: Sample) -> dict[str, Any]:
    alone = sample.alone
    found: dict[str, Any] = {
        "method": measured.method,
        "queries": measured.queries,
        "precision": stratum.precision,
        "tuned": stratum.tuned,
        "null": str(null),
        "related": len(sample.up),
        "unrelated": len(sample.down),
        "auc": round(auc_figure(alone).value, _KEPT_ROUNDED),
    }
    for level, text in LEVELS:
        caught = tpr_figure(alone, level)
        # hundreds of pairs of families a row: only where nothing is left out
        judged = measured.method in {PLAIN, RELATIVE} and null == Null.N3
        whole = stratum.precision == stratum.tuned == "all"
        false = fpr_figure(alone, level) if judged and whole else None
        for key, share in ((f"tpr_at_fpr{text}", caught), (f"fpr_at_{text}", false)):
            found[key] = None if share is None else round(share.value, _KEPT_ROUNDED)
    return found


def size_figures(pairs: Pairs, methods: Mapping[str, FloatArray], name: str) -> dict[str, Figure]:
    """Kin that take pictures of other sizes, asked one pool.

    Args:
        pairs: of frozen float models of two sizes.
        methods: similarities by method.
        name: of the way they were asked.
    """
    draws = family_draws(pairs, 0)
    large = np.array([one.side > SIDE for one in pairs.models])
    crossed = large[pairs.first] != large[pairs.second]
    found: dict[str, Figure] = {}
    for method, matrix in methods.items():
        for null in (Null.N1, Null.N3):
            sample = sample_of(
                pairs,
                pairs.of(matrix),
                up=pairs.related & crossed,
                down=strangers(pairs, null) & crossed,
                draws=draws,
            )
            if sample is not None:
                found |= _figures(sample, f"{null}_{name}", method, 0)
    return found


def mute_figures(asked: Asked) -> dict[str, Figure]:
    """How many models tell nothing."""
    found = {}
    for name, keep in (
        ("float", [not one.int8 for one in asked.models]),
        ("quantized", [one.int8 for one in asked.models]),
        ("frozen", [one.tuning is Tuning.FROZEN for one in asked.models]),
        ("tuned", [one.tuning.tuned for one in asked.models]),
    ):
        mine = asked.mute[np.array(keep)]
        if len(mine):
            found[f"cannot_tell_{name}"] = share_figure(int(mine.sum()), len(mine))
    return found


def verdict_figures(ruled: Sequence[Ruled], *, seed: int) -> dict[str, Figure]:
    """Shares of "related" among kin and among honest models, bootstrapped by source family."""
    families = sorted({one.source for one in ruled})
    rng = np.random.default_rng(seed)
    draws = rng.multinomial(
        len(families), np.full(len(families), 1 / max(1, len(families))), size=400
    )
    found = {}
    keys = sorted({(one.rule, one.strangers, one.null) for one in ruled})
    for rule, alone, null in keys:
        mine = [one for one in ruled if (one.rule, one.strangers, one.null) == (rule, alone, null)]
        hits, counts = np.zeros(len(families)), np.zeros(len(families))
        for one in mine:
            hits[families.index(one.source)] += one.called
            counts[families.index(one.source)] += 1
        told = draws @ counts
        shares = (draws @ hits)[told > 0] / told[told > 0]
        low, high = np.quantile(shares, (0.025, 0.975)) if len(shares) else (0.0, 1.0)
        value = float(hits.sum() / counts.sum())
        what = f"false_{null}_at_10" if null else "power_at_10"
        front = "" if rule == PLAIN else f"{rule}_"
        found[f"{front}{what}{'_by_strangers' if alone else ''}"] = Figure(
            value=value, low=min(float(low), value), high=max(float(high), value), n=len(mine)
        )
    return found
