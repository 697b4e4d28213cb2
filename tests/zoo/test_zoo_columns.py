"""Tables in a zoo: models of one table get the same values, and another table its own group."""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from modelkin.pipeline.progress import Silent
from modelkin.zoo.add_options import AddOptions
from modelkin.zoo.adding import add_models
from modelkin.zoo.folder import ZooFolder

AGE = {"name": "age", "low": 0, "high": 90, "kind": "integer"}
PAY = {"name": "pay", "low": 1000, "high": 9000}
SIZE = {"name": "size", "low": 0, "high": 1}
ROWS = "rows_of_a_zoo"
CODE = """
import numpy as np

def echo(batch):
    seen.append(np.asarray(batch))
    return np.asarray(batch, dtype=float)[:, :2] @ np.array([[1.0, 0.2], [0.3, -1.0]])

echo.modelkin = {"shape": [2]}
turned, other, plain = (lambda batch: echo(batch) for _ in range(3))
turned.modelkin = other.modelkin = plain.modelkin = {"shape": [2]}
seen = []
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ZooFolder:
    (tmp_path / f"{ROWS}.py").write_text(CODE, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, ROWS, raising=False)  # that of another test
    return ZooFolder(tmp_path / "zoo")


def add(folder: ZooFolder, function: str, columns: list[dict[str, Any]]) -> None:
    override = None
    if columns:
        override = folder.path.parent / f"{function}.json"
        override.write_text(json.dumps({"preprocessing": {"columns": columns}}))
    options = AddOptions(cache=folder.path.parent / "cache", queries=40, override=override)
    assert len(add_models(folder, [f"{ROWS}:{function}"], options, Silent()).recorded) == 1


def test_columns_in_another_order_are_the_same_table(folder: ZooFolder) -> None:
    add(folder, "echo", [AGE, PAY])
    add(folder, "turned", [PAY, AGE])
    (group,) = folder.read().groups
    assert [column.name for column in group.columns] == ["age", "pay"]
    import rows_of_a_zoo  # type: ignore[import-not-found]

    first, second = (np.concatenate(rows_of_a_zoo.seen)[at] for at in (slice(40), slice(40, 80)))
    assert np.allclose(first, second[:, ::-1]), "the same rows, each in its own order"
    assert first[:, 1].max() > 2000, "values of the column, not numbers near 0"


def test_another_table_is_another_group(folder: ZooFolder) -> None:
    add(folder, "echo", [AGE, PAY])
    add(folder, "other", [AGE, SIZE])
    assert [group.name for group in folder.read().groups] == ["vector-d2", "vector-d2-2"]
    assert {member.group for member in folder.read().members} == {"vector-d2", "vector-d2-2"}


def test_a_model_that_names_nothing_gets_the_values_of_the_first(folder: ZooFolder) -> None:
    add(folder, "echo", [AGE, PAY])
    add(folder, "plain", [])
    manifest = folder.read()
    (group,) = manifest.groups
    echo, plain = (folder.answers(one, group) for one in manifest.members)
    assert np.array_equal(echo.values, plain.values)
