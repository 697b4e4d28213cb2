"""One model of the study: a backbone under a head of its own."""

from dataclasses import dataclass
from enum import StrEnum

from modelkin.bench.heads.lesson import Lesson

SIDE = 32


class Tuning(StrEnum):
    """How much of the backbone moved while the head learned."""

    ORIGINAL = "original"
    """The pretrained model itself, under the head that it was pretrained with."""
    FROZEN = "frozen"
    LAST = "last"
    WHOLE = "whole"

    @property
    def tuned(self) -> bool:
        """Whether weights of the backbone changed."""
        return self in {Tuning.LAST, Tuning.WHOLE}


@dataclass(frozen=True, kw_only=True)
class Head:
    """One model.

    Attributes:
        name: unique, and readable by people.
        backbone: name of the pretrained model, which is its family.
        arch: architecture of the backbone.
        task: image set that the backbone was trained on.
        half: half of that set's training images that it saw.
        tuning: how much of the backbone moved.
        side: width and height of its pictures, in pixels.
        int8: real 8-bit weights and activations, answers in steps of 1/256.
        lesson: what the head was taught; None for an original.
        seed: of its training.
    """

    name: str
    backbone: str
    arch: str
    task: str
    half: str
    tuning: Tuning
    side: int = SIDE
    int8: bool = False
    lesson: Lesson | None
    seed: int

    @property
    def trained(self) -> str:
        """Name of the float model with the same weights."""
        return self.name.removesuffix("-int8")
