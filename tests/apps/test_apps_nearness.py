import numpy as np
import pytest

from modelkin.apps.concluding import conclude
from modelkin.apps.nearness import pair_p_value, strangers, zoo_p_value
from modelkin.apps.scan_report import Kin
from modelkin.records import Relation, Verdict


def test_a_p_value_by_hand() -> None:
    zoo = np.array([[1.0, 0.9, 0.2, 0.1], [0.9, 1.0, 0.3, 0.2], [0.2, 0.3, 1.0, 0.4]])
    zoo = np.vstack([zoo, [0.1, 0.2, 0.4, 1.0]])
    known = strangers(zoo, ["a", "a", "b", "c"])
    assert known.apart.tolist() == [0.3, 0.4, 0.4]
    assert zoo_p_value(np.array([0.1, 0.8, 0.2, 0.3]), known) == pytest.approx(2 / 4)
    assert zoo_p_value(np.array([0.1, 0.2, 0.2, 0.35]), known) == pytest.approx(3 / 4)
    near = pair_p_value(0.9, np.full(4, 0.1), np.full(4, 0.2), known)
    assert near == pytest.approx(2 / 5)


@pytest.mark.calibration
@pytest.mark.parametrize("alpha", [0.05, 0.1, 0.25])
def test_honest_models_are_accused_no_more_often_than_alpha(alpha: float) -> None:
    rng = np.random.default_rng(0)
    families = [f"f{place // 2}" for place in range(120)]
    accused, pairs, naive, runs = 0, 0, 0, 600
    for _ in range(runs):
        # models of one family share most; some models are more ordinary than others
        own = rng.normal(size=(62, 12)) * rng.uniform(0.5, 2, size=(62, 1))
        rows = np.vstack([np.repeat(own[:60], 2, axis=0), own[60:]])
        rows += 0.2 * rng.normal(size=rows.shape)
        table = np.asarray(np.corrcoef(rows))
        known = strangers(table[:120, :120], families)
        accused += zoo_p_value(table[120, :120], known) <= alpha
        pairs += pair_p_value(table[120, 121], table[120, :120], table[121, :120], known) <= alpha
        best = int(table[120, :120].argmax())
        others = [place for place in range(120) if families[place] != families[best]]
        naive += (table[best, others] < table[120, best]).all()
    bound = alpha * runs + 3 * np.sqrt(runs * alpha * (1 - alpha))
    assert accused <= bound
    assert pairs <= bound
    assert naive > 0.2 * runs, "taking the nearest for granted accuses many"


def kin(p_value: float | None, p_adjusted: float | None, families: int, tests: int) -> Kin:
    return Kin(
        name="n",
        where="zoo",
        family="",
        method="m",
        similarity=0.9,
        p_value=p_value,
        p_adjusted=p_adjusted,
        families=families,
        floor=1 / (families + 1),
        tests=tests,
        verdict=Verdict.INCONCLUSIVE,
        relation=None,
        reason="",
    )


@pytest.mark.parametrize(
    ("given", "same", "verdict", "words"),
    [
        (kin(0.01, 0.04, 99, 4), None, Verdict.RELATED, "0.04 after Holm over 4 comparisons"),
        (kin(0.6, 0.6, 99, 4), None, Verdict.NO_EVIDENCE, "p = 0.6"),
        (kin(0.05, 0.2, 19, 4), None, Verdict.INCONCLUSIVE, "79 are needed"),
        (kin(0.03, 0.12, 999, 4), None, Verdict.INCONCLUSIVE, "alone it would count"),
        (kin(0.5, 0.5, 3, 1), None, Verdict.INCONCLUSIVE, "cannot support alpha 0.05"),
        (kin(None, None, 0, 1), None, Verdict.INCONCLUSIVE, "without a zoo"),
        (kin(1.0, 1.0, 0, 1), "bit for bit", Verdict.RELATED, "coincide bit for bit"),
    ],
)
def test_conclusions(given: Kin, same: str | None, verdict: Verdict, words: str) -> None:
    found = conclude(given, same, 0.05)
    assert found.verdict is verdict
    assert words in found.reason
    assert (found.relation is Relation.IDENTICAL) is (same is not None)
