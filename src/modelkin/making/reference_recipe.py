"""How one reference is trained."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class ReferenceRecipe:
    """All that decides what a reference becomes, besides its data.

    Attributes:
        arch: architecture.
        classes: how many it tells.
        shape: of one query: (height, width, 3) or (columns,).
        seed: of weights, order and augmentation.
        epochs: passes over the data.
    """

    arch: str
    classes: int
    shape: tuple[int, ...]
    seed: int
    epochs: float
