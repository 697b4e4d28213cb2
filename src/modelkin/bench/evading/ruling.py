"""Verdicts as the product gives them, for many pairs of one source at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from modelkin.answers.alignment import align
from modelkin.answers.coverage import measure_coverage
from modelkin.bench.evading.at_once import partial_at_once
from modelkin.bench.modelreuse.verdicts import rated
from modelkin.decision.conformal import Conformal
from modelkin.pipeline.cautions import parts_to_drop
from modelkin.pipeline.choosing import deciding_for, make_method
from modelkin.pipeline.deciding import Bar, decide, without_strangers
from modelkin.pipeline.entering import Entered, enter
from modelkin.pipeline.null import Reference
from modelkin.pipeline.rating import rows_for
from modelkin.pipeline.unlikeness import unlikeness_remark
from modelkin.protocols import Method
from modelkin.records import (
    Decision,
    FloatArray,
    Null,
    NullKind,
    NullScore,
    PartCoverage,
    Responses,
    Similarity,
    Verdict,
)

ALPHA = 0.05


@dataclass(frozen=True, kw_only=True)
class Ruling:
    """What the product says of one pair.

    Attributes:
        similarity: of source and suspect, by the deciding method.
        p_value: that decides, by partial similarity; 1 where there is none.
        raw: the same by plain similarity, as compare judged before it had cohorts.
        related: the verdict.
        remarked: the report says that the suspect is less like the source than honest models are.
        families: judged against.
        geometry: the classes were taken for different ones, so the geometry of outputs was judged.
    """

    similarity: float
    p_value: float
    raw: float
    related: bool
    remarked: bool
    families: int
    geometry: bool


@dataclass(frozen=True, eq=False)
class Judge:
    """Decides pairs as ``compare`` does.

    Deciding one pair rates every two of its models. Where a pair keeps all queries and its classes
    match, which is nearly always, all that is read from one table of everyone; other pairs take
    the product's own way. Both give the same (tested).

    Attributes:
        answers: of everyone, by name, with equally many classes and as rounded as the suspects are.
    """

    answers: Mapping[str, Responses]
    _tables: dict[str, tuple[dict[str, int], FloatArray]] = field(default_factory=dict)
    _methods: dict[str, Method] = field(default_factory=dict)
    _coverage: dict[str, tuple[PartCoverage, ...]] = field(default_factory=dict)

    def rule(
        self,
        source: str,
        suspect: str,
        references: Mapping[str, str],
        *,
        null: NullKind = NullKind.N1,
    ) -> Ruling:
        """Decide one pair.

        Args:
            source: its name.
            suspect: its name.
            references: families of the honest models, by name.
            null: what they stand for.
        """
        entered = self._entered(source, suspect)
        pair = entered.source, entered.suspect
        name = deciding_for(*pair, entered.alignment)
        method = self._methods.setdefault(name, self._methods.get(name) or make_method(name))
        honest = [
            Reference(self.answers[name], family, null) for name, family in references.items()
        ]
        same = entered.alignment.label_sets == "same"
        if same and not entered.dropped and not entered.saturated:
            decision = self._read(method, source, suspect, references, null)
        else:
            decision = self.ask(method, rated(method, *pair), entered, honest)
        return _ruling(decision, entered, honest)

    def _entered(self, source: str, suspect: str) -> Entered:
        """What ``enter`` gives, with each model's coverage measured once."""
        own, other = self.answers[source], self.answers[suspect]
        coverage = self._covered(source), self._covered(suspect)
        dropped = parts_to_drop((own.model, coverage[0]), (other.model, coverage[1]))
        alignment = align(own, other)
        if dropped or len(alignment.spent):
            return enter(own, other)
        return Entered(
            source=own,
            suspect=other,
            whole=own,
            alignment=alignment,
            coverage=coverage,
            dropped={},
            saturated=False,
        )

    def _covered(self, name: str) -> tuple[PartCoverage, ...]:
        if name not in self._coverage:
            self._coverage[name] = measure_coverage(self.answers[name])
        return self._coverage[name]

    def ask(
        self,
        method: Method,
        similarity: Similarity,
        entered: Entered,
        references: Sequence[Reference],
    ) -> Decision:
        """Decide by the product's own function."""
        bar = Bar(rule="conformal", alpha=ALPHA, null=None, cohort=True)
        return decide(method, similarity, entered, references, bar)[0]

    def _read(
        self,
        method: Method,
        source: str,
        suspect: str,
        references: Mapping[str, str],
        kind: NullKind,
    ) -> Decision:
        place, table = self._table(method)
        ordered = sorted(references, key=lambda name: (references[name], name))
        rows = [place[name] for name in (source, suspect, *ordered)]
        block = table[np.ix_(rows, rows)]
        values = partial_at_once(block, ["", *(f"={references[name]}" for name in ordered)])
        null = Null(
            kind=kind,
            scores=tuple(
                NullScore(
                    reference=name,
                    family=references[name],
                    value=float(values[row]),
                    similarity=float(block[0, row + 1]),
                )
                for row, name in enumerate(ordered, start=1)
            ),
            cohort=len(set(references.values())),
        )
        similarity = Similarity(
            method=method.name,
            params=method.params,
            a=source,
            b=suspect,
            value=float(block[0, 1]),
            low=None,
            high=None,
            confidence=0.0,
            n_queries=len(self.answers[source]),
        )
        score = float(values[0])
        on_scale = replace(similarity, value=score)
        found = Conformal().decide(on_scale, null=null, alpha=ALPHA, relation=None)
        return without_strangers(replace(found, similarity=similarity, score=score))

    def _table(self, method: Method) -> tuple[dict[str, int], FloatArray]:
        key = method.name
        if key not in self._tables:
            names = sorted(self.answers)
            first = self.answers[names[0]]
            rows = rows_for(method, first)
            prints = [method.fingerprint.extract(self.answers[name].take(rows)) for name in names]
            place = {name: row for row, name in enumerate(names)}
            self._tables[key] = place, method.similarity.matrix(prints)
        return self._tables[key]


def _ruling(decision: Decision, entered: Entered, references: Sequence[Reference]) -> Ruling:
    null = decision.null
    raw = 1.0
    if null is not None and decision.p_value is not None:
        near: dict[str, float] = {}
        for score in null.scores:
            value = score.value if score.similarity is None else score.similarity
            near[score.family] = max(value, near.get(score.family, value))
        reached = sum(value >= decision.similarity.value for value in near.values())
        raw = (1 + reached) / (len(near) + 1)
    return Ruling(
        similarity=decision.similarity.value,
        p_value=1.0 if decision.p_value is None else decision.p_value,
        raw=raw,
        related=decision.verdict is Verdict.RELATED,
        remarked=decision.verdict is not Verdict.RELATED
        and bool(unlikeness_remark(decision, entered, references)),
        families=len(null.family_scores) if null else 0,
        geometry=entered.alignment.label_sets == "different",
    )
