"""What a head is taught."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """A few pictures of a few classes, as someone takes who wants an app of their own.

    Attributes:
        images: image set that they come from.
        classes: numbers of the classes in it, in the order of the head's outputs.
        shots: pictures a class, at most.
        seed: of the choice of pictures; equal seeds and classes mean equal pictures.
    """

    images: str
    classes: tuple[int, ...]
    shots: int
    seed: int
