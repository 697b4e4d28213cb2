"""Which null references of an origin can stand for."""

from enum import StrEnum

from modelkin.records import NullKind


class DataOrigin(StrEnum):
    """What references learnt from, as seen from the source."""

    SYNTHETIC = "synthetic"
    OTHER = "other-data"
    DISTRIBUTION = "same-distribution"
    SAME = "same-data"

    @property
    def null(self) -> NullKind:
        """The strongest null that such references can stand for.

        ``modelkin bench references`` measures it. Even the source's own training data do not make
        N3: a reference of ours has another recipe than the source.
        """
        return {
            DataOrigin.SYNTHETIC: NullKind.N0,
            DataOrigin.OTHER: NullKind.N1,
            DataOrigin.DISTRIBUTION: NullKind.N1,
            DataOrigin.SAME: NullKind.N1,
        }[self]

    @property
    def meaning(self) -> str:
        """The origin in words."""
        return {
            DataOrigin.SYNTHETIC: "procedural inputs, with a random task for each reference",
            DataOrigin.OTHER: "the user's data, which are not known to be like the source's",
            DataOrigin.DISTRIBUTION: "the user's data, stated to be like the source's",
            DataOrigin.SAME: "the source's own training data, as the user states",
        }[self]
