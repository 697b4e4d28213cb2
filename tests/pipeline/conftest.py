"""Twenty honest models, a source and its copy: functions that answer in microseconds."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

import modelkin

_MODULE = '''"""Linear models that share a task."""
import numpy as np

_COMMON = np.random.default_rng(999).normal(size=(8, 6))


def _make(seed, weight=0.0, base=1):
    own = lambda s: 0.7 * _COMMON + np.random.default_rng(s).normal(size=(8, 6))
    weights = weight * own(base) + (1 - weight) * own(seed)

    def answer(rows):
        """Answer {seed}."""
        return np.asarray(rows, dtype=np.float64) @ weights

    answer.modelkin = {"shape": [8], "output": "logits"}
    return answer


source = _make(1)
copy = _make(2, 0.9)
'''


@dataclass(frozen=True)
class TinyZoo:
    """Locations of the models.

    Attributes:
        folder: where the module is, and where tests may write.
    """

    folder: Path

    @property
    def source(self) -> str:
        return "dispute_zoo:source"

    @property
    def copy(self) -> str:
        return "dispute_zoo:copy"

    @property
    def honest(self) -> list[str]:
        return [f"dispute_zoo:r{i}" for i in range(20)]

    def compare(
        self,
        name: str,
        suspect: str | None = None,
        references: Sequence[str] | None = None,
    ) -> tuple[modelkin.Report, Path]:
        """Compare, and write evidence."""
        evidence = self.folder / f"{name}.zip"
        report = modelkin.compare(
            self.source,
            suspect or self.copy,
            references=self.honest if references is None else references,
            queries=120,
            cache=self.folder / "cache",
            evidence=evidence,
        )
        return report, evidence


@pytest.fixture(scope="session")
def tiny_zoo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TinyZoo]:
    folder = tmp_path_factory.mktemp("dispute")
    honest = "".join(f"r{i} = _make({100 + i})\n" for i in range(20))
    (folder / "dispute_zoo.py").write_text(_MODULE + honest)
    sys.path.insert(0, str(folder))
    yield TinyZoo(folder)
    sys.path.remove(str(folder))
    sys.modules.pop("dispute_zoo", None)


@pytest.fixture(scope="session")
def disputed(tiny_zoo: TinyZoo) -> tuple[modelkin.Report, Path]:
    """A verdict of related and its evidence, unsigned; not to be changed."""
    return tiny_zoo.compare("disputed")
