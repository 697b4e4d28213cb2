"""The words of the field that the records use, each with one meaning."""

from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

AnyArray = NDArray[np.generic]
FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


class Modality(StrEnum):
    """What kind of question a model answers."""

    IMAGE = "image"
    VECTOR = "vector"
    LATENT = "latent"


class Access(StrEnum):
    """What a model shows of its answers, from most to least."""

    SCORES = "scores"
    TOP_K = "top-k"
    LABEL = "label"

    def covers(self, needed: "Access") -> bool:
        """Tell whether a method that needs ``needed`` can work with this access."""
        order = list(Access)
        return order.index(self) <= order.index(needed)


class OutputKind(StrEnum):
    """What the numbers of an answer mean."""

    LOGITS = "logits"
    PROBABILITIES = "probabilities"
    SIGMOIDS = "sigmoids"
    LABELS = "labels"
    VECTORS = "vectors"

    @property
    def classifies(self) -> bool:
        """Whether the largest entry of an answer is a predicted class."""
        return self is not OutputKind.VECTORS


class NullKind(StrEnum):
    """What "unrelated" means in a decision, from weakest to strongest."""

    N0 = "N0"
    N1 = "N1"
    N2 = "N2"
    N3 = "N3"

    @property
    def meaning(self) -> str:
        """The null in words."""
        return {
            NullKind.N0: "unrelated functions",
            NullKind.N1: "independent models trained on other data",
            NullKind.N2: "independent models trained on other samples of the same distribution",
            NullKind.N3: "independent models trained on the same data with the same recipe",
        }[self]


class Verdict(StrEnum):
    """The conclusion; there is no "independent", for that was not proven."""

    RELATED = "related"
    NO_EVIDENCE = "no-evidence"
    INCONCLUSIVE = "inconclusive"


class Relation(StrEnum):
    """The kind of kinship, when there is one."""

    IDENTICAL = "identical"
    MODIFIED = "modified"
    TRANSFERRED = "transferred"
    EXTRACTED = "extracted"
    SAME_DATA = "same-data"
