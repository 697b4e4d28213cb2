"""One model of the zoo of the dataless benchmark."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What sort of black box a model is."""

    CNN = "cnn"
    SVM = "svm"
    GAN = "gan"

    @property
    def suffix(self) -> str:
        """Ending of its file; a GAN has two, a generator and a critic, both ONNX."""
        return ".skops" if self is Kind.SVM else ".onnx"


@dataclass(frozen=True, kw_only=True)
class Member:
    """One model.

    Attributes:
        name: unique, and readable by people.
        kind: what sort of black box.
        arch: its architecture, the cells of its features, or the sort of GAN.
        recipe: how it was trained.
        data: image set it was trained on.
        half: half of that set's training images, "a" or "b".
        seed: of its training.
    """

    name: str
    kind: Kind
    arch: str
    recipe: str
    data: str
    half: str
    seed: int
