"""Heads in miniature, from pictures to answers; needs torch and onnx."""

from pathlib import Path

import numpy as np
import pytest
from tests.bench.modelreuse.picture_sets import write_set

from modelkin.bench.heads.asking import ask, noise, record, responses_of
from modelkin.bench.heads.grammar import Grammar
from modelkin.bench.heads.head import Head, Tuning
from modelkin.bench.heads.lessons import images_of, pictures_of
from modelkin.bench.heads.zoo import HeadZoo
from modelkin.bench.modelreuse.grammar import Grammar as Bases
from modelkin.bench.modelreuse.zoo import Zoo
from modelkin.testing.extras import needs_extra

pytestmark = [needs_extra("torch", "bench"), needs_extra("onnx", "bench")]
_GRAMMAR = Grammar(images=("others",), classes=(5,), common=1, own=0, tuned=1, shots=6, wide=1)
_QUERIES = 24


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    write_set(folder, "things", n=40, classes=4)
    write_set(folder, "others", n=40, classes=5, seed=1)
    return folder


@pytest.fixture(scope="module")
def zoo(data: Path, tmp_path_factory: pytest.TempPathFactory) -> HeadZoo:
    """One backbone of random weights, and every sort of head on it."""
    import torch
    from safetensors.torch import save_file

    from modelkin.bench.heads.training.job import build
    from modelkin.making.training.exporting import write_onnx
    from modelkin.making.training.nets import make_net

    folder = tmp_path_factory.mktemp("zoo")
    base = Bases(source="things", targets=(), lineages=1, honest_a=0, honest_b=0).entries()[0]
    bases = Zoo(folder=folder / "bases", entries=(base,), shorten=0.2)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        net = make_net(base.arch, 4).eval()
    bases.weights(base).parent.mkdir(parents=True)
    bases.model(base).parent.mkdir(parents=True)
    save_file(net.state_dict(), bases.weights(base))
    write_onnx(net, bases.model(base), (32, 32, 3))
    made = HeadZoo(folder=folder / "heads", bases=bases, heads=_GRAMMAR.heads([base]))
    build(made, data, base.name)
    return made


def _one(zoo: HeadZoo, name: str) -> Head:
    return next(one for one in zoo.heads if one.name.endswith(name))


def test_every_head_is_built_and_logged(zoo: HeadZoo) -> None:
    assert [one.name for one in zoo.heads if one.lesson and zoo.log(one) is None] == []
    frozen, whole = (zoo.log(_one(zoo, name)) for name in ("frozen0", "whole0"))
    assert frozen is not None
    assert whole is not None
    assert frozen["drift"] == 0
    assert whole["drift"] > 0


def test_nothing_is_built_twice(zoo: HeadZoo, data: Path) -> None:
    from modelkin.bench.heads.training.job import build

    path = zoo.model(_one(zoo, "frozen0"))
    before = path.stat().st_mtime_ns
    build(zoo, data, zoo.heads[0].backbone)
    assert path.stat().st_mtime_ns == before


def test_a_saturated_head_knows_its_lesson(zoo: HeadZoo, data: Path) -> None:
    from modelkin.bench.heads.training.teaching import teach
    from modelkin.bench.modelreuse.training.job import load_net

    one = _one(zoo, "frozen0")
    assert one.lesson is not None
    images = images_of(data, "others", zoo.folder / "sets")
    pictures, classes = pictures_of(one.lesson, images, one.side)
    assert len(pictures) <= _GRAMMAR.shots * len(one.lesson.classes)
    shown = images.train_labels[[_row(images.train, picture) for picture in pictures]]
    assert [one.lesson.classes[place] for place in classes] == shown.tolist()
    net = load_net(zoo.bases, zoo.base(one), 4)
    before = {key: value.clone() for key, value in net.state_dict().items()}
    taught = teach(net, pictures, classes, Tuning.WHOLE, seed=1)
    assert taught.right == 1.0
    assert taught.sure > 0.9
    assert taught.drift > 0
    # the backbone that was given is shared by many heads
    assert all((value == before[key]).all() for key, value in net.state_dict().items())


def _row(images: np.ndarray[tuple[int, ...], np.dtype[np.uint8]], picture: object) -> int:
    return int(np.flatnonzero((images == picture).all(axis=(1, 2, 3)))[0])


def test_answers(zoo: HeadZoo, tmp_path: Path) -> None:
    pool = noise(32, _QUERIES, seed=0, cache=tmp_path)
    pictures = np.asarray(pool.read(0, _QUERIES), dtype=np.uint8)
    fine, coarse = _one(zoo, "frozen0"), _one(zoo, "frozen0-int8")
    told, rounded = ask(zoo, fine, pictures), ask(zoo, coarse, pictures)
    assert np.allclose(told.sum(axis=1), 1, atol=1e-5)
    steps = rounded * 256
    assert np.array_equal(steps, np.round(steps))
    assert np.abs(told - rounded).max() < 0.2
    assert not np.array_equal(np.round(told * 256), steps)  # weights of 8 bits, not only answers
    found = responses_of(coarse, rounded, pool)
    assert found.step == 1 / 256
    assert responses_of(fine, told, pool).step is None


def test_other_sizes_get_the_same_pixels(zoo: HeadZoo, tmp_path: Path) -> None:
    wide = _one(zoo, "wide0")
    assert wide.side == 64
    pool = noise(64, 4, seed=0, cache=tmp_path)
    pictures = np.asarray(pool.read(0, 4), dtype=np.uint8)
    small = _one(zoo, "frozen0")
    cut = ask(zoo, small, pictures)
    assert np.array_equal(cut, ask(zoo, small, np.ascontiguousarray(pictures[:, :32, :32])))
    repeated = ask(zoo, wide, pictures[:, :32, :32])
    assert np.array_equal(repeated, ask(zoo, wide, np.tile(pictures[:, :32, :32], (1, 2, 2, 1))))


def test_answers_are_recorded_once(zoo: HeadZoo, tmp_path: Path) -> None:
    pool = noise(32, 4, seed=0, cache=tmp_path)
    pictures = np.asarray(pool.read(0, 4), dtype=np.uint8)
    one = _one(zoo, "last0")
    record(zoo, one, pictures, "few")
    kept = np.load(zoo.answers(one, "few"))
    record(zoo, one, 255 - pictures, "few")
    assert np.array_equal(np.load(zoo.answers(one, "few")), kept)
    assert kept.shape[0] == 4


def test_twins_move_the_source_and_metamers_do_not(zoo: HeadZoo) -> None:
    import torch

    from modelkin.bench.heads.training.crafting import twins_and_metamers
    from modelkin.bench.modelreuse.training.job import load_net
    from modelkin.making.training.fitting import to_tensor

    net = load_net(zoo.bases, zoo.bases.entries[0], 4)
    seeds = np.random.default_rng(0).integers(60, 190, (5, 32, 32, 3)).astype(np.uint8)
    made = twins_and_metamers(net, seeds, seed=0)
    assert made.shape == (20, 32, 32, 3)
    assert np.array_equal(made[::4], seeds)
    changed = made.reshape(5, 4, -1).astype(int) - made.reshape(5, 4, -1)[:, :1]
    assert np.abs(changed).max() <= 8
    sizes = np.sqrt((changed[:, 1:] ** 2).mean(axis=2))
    assert (sizes > 4).all()  # a metamer is no copy of its seed
    with torch.no_grad():
        answers = net(to_tensor(made)).numpy().reshape(5, 4, -1)
    answers -= answers.mean(axis=2, keepdims=True)
    moved = np.linalg.norm(answers - answers[:, :1], axis=2)
    assert (moved[:, 1:3] > 3 * moved[:, 3:]).all()
