"""Where a model is undecided: found in few queries, kept, and asked as noise around it."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from modelkin.errors import IncompatibleError, PoolError
from modelkin.queries.canvas import Pixels
from modelkin.queries.opening import open_pool
from modelkin.queries.randomness import keyed
from modelkin.queries.undecided.around import around
from modelkin.queries.undecided.candidates import candidates
from modelkin.queries.undecided.keeping import read_points, write_points
from modelkin.queries.undecided.noise_pool import noise_pool
from modelkin.queries.undecided.points import UndecidedPoints
from modelkin.queries.undecided.searching import find_points
from modelkin.records import FloatArray, Modality

SHAPE = (8, 8, 3)
_FLOOR = 1 / 512


class Redness:
    """Two classes by how red a picture is, a step sharp as a knife, answers in 8 bits."""

    def __init__(self, threshold: float, steepness: float) -> None:
        self.threshold, self.steepness, self.asked = threshold, steepness, 0

    def __call__(self, pictures: Pixels) -> FloatArray:
        assert pictures.dtype == np.uint8
        assert (pictures % 2 == 0).all()
        self.asked += len(pictures)
        means = pictures.astype(np.float64).mean(axis=(1, 2)) / 255
        lead = self.steepness * (means[:, 0] - means[:, 1:].mean(axis=1) - self.threshold)
        share = np.minimum(np.rint(256 / (1 + np.exp(-np.clip(lead, -50, 50)))), 255) / 256
        shares = np.stack([1 - share, share], axis=1)
        return np.asarray(np.log(np.maximum(shares, _FLOOR)), dtype=np.float64)


def answers_around(ask: Callable[[Pixels], FloatArray], points: UndecidedPoints) -> list[int]:
    """How many different answers noise around each point gets, of 64."""
    found = []
    for picture, sd in zip(points.pictures, points.strengths, strict=True):
        noisy = around(np.repeat(picture[None], 64, axis=0), sd=sd, rng=keyed("fresh"))
        found.append(len(np.unique(ask(noisy), axis=0)))
    return found


def test_lines_between_two_classes_are_halved() -> None:
    model = Redness(threshold=0.0, steepness=400)
    points = find_points(model, SHAPE, seed=0)
    assert points.crossed
    assert len(points) >= 4
    assert points.asked == model.asked < 900
    assert min(answers_around(model, points)) > 8


def test_a_model_of_one_class_is_walked_towards_its_boundary() -> None:
    model = Redness(threshold=0.35, steepness=60)
    begin = candidates(240, SHAPE, seed=0)
    seen = model(np.stack([around(begin.at(k)[None], sd=0, rng=keyed("x"))[0] for k in range(240)]))
    assert (seen.argmax(axis=1) == 0).all()
    assert len(np.unique(seen, axis=0)) <= 2
    model.asked = 0
    points = find_points(model, SHAPE, seed=0)
    assert not points.crossed
    assert len(points) > 0
    assert points.asked == model.asked <= 2400
    assert min(answers_around(model, points)) > 2


def test_a_model_of_one_answer_has_no_such_point() -> None:
    model = Redness(threshold=9.0, steepness=400)
    points = find_points(model, SHAPE, seed=0, budget=800)
    assert len(points) == 0
    assert points.asked == model.asked <= 800


def test_given_pictures_come_first_and_may_show_the_other_class() -> None:
    model = Redness(threshold=0.9, steepness=400)
    red = np.zeros((1, *SHAPE), dtype=np.uint8)
    red[..., 0] = 254
    assert find_points(model, SHAPE, seed=0, pictures=red).crossed


def test_the_seed_decides_the_points() -> None:
    found = [find_points(Redness(0.0, 400), SHAPE, seed=seed) for seed in (0, 0, 1)]
    np.testing.assert_array_equal(found[0].pictures, found[1].pictures)
    assert not np.array_equal(found[0].pictures[:3], found[2].pictures[:3])


def test_one_plain_number_is_refused() -> None:
    with pytest.raises(IncompatibleError, match="plain number"):
        find_points(lambda pictures: np.zeros((len(pictures), 1)), SHAPE, seed=0)


@pytest.fixture
def points() -> UndecidedPoints:
    return UndecidedPoints(
        pictures=np.stack([np.full((4, 6, 3), 100 / 255), np.full((4, 6, 3), 200 / 255)]),
        strengths=(0.02, 0.08),
        asked=77,
        crossed=True,
    )


def test_points_read_back_make_the_same_noise(points: UndecidedPoints, tmp_path: Path) -> None:
    path = tmp_path / "suspect.points"
    write_points(points, path, model="ab" * 32)
    found, model = read_points(path)
    assert model == "ab" * 32
    assert (found.strengths, found.asked, found.crossed) == (points.strengths, 77, True)
    made = noise_pool(points, n=50, seed=3, cache=tmp_path / "one")
    opened = open_pool(
        str(path), modality=Modality.IMAGE, shape=None, n=50, seed=3, cache=tmp_path / "two"
    )
    assert (made.name, made.digest, made.parts) == (opened.name, opened.digest, opened.parts)
    # published: the same points and seed are the same bytes
    assert made.name == "undecided-noise-v1/4x6/n50/s3@123c3d875600"
    assert made.digest == "977e913f14ee5774998432c70363269f7d782c427cb8ce246fdc9b622c5bd074"
    again = noise_pool(points, n=50, seed=3, cache=tmp_path / "one")
    assert again.digest == made.digest


def test_noise_stays_around_its_point(points: UndecidedPoints, tmp_path: Path) -> None:
    pool = noise_pool(points, n=400, seed=0, cache=tmp_path)
    rows = pool.read(0, 400).astype(np.float64) / 255
    assert (pool.read(0, 400) % 2 == 0).all()
    for place, (level, sd) in enumerate(zip((100, 200), points.strengths, strict=True)):
        part = rows[place::2]
        assert part.mean() == pytest.approx(level / 255, abs=0.004)
        assert part.std() == pytest.approx(sd, rel=0.06)
    assert pool.parts[:2] == ("even-undecided-00-0.02", "even-undecided-01-0.08")


def test_no_points_make_no_pool(tmp_path: Path) -> None:
    none = UndecidedPoints(pictures=np.zeros((0, 4, 4, 3)), strengths=(), asked=9, crossed=False)
    with pytest.raises(PoolError, match="no point") as caught:
        noise_pool(none, n=50, seed=0, cache=tmp_path)
    assert "--pictures" in caught.value.hint


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 nothing", b"plain text"])
def test_damaged_files_are_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.points"
    path.write_bytes(content)
    with pytest.raises(PoolError, match="no file of undecided points"):
        read_points(path)


def test_files_that_lie_are_refused(points: UndecidedPoints, tmp_path: Path) -> None:
    path = tmp_path / "a.points"
    write_points(points, path, model="x")
    with np.load(path) as content:
        held = dict(content)
    for name, value in {
        "strengths": np.array([0.02]),
        "pictures": np.zeros((2, 4), dtype=np.uint8),
        "schema": np.int64(9),
    }.items():
        with path.open("wb") as file:
            np.savez(file, **(held | {name: value}))
        with pytest.raises(PoolError, match=r"schema|holds pictures"):
            read_points(path)
