"""What all evasions share: the zoo, its answers, and the copies that are to be hidden."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from modelkin.bench.evading.evasion import BUDGET, NONE
from modelkin.bench.evading.judging import Found, judge_all
from modelkin.bench.evading.suspects import changed_logits
from modelkin.bench.modelreuse.answers import Answers
from modelkin.bench.modelreuse.entry import Entry
from modelkin.bench.modelreuse.plan import Case, Plan
from modelkin.bench.modelreuse.query_sets import QuerySets
from modelkin.bench.modelreuse.recording import queries_path
from modelkin.queries.building import build_pool
from modelkin.queries.crafted import crafted_pool
from modelkin.queries.naming import PoolName
from modelkin.records import Pool, Responses

FRESH = "fresh"
_FRESH_SEED = 20261122


class Scene:
    """The recorded zoo, read as it is needed.

    Attributes:
        plan: the zoo and its cases.
        cases: sources with their copies and honest models.
        copies: those with the source's classes, by name.
        data: folder of the image sets.
        cache: keeps evaders and their answers.
        seed: of the bootstrap and of the fresh queries.
    """

    def __init__(
        self,
        plan: Plan,
        cases: Sequence[Case],
        sets: QuerySets,
        data: Path,
        cache: Path,
        seed: int,
    ) -> None:
        """Hold on to what is given; nothing is read yet."""
        self.plan, self.cases, self.data, self.cache, self.seed = plan, cases, data, cache, seed
        self.copies: dict[str, Entry] = {
            copy.name: copy
            for case in cases
            for copy in case.copies
            if copy.task == case.source.task
        }
        self._sets = sets
        self._plain: dict[str, dict[str, Responses]] = {}
        self._base: dict[str, Found] = {}

    def pictures(self, queries: str) -> NDArray[np.uint8]:
        """The recorded queries that are used, (100, 32, 32, 3)."""
        found: NDArray[np.uint8] = np.load(queries_path(self.plan.zoo, queries))[:BUDGET]
        return found

    def asked(self, queries: str, task: str) -> NDArray[np.uint8]:
        """(100, 32, 32, 3) pictures of one kind, which may differ by task."""
        if queries == FRESH:
            return self._fresh_pictures()
        return self.pictures(self._sets.key(queries, task))

    def answers(self, queries: str) -> dict[str, Responses]:
        """Everyone's answers, by name."""
        if queries not in self._plain:
            self._plain[queries] = self._fresh() if queries == FRESH else self._recorded(queries)
        return self._plain[queries]

    def judged(
        self,
        plain: Mapping[str, Responses],
        evaded: Mapping[str, Responses],
        *,
        access: str,
        level: bool = True,
        cases: Sequence[Case] | None = None,
    ) -> Found:
        """Judge copies that evade beside everybody else's plain answers.

        Args:
            plain: of everyone, by name.
            evaded: of copies that evade, by name.
            access: "scores" or "label".
            level: everyone is seen as rounded as the suspects are.
            cases: to judge; None takes all.
        """
        return judge_all(
            self.cases if cases is None else cases,
            plain,
            evaded,
            access=access,
            entries=self.plan.zoo.entries,
            seed=self.seed,
            level=level,
        )

    def baseline(self, queries: str) -> Found:
        """The same without any evasion, by scores."""
        if queries not in self._base:
            self._base[queries] = self.judged(self.answers(queries), {}, access="scores")
        return self._base[queries]

    def _recorded(self, queries: str) -> dict[str, Responses]:
        answers = Answers(folder=self.plan.zoo.folder)
        return {
            entry.name: answers.read(
                entry,
                self._sets.pool(queries, entry.task),
                key=self._sets.key(queries, entry.task),
            ).take(np.arange(BUDGET))
            for entry in self._entries()
        }

    def _entries(self) -> list[Entry]:
        tasks = {case.source.task for case in self.cases}
        return [entry for entry in self.plan.entries if entry.task in tasks]

    def _fresh_pool(self) -> Pool:
        name = PoolName(
            recipe="image_mix_v1", shape=(32, 32, 3), n=BUDGET, seed=_FRESH_SEED + self.seed
        )
        return build_pool(name, cache=self.cache)

    def _fresh_pictures(self) -> NDArray[np.uint8]:
        return np.asarray(self._fresh_pool().read(0, BUDGET), dtype=np.uint8)

    def _fresh(self) -> dict[str, Responses]:
        """Everyone's answers to queries that no evader could know."""
        pictures = self._fresh_pictures()
        shown = crafted_pool(pictures, name=FRESH, part=FRESH)
        zoo, found = self.plan.zoo, {}
        for entry in self._entries():
            logits = changed_logits(zoo, entry, NONE, pictures, f"{FRESH}-{self.seed}", self.cache)
            plain = self.answers(NONE.queries)[entry.name]
            found[entry.name] = replace(
                plain, values=logits, pool=shown.name, pool_digest=shown.digest
            )
        return found
