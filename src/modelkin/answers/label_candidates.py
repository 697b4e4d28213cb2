"""What is known about candidate queries before a suspect is asked."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from modelkin.answers.label_affinity import LabelAffinity
from modelkin.errors import IncompatibleError
from modelkin.records import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, kw_only=True, eq=False)
class LabelCandidates:
    """Labels of the source, of honest references and of own copies, at the same n inputs.

    Attributes:
        source: (n,) labels of the source.
        references: (k, n) labels of honest models that may take part in the choice; those that
            calibrate a verdict must not.
        copies: (c, n) labels of copies made of the source; may be none.
        made: (c,) how each copy was made; copies made alike are one voice. Empty: each its own.
        affinity: of the references; given where several sources share them.
    """

    source: IntArray
    references: IntArray
    copies: IntArray = field(default_factory=lambda: np.empty((0, 0), dtype=np.int64))
    made: tuple[str, ...] = ()
    affinity: LabelAffinity | None = None

    def __post_init__(self) -> None:
        n = len(self.source)
        if self.source.ndim != 1 or not n:
            raise IncompatibleError(
                f"the source's labels have shape {self.source.shape}", hint="give (n,), n >= 1"
            )
        if self.references.ndim != 2 or self.references.shape[1] != n or not len(self.references):  # noqa: PLR2004 - a table
            raise IncompatibleError(
                f"references of shape {self.references.shape} do not fit {n} candidates",
                hint="give (k, n) labels of at least one honest model, at the same inputs",
            )
        if len(self.copies) and self.copies.shape[1:] != (n,):
            raise IncompatibleError(
                f"own copies of shape {self.copies.shape} do not fit {n} candidates",
                hint="give (c, n) labels at the same inputs",
            )
        if self.made and len(self.made) != len(self.copies):
            raise IncompatibleError(
                f"{len(self.made)} ways of making for {len(self.copies)} own copies",
                hint="name one way for each copy, or none at all",
            )

    @property
    def size(self) -> int:
        """How many candidates there are."""
        return len(self.source)

    @cached_property
    def agreeing(self) -> IntArray:
        """(n,) references that answer like the source."""
        return np.asarray((self.references == self.source).sum(axis=0), dtype=np.int64)

    @cached_property
    def voices(self) -> FloatArray:
        """(n,) different answers of the references."""
        ordered = np.sort(self.references, axis=0)
        return np.asarray(1.0 + (np.diff(ordered, axis=0) != 0).sum(axis=0), dtype=np.float64)

    @cached_property
    def confusions(self) -> LabelAffinity:
        """What the references exchange for what."""
        return self.affinity or LabelAffinity(references=self.references)

    @cached_property
    def led_to(self) -> FloatArray:
        """(n,) chance of the source's label as far as the references' labels lead to it."""
        return self.confusions.to(self.source)

    @cached_property
    def shares(self) -> FloatArray:
        """(n,) how often references give the source's label anywhere; 1 is an average label."""
        return self.confusions.shares(self.source)

    @cached_property
    def kept(self) -> FloatArray:
        """(ways, n) share of own copies, made one way, that still answer like the source."""
        if not len(self.copies):
            return np.empty((0, self.size))
        same: BoolArray = self.copies == self.source
        if not self.made:
            return same.astype(np.float64)
        made = np.array(self.made)
        return np.stack([same[made == way].mean(axis=0) for way in np.unique(made)])
