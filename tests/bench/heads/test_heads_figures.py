"""Figures and tables from made-up similarities."""

import numpy as np
import pytest

from modelkin.bench.figures import BenchResult
from modelkin.bench.heads.crafted import BUDGETS, GRADIENT, PROBED, Crafted
from modelkin.bench.heads.crafted_figures import crafted_figures
from modelkin.bench.heads.head import Head, Tuning
from modelkin.bench.heads.headline import Measured, mute_figures, rate_figures, verdict_figures
from modelkin.bench.heads.lesson import Lesson
from modelkin.bench.heads.markdown import as_markdown
from modelkin.bench.heads.pairs import Pairs, pairs_of
from modelkin.bench.heads.rating import PLAIN, RELATIVE
from modelkin.bench.heads.study import Asked
from modelkin.bench.heads.verdicts import Ruled
from modelkin.records import FloatArray

_GAP = 4.0


def head(family: int, number: int, *, int8: bool, tuning: Tuning = Tuning.FROZEN) -> Head:
    return Head(
        name=f"f{family}-{tuning}{number}{'-int8' if int8 else ''}",
        backbone=f"f{family}",
        arch="resnet",
        task="flowers" if family < 4 else f"task{family}",
        half="a",
        tuning=tuning,
        int8=int8,
        lesson=Lesson(images="x", classes=(0, 1 + number), shots=1, seed=number),
        seed=0,
    )


def models() -> list[Head]:
    return [
        head(family, number, int8=int8, tuning=tuning)
        for family in range(8)
        for number, tuning in enumerate(("frozen", "frozen", "last", "whole"))
        for int8 in (False, True)
        for tuning in (Tuning(tuning),)
    ]


def similarity(pairs: Pairs, seed: int = 0) -> FloatArray:
    rng = np.random.default_rng(seed)
    harder = pairs.is_null("n3").astype(float)
    return np.asarray(rng.normal(size=len(pairs)) + _GAP * pairs.related + harder)


@pytest.fixture(scope="module")
def pairs() -> Pairs:
    return pairs_of(models())


def test_figures_by_hardness_precision_and_tuning(pairs: Pairs) -> None:
    measured = Measured(method=PLAIN, queries=900, last=900, similarity=similarity(pairs))
    figures, rows = rate_figures(pairs, measured, seed=0)
    for name in ("auc_n1", "auc_n3", "auc_equal", "auc_equal_n3", "auc_n3_mixed", "auc_n1_whole"):
        assert 0.7 < figures[name].value <= 1
        assert figures[name].low <= figures[name].value <= figures[name].high
    assert "auc_n2" not in figures  # there is no such pair
    # normal similarities that lie so far apart
    assert figures["auc_n1"].value == pytest.approx(0.9977, abs=0.002)
    assert figures["auc_n3"].value == pytest.approx(0.983, abs=0.01)
    whole = [row for row in rows if row["precision"] == row["tuned"] == "all"]
    assert {row["null"] for row in whole} == {"n1", "n3", "equal", "equal_n3"}
    siblings = next(row for row in whole if row["null"] == "n3")
    assert siblings["fpr_at_5"] == pytest.approx(0.05, abs=0.03)
    assert siblings["related"] == pairs.related.sum()


def test_fewer_queries_and_other_methods_have_names_of_their_own(pairs: Pairs) -> None:
    fewer = Measured(method=RELATIVE, queries=225, last=900, similarity=similarity(pairs))
    figures, _ = rate_figures(pairs, fewer, seed=0)
    assert {"relative_auc_n3_q225", "relative_tpr_at_fpr1_n3_frozen_q225"} <= set(figures)
    assert all(name.startswith("relative_") and name.endswith("_q225") for name in figures)
    dear = Measured(method="residual", queries=225, last=900, similarity=similarity(pairs))
    figures, rows = rate_figures(pairs, dear, seed=0)
    assert all("_frozen_q225" in name for name in figures)
    assert {row["tuned"] for row in rows} == {"frozen"}


def test_the_same_seed_gives_the_same_figures(pairs: Pairs) -> None:
    measured = Measured(method=PLAIN, queries=900, last=900, similarity=similarity(pairs))
    assert rate_figures(pairs, measured, seed=3) == rate_figures(pairs, measured, seed=3)


def test_mute_models_are_counted_by_sort() -> None:
    mute = np.array([one.int8 and one.tuning is Tuning.FROZEN for one in models()])
    found = mute_figures(Asked(models=tuple(models()), answers=(), mute=mute))
    assert found["cannot_tell_float"].value == 0
    assert found["cannot_tell_quantized"].value == 0.5
    assert found["cannot_tell_frozen"].value == 0.5
    assert found["cannot_tell_tuned"].value == 0


def test_verdicts_are_counted_by_rule_and_null() -> None:
    ruled = [
        Ruled(
            rule=rule,
            strangers=strangers,
            null=null,
            related=not null,
            source=f"f{number % 4}",
            called=number < 3 if null else number != 0,
        )
        for rule in (PLAIN, RELATIVE)
        for strangers in (False, True)
        for null in ("", "n3")
        for number in range(8)
    ]
    found = verdict_figures(ruled, seed=0)
    assert set(found) == {
        f"{front}{what}{back}"
        for front in ("", "relative_")
        for what in ("power_at_10", "false_n3_at_10")
        for back in ("", "_by_strangers")
    }
    assert found["power_at_10"].value == 7 / 8
    assert found["relative_false_n3_at_10_by_strangers"].value == 3 / 8
    assert found["false_n3_at_10"].low < 3 / 8 < found["false_n3_at_10"].high


def test_crafted_scores_of_pairs_that_were_not_asked_do_not_count() -> None:
    suspects = tuple(one for one in models() if one.tuning is Tuning.FROZEN)
    sources = tuple(
        Head(**{**one.__dict__, "name": one.backbone, "tuning": Tuning.ORIGINAL})
        for one in suspects
        if one.name.endswith("frozen0") and one.backbone in {"f0", "f1", "f5"}
    )
    rng = np.random.default_rng(0)
    kin = np.array([[one.backbone == other.backbone for other in suspects] for one in sources])
    values = rng.normal(size=kin.shape) * 0.1 + kin
    broken = values.copy()
    broken[~kin] = np.where(rng.random((~kin).sum()) < 0.3, np.nan, broken[~kin])
    crafted = Crafted(
        sources=sources,
        suspects=suspects,
        scores={(PROBED, BUDGETS[0]): values, (GRADIENT, BUDGETS[0]): broken},
    )
    found = crafted_figures(crafted, "original", seed=0)
    for score in (PROBED, GRADIENT):
        for null in ("n1", "n3"):
            one = found[f"original_{score}_auc_{null}_q{BUDGETS[0]}"]
            assert one.value == 1
            assert one.n == kin.sum()


def test_markdown_has_every_figure_and_row(pairs: Pairs) -> None:
    measured = Measured(method=PLAIN, queries=900, last=900, similarity=similarity(pairs))
    figures, rows = rate_figures(pairs, measured, seed=0)
    result = BenchResult(
        bench="heads", figures=figures, missing={"auc_n2": "none"}, notes=("so",), rows=tuple(rows)
    )
    text = as_markdown(result, small=True, seed=7)
    assert "modelkin bench heads --seed 7 --small" in text
    assert all(f"| `{name}` |" in text for name in figures)
    assert "- `auc_n2`: none" in text
    assert text.count("\n| graded_cka |") == len(rows)
