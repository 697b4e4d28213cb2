"""What the benchmark found."""

from collections.abc import Mapping
from dataclasses import dataclass

from modelkin.bench.dataless.member import Member
from modelkin.bench.figures import Figure
from modelkin.records import FloatArray


@dataclass(frozen=True, kw_only=True)
class Case:
    """What one figure is about.

    Attributes:
        question: one of ``QUESTIONS`` or ``NEIGHBOURS``, or "ari".
        kinds: "cnn", "svm", "cnn+svm", "generator" or "critic".
        measure: the query measure.
        estimator: of the distance.
    """

    question: str
    kinds: str
    measure: str
    estimator: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Chart:
    """A distance matrix that is worth a map.

    Attributes:
        name: "classifier", "generator" or "critic".
        measure: the query measure.
        members: (m) of the matrix.
        distances: (m, m) by the main estimator.
    """

    name: str
    measure: str
    members: tuple[Member, ...]
    distances: FloatArray

    @property
    def title(self) -> str:
        """What it shows."""
        return f"{len(self.members)} {self.name}s, {self.measure}"


@dataclass(frozen=True, kw_only=True, eq=False)
class Scores:
    """All figures.

    Attributes:
        figures: by case.
        variety: by sort and measure, how much the typical (median) model's answers vary: of a
            classifier the share of queries to which it does not give its commonest label, of a
            generator the mean deviation of a pixel (white is 1), of a critic the deviation of its
            scores as a share of what it is on the measure where they vary most.
        charts: distance matrices by the main estimators.
    """

    figures: Mapping[Case, Figure]
    variety: Mapping[tuple[str, str], float]
    charts: tuple[Chart, ...] = ()
