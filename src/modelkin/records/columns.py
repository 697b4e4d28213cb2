"""What is known of one column of a table."""

from dataclasses import dataclass
from typing import Literal

ColumnKind = Literal["number", "integer", "category"]


@dataclass(frozen=True, kw_only=True)
class ColumnSpec:
    """One column that a model of tables takes.

    Attributes:
        name: its name; empty where the model tells columns apart by place alone.
        low: low end of the usual values, or None when unknown.
        high: high end, or None.
        kind: numbers, whole numbers, or one of a list of categories.
        categories: names of the categories.
        codes: the number that stands for each category in the model's tensor; empty for 0, 1, 2...
    """

    name: str = ""
    low: float | None = None
    high: float | None = None
    kind: ColumnKind = "number"
    categories: tuple[str, ...] = ()
    codes: tuple[float, ...] = ()

    @property
    def known(self) -> bool:
        """Whether fitting values can be made for it."""
        return bool(self.categories) or (self.low is not None and self.high is not None)

    @property
    def code_of(self) -> dict[str, float]:
        """The number of each category."""
        codes = self.codes or tuple(float(place) for place in range(len(self.categories)))
        return dict(zip(self.categories, codes, strict=True))
