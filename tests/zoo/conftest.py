"""Zoos of known answers, and functions that answer like models."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from modelkin.records import Access, AnyArray, Modality, OutputKind, Responses
from modelkin.zoo.folder import ZooFolder
from modelkin.zoo.group import Group
from modelkin.zoo.manifest import Manifest
from modelkin.zoo.member import Member

POOL = "image-mix-v1/8x8/n60/s0"

FUNCTIONS = """
import numpy as np

def _model(seed, rows, columns, classes):
    weights = np.random.default_rng(seed).normal(size=(columns, classes))
    def answer(batch):
        calls.append(len(batch))
        scores = np.asarray(batch, dtype=float).reshape(len(batch), -1) @ weights
        odds = np.exp(scores - scores.max(axis=1, keepdims=True))
        return odds / odds.sum(axis=1, keepdims=True)
    answer.modelkin = {"shape": rows}
    return answer

calls = []
first, second, third = (_model(seed, [4], 4, 3) for seed in range(3))
wide = _model(3, [4], 4, 5)
picture, other_picture = (_model(seed, [8, 8, 3], 192, 4) for seed in (4, 5))
large_picture = _model(6, [16, 16, 3], 768, 4)

def broken(batch):
    raise RuntimeError("no answer today")
broken.modelkin = {"shape": [4]}
"""


@dataclass(frozen=True)
class Told:
    """What a test states of one model."""

    values: AnyArray
    kind: OutputKind = OutputKind.LOGITS
    family: str | None = None
    labels: tuple[str, ...] = ()
    access: Access = Access.SCORES
    index: tuple[int, ...] | None = None
    group: str = "image"
    saturated: tuple[str, ...] = ()


Make = Callable[[Mapping[str, Told]], ZooFolder]
MakeAt = Callable[[Path, Mapping[str, Told]], ZooFolder]


@pytest.fixture(scope="session")
def told() -> type[Told]:
    return Told


@pytest.fixture(scope="session")
def make_at() -> MakeAt:
    """A zoo in a folder that holds the answers a test states."""
    return _made


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """The same in a folder of the test's own."""
    return partial(_made, tmp_path / "zoo")


@pytest.fixture
def functions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Name of a module whose functions answer like models."""
    name = "functions_of_a_zoo"
    (tmp_path / f"{name}.py").write_text(FUNCTIONS, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setenv("MODELKIN_CACHE", str(tmp_path / "cache"))
    return name


def _made(path: Path, models: Mapping[str, Told]) -> ZooFolder:
    folder = ZooFolder(path)
    n = max(
        max(one.index, default=-1) + 1 if one.index else len(one.values) for one in models.values()
    )
    names = dict.fromkeys(one.group for one in models.values())
    groups = tuple(_group(name, place, n) for place, name in enumerate(names))
    members = []
    for name, one in models.items():
        group = next(group for group in groups if group.name == one.group)
        members.append(_member(folder, name, one, group))
    folder.change(lambda _: Manifest(groups, tuple(members)))
    return folder


def _group(name: str, place: int, n: int) -> Group:
    return Group(
        name=name,
        modality=Modality.IMAGE if place == 0 else Modality.VECTOR,
        shape=(8, 8, 3) if place == 0 else (4,),
        pool=POOL,
        pool_digest=f"{place:064x}",
        spec=POOL,
        n=n,
        seed=0,
    )


def _member(folder: ZooFolder, name: str, one: Told, group: Group) -> Member:
    index = np.arange(len(one.values)) if one.index is None else np.array(one.index)
    responses = Responses(
        model=name,
        model_digest="d",
        pool=group.pool,
        pool_digest=group.pool_digest,
        values=one.values,
        kind=one.kind,
        access=one.access,
        index=index,
        parts=("gaussian",) * len(index),
        asked=group.n,
    )
    return Member(
        name=name,
        location=f"/models/{name}",
        family=one.family,
        parent=None,
        format="onnx",
        file_digest="f",
        identity="i",
        digest="d",
        group=group.name,
        kind=one.kind,
        access=one.access,
        width=one.values.shape[1],
        labels=one.labels,
        saturated=one.saturated,
        answers=folder.keep(responses),
        queries=len(index),
        asked=group.n,
        recorded="2026-01-01T00:00:00+00:00",
    )
