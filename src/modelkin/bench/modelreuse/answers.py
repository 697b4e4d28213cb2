"""Recorded answers of the zoo: every model on every set of queries, once."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from modelkin.answers.restrict import restrict
from modelkin.answers.scales import probabilities, top_scores
from modelkin.bench.modelreuse.entry import Entry
from modelkin.records import Access, OutputKind, Pool, Responses

ACCESSES = ("scores", "top-1", "label")


@dataclass(frozen=True, kw_only=True)
class Answers:
    """A folder of answers, one file a model and a set of queries.

    Attributes:
        folder: of the zoo.
    """

    folder: Path

    def has(self, entry: Entry, key: str) -> bool:
        """Whether the model has answered."""
        return self._path(entry, key).is_file()

    def keep(self, entry: Entry, key: str, logits: NDArray[np.float32]) -> None:
        """Record answers."""
        path = self._path(entry, key)
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part.npy")
        np.save(part, logits)
        part.replace(path)

    def read(self, entry: Entry, pool: Pool, *, key: str) -> Responses:
        """What a model answered to a pool."""
        logits = np.load(self._path(entry, key), allow_pickle=False)
        return Responses(
            model=entry.name,
            model_digest=entry.name,
            pool=pool.name,
            pool_digest=pool.digest,
            values=logits,
            kind=OutputKind.LOGITS,
            access=Access.SCORES,
            index=np.arange(len(logits), dtype=np.int64),
            parts=pool.parts[: len(logits)],
            asked=len(logits),
        )

    def _path(self, entry: Entry, key: str) -> Path:
        return self.folder / "answers" / key / f"{entry.name}.npy"


def seen(responses: Responses, access: str) -> Responses:
    """The same answers through a service that shows less.

    With "top-1" the best class and its probability are known; whoever compares scores then has
    to guess the rest, and an even spread is the best guess.
    """
    if access == "scores":
        return responses
    if access == "label":
        return restrict(responses, Access.LABEL)
    shown = top_scores(probabilities(responses), OutputKind.PROBABILITIES, 1)
    return replace(responses, values=shown, kind=OutputKind.PROBABILITIES)


def prefix(responses: Responses, budget: int, group: int = 1) -> Responses:
    """Answers to the first ``budget`` queries.

    Args:
        responses: to the whole pool.
        budget: queries put to the suspect.
        group: queries that belong together.
    """
    return responses.take(np.arange(min(budget - budget % group, len(responses))))
