"""The references in the source's chair: would this null accuse honest models?"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Chair:
    """One reference taken for the source.

    Attributes:
        reference: its name.
        family: its family.
        nearest: the most similar reference of another family.
        nearest_similarity: how similar that one is to it.
        suspect_similarity: how similar the suspect is to it.
        p_value: of the suspect, were this reference the source, against the other families.
    """

    reference: str
    family: str
    nearest: str
    nearest_similarity: float
    suspect_similarity: float
    p_value: float


@dataclass(frozen=True, kw_only=True)
class Swap:
    """What the verdict would be with each reference in the source's chair.

    Attributes:
        level: p-values at most this count as accusations: alpha, or the floor of the families
            that are left where that is larger.
        chairs: one entry a reference.
        similarity: of the suspect to the source itself, on the queries of this test.
        queries: queries that all of them answered.
    """

    level: float
    chairs: tuple[Chair, ...]
    similarity: float
    queries: int

    @property
    def accused(self) -> int:
        """References to which the suspect would be called related."""
        return sum(chair.p_value <= self.level for chair in self.chairs)

    @property
    def share(self) -> float:
        """The same as a share of all references."""
        return self.accused / len(self.chairs)

    @property
    def as_similar(self) -> int:
        """References with another honest one as similar to them as the suspect is to the source."""
        return sum(chair.nearest_similarity >= self.similarity for chair in self.chairs)
