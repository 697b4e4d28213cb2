"""Copies of honest models of the zoo, made as ``compare --anytime`` makes them, asked once."""

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from modelkin.bench.asking import answer
from modelkin.bench.modelreuse.entry import Entry
from modelkin.bench.modelreuse.zoo import Zoo
from modelkin.pipeline.own_copy import OwnCopy
from modelkin.pipeline.reference_changes import changed_queries
from modelkin.records import Pool, Responses


@dataclass(frozen=True, kw_only=True, eq=False)
class ReferenceViews:
    """Answers of models to changed queries.

    Attributes:
        zoo: holds the models.
        pool: the queries, unchanged.
        cache: keeps the answers.
    """

    zoo: Zoo
    pool: Pool
    cache: Path

    def of(self, entry: Entry, answers: Responses) -> tuple[OwnCopy, ...]:
        """Labels of every copy of a model, to all queries of the pool.

        Args:
            entry: the model.
            answers: its own labels.
        """
        return tuple(
            OwnCopy(
                responses=replace(
                    answers,
                    model=f"{entry.name} behind {kind}",
                    values=self._labels(entry, kind, pictures)[:, None],
                ),
                kind=kind,
            )
            for kind, pictures in self._changed.items()
        )

    @cached_property
    def _changed(self) -> dict[str, NDArray[np.uint8]]:
        found = changed_queries(self.pool, np.arange(len(self.pool)))
        return {
            one.kind: np.asarray(one.pool.read(0, len(one.pool)), dtype=np.uint8) for one in found
        }

    def _labels(self, entry: Entry, kind: str, pictures: NDArray[np.uint8]) -> NDArray[np.int64]:
        folder = self.cache / "selection" / self.pool.digest[:12] / kind
        path = folder / f"{entry.name}.npy"
        if not path.is_file():
            folder.mkdir(parents=True, exist_ok=True)
            part = path.with_suffix(".part.npy")
            np.save(part, answer(self.zoo.model(entry), pictures).argmax(axis=1))
            part.replace(path)
        found: NDArray[np.int64] = np.load(path, allow_pickle=False)
        return found
