"""Seeing less of a model: only labels, only the best scores, rounded, or only so many answers."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from modelkin.answers.kinds import choose_output, detect_kind
from modelkin.answers.scales import top_scores
from modelkin.errors import BudgetError, IncompatibleError
from modelkin.protocols import Model
from modelkin.records import Access, AnyArray, Batch, OutputKind, Signature


@dataclass(frozen=True, eq=False)
class View:
    """A model behind a service that shows less than the model does.

    Attributes:
        model: what is behind.
        access: what is shown.
        top_k: with top-k access, how many scores; the others share what is left.
        decimals: scores are rounded to so many places, or None.
        budget: answers given before it refuses, or None.
    """

    model: Model
    access: Access = Access.SCORES
    top_k: int = 5
    decimals: int | None = None
    budget: int | None = None

    @cached_property
    def signature(self) -> Signature:
        """The model's own, with what the view hides."""
        own = self.model.signature
        labels = self.access is Access.LABEL
        step = None if self.decimals is None else 10.0**-self.decimals
        outputs = tuple(replace(spec, scale=step or spec.scale) for spec in own.outputs)
        return replace(
            own,
            access=self.access if own.access.covers(self.access) else own.access,
            outputs=() if labels else outputs[:1],
            output=OutputKind.LABELS if labels else own.output,
        )

    def predict(self, batch: Batch) -> tuple[AnyArray, ...]:
        """Answer as the model does, and hide the rest.

        Raises:
            BudgetError: more was asked than the view answers.
            IncompatibleError: the model does not classify.
        """
        self._spend(len(batch))
        values, step = choose_output(self.model.predict(batch), self.model.signature)
        kind = detect_kind(values, step, self.model.signature.output)
        if self.access is not Access.SCORES and not kind.classifies:
            raise IncompatibleError(
                "a model that answers with plain vectors has no labels to show",
                hint="leave its access at scores",
            )
        if kind is OutputKind.LABELS:
            return (values,)
        if self.access is Access.LABEL:
            return (np.asarray(values.argmax(axis=1), dtype=np.int64)[:, None],)
        if self.access is Access.TOP_K:
            values = top_scores(values.astype(np.float64), kind, self.top_k)
        if self.decimals is None:
            return (values,)
        return (np.asarray(np.round(values.astype(np.float64), self.decimals)),)

    def _spend(self, queries: int) -> None:
        spent = self.__dict__.get("spent", 0) + queries
        if self.budget is not None and spent > self.budget:
            raise BudgetError(
                f"{spent} answers were asked of a view that gives {self.budget}",
                hint="ask fewer queries, or make a view with a larger budget",
            )
        self.__dict__["spent"] = spent
