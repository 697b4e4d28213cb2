import numpy as np
import pytest

from modelkin.apps.concluding import conclude
from modelkin.apps.nearness import apps_p_value, strangers, zoo_p_value
from modelkin.apps.scan_report import Kin
from modelkin.records import Relation, Verdict


def test_a_p_value_by_hand() -> None:
    zoo = np.array([[1.0, 0.9, 0.2, 0.1], [0.9, 1.0, 0.3, 0.2], [0.2, 0.3, 1.0, 0.4]])
    zoo = np.vstack([zoo, [0.1, 0.2, 0.4, 1.0]])
    known = strangers(zoo, ["a", "a", "b", "c"])
    assert known.apart.tolist() == [0.3, 0.4, 0.4]
    assert zoo_p_value(np.array([0.1, 0.8, 0.2, 0.3]), known) == pytest.approx(2 / 4)
    assert zoo_p_value(np.array([0.1, 0.2, 0.2, 0.35]), known) == pytest.approx(3 / 4)
    others = np.array([[0.1, 0.2, 0.1], [0.2, 0.1, 0.15], [0.15, 0.12, 0.9]])
    assert apps_p_value(np.array([0.9, 0.1, 0.2]), others) == pytest.approx(2 / 4)


@pytest.mark.calibration
@pytest.mark.parametrize("alpha", [0.05, 0.1, 0.25])
def test_honest_models_are_accused_no_more_often_than_alpha(alpha: float) -> None:
    rng = np.random.default_rng(0)
    families = [f"f{place // 2}" for place in range(120)]
    accused, apps, naive, runs = 0, 0, 0, 600
    for _ in range(runs):
        # models of one family share most; some models are more ordinary than others
        own = rng.normal(size=(64, 12)) * rng.uniform(0.5, 2, size=(64, 1))
        rows = np.vstack([np.repeat(own[:60], 2, axis=0), own[60:]])
        rows += 0.2 * rng.normal(size=rows.shape)
        table = np.asarray(np.corrcoef(rows))
        known = strangers(table[:120, :120], families)
        accused += zoo_p_value(table[120, :120], known) <= alpha
        # its best standing among further models, beside that of every family of the zoo
        zoo = np.stack([table[:120:2, place] for place in (121, 122, 123)], axis=1)
        apps += apps_p_value(table[120, 121:], zoo) <= alpha
        best = int(table[120, :120].argmax())
        others = [place for place in range(120) if families[place] != families[best]]
        naive += (table[best, others] < table[120, best]).all()
    bound = alpha * runs + 3 * np.sqrt(runs * alpha * (1 - alpha))
    assert accused <= bound
    assert apps <= bound
    assert naive > 0.2 * runs, "taking the nearest for granted accuses many"


def kin(p_value: float | None, p_adjusted: float | None, families: int, needed: int) -> Kin:
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
        tests=4,
        needed=needed,
        shared="for 4 models together",
        rival="other",
        verdict=Verdict.INCONCLUSIVE,
        relation=None,
        reason="",
    )


@pytest.mark.parametrize(
    ("given", "same", "verdict", "words"),
    [
        (kin(0.01, 0.04, 99, 19), None, Verdict.RELATED, "0.04 for 4 models together"),
        (kin(0.6, 0.6, 99, 19), None, Verdict.NO_EVIDENCE, "as near: family 'other'"),
        (kin(1 / 9, 1 / 9, 8, 19), None, Verdict.INCONCLUSIVE, "19 are needed, 11 more"),
        (kin(2 / 9, 2 / 9, 8, 19), None, Verdict.NO_EVIDENCE, "p = 0.222"),
        (kin(0.03, 0.12, 999, 19), None, Verdict.INCONCLUSIVE, "alone it would count"),
        (kin(0.25, 0.25, 3, 19), None, Verdict.INCONCLUSIVE, "cannot support alpha 0.05"),
        (kin(None, None, 0, 19), None, Verdict.INCONCLUSIVE, "without honest models"),
        (kin(1.0, 1.0, 0, 19), "bit for bit", Verdict.RELATED, "coincide bit for bit"),
    ],
)
def test_conclusions(given: Kin, same: str | None, verdict: Verdict, words: str) -> None:
    found = conclude(given, same, 0.05)
    assert found.verdict is verdict
    assert words in found.reason
    assert (found.relation is Relation.IDENTICAL) is (same is not None)


def test_few_families_clear_only_what_no_further_one_could_make_related() -> None:
    alpha = 0.05
    for families in range(1, 19):
        for near in range(1, families + 1):
            p_value = (1 + near) / (families + 1)
            found = conclude(kin(p_value, p_value, families, 19), None, alpha)
            assert found.verdict is Verdict.NO_EVIDENCE
            assert (1 + near) / 20 > alpha, "19 families of which none further is as near"
