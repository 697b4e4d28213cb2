"""A reference that may not be what it was given for."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Suspicion:
    """A reference that is far nearer to the source, or to another family, than the rest.

    Attributes:
        reference: its name.
        other: the reference of another family that it is near to; None when it is the source.
        similarity: how similar the two are.
        next_similarity: how similar the next nearest is.
        deviations: how far they stand out, in robust standard deviations.
    """

    reference: str
    other: str | None
    similarity: float
    next_similarity: float
    deviations: float
