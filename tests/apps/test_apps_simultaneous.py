import numpy as np
import pytest

from modelkin.apps.simultaneous import alone, standing, together
from modelkin.records import FloatArray


def test_p_values_by_hand() -> None:
    scores = np.array([[5.0, 1.0, 3.0], [4.0, 2.0, 0.0], [1.0, 0.0, 4.0], [0.0, 0.5, 1.0]])
    assert alone(scores).tolist() == [0.25, 0.5, 0.5]
    # best first: 5 against 4, 4 and 1; then 3 against 2, 4 and 1; then 1 against 2, 0 and 0.5
    assert together(scores).tolist() == [0.25, 0.5, 0.5]
    assert standing(np.array([[1.0, 3.0], [1.0, 1.0]])).tolist() == [[0.0, 1.0], [0.0, -1.0]]


def test_p_values_together_are_no_smaller_than_alone_and_keep_the_order() -> None:
    scores = np.random.default_rng(0).normal(size=(20, 40))
    each, all_of_them = alone(scores), together(scores)
    assert (all_of_them >= each).all()
    assert (np.diff(all_of_them[np.argsort(-scores[0])]) >= 0).all()
    assert all_of_them.min() >= 1 / 20


def world(rng: np.random.Generator, *, kin: int, apps: int) -> FloatArray:
    """Models of the apps differ in how much is near them, and many are kin of each other."""
    own = rng.normal(size=(20, 40))
    backbones = rng.normal(size=(apps // 4, 40))
    models = np.repeat(backbones, 4, axis=0) + 0.3 * rng.normal(size=(apps, 40))
    models[:kin] = own[0] + 0.2 * rng.normal(size=(kin, 40))
    near = rng.uniform(0.05, 1, size=apps) ** 2
    table = np.asarray(np.corrcoef(np.vstack([own, models])))
    return np.asarray(table[:20, 20:] * near)


@pytest.mark.calibration
@pytest.mark.parametrize("kin", [0, 4])
def test_any_false_accusation_is_no_more_likely_than_alpha(kin: int) -> None:
    rng, runs, alpha, false, found = np.random.default_rng(1), 1500, 0.05, 0, 0.0
    for _ in range(runs):
        p_values = together(standing(world(rng, kin=kin, apps=40)))
        false += int((p_values[kin:] <= alpha).any())
        found += float((p_values[:kin] <= alpha).mean()) if kin else 0.0
    assert false <= alpha * runs + 3 * np.sqrt(runs * alpha * (1 - alpha))
    if kin:
        assert found / runs > 0.5, "forty models cost nothing: 19 families still suffice"
