"""What turns a similarity into a verdict."""

import abc

from modelkin.protocols.component import Component
from modelkin.records import Decision, Null, Relation, Similarity


class DecisionRule(Component, abc.ABC):
    """Turns a similarity and a null into a verdict."""

    @abc.abstractmethod
    def decide(
        self,
        similarity: Similarity,
        *,
        null: Null | None,
        alpha: float,
        relation: Relation | None,
    ) -> Decision:
        """Conclude on one pair.

        Args:
            similarity: of source and suspect.
            null: the honest references, or None.
            alpha: wanted bound on false accusations.
            relation: kinship already shown otherwise (identical answers), or None.
        """
