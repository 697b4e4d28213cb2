"""Where a model is undecided, and what finding that cost."""

from dataclasses import dataclass

from modelkin.records import FloatArray


@dataclass(frozen=True, kw_only=True, eq=False)
class UndecidedPoints:
    """Pictures around which faint noise moves a model's answers.

    Attributes:
        pictures: (p, h, w, 3) reals in [0, 1]; none where nothing moved it.
        strengths: (p,) standard deviation of the noise around each.
        asked: queries that the search put to the model.
        crossed: whether two classes were seen, so that boundaries were crossed; else the model
            was walked towards one.
    """

    pictures: FloatArray
    strengths: tuple[float, ...]
    asked: int
    crossed: bool

    def __len__(self) -> int:
        return len(self.strengths)
