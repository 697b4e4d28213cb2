"""Colours and marks of models, the same in all pictures."""

from modelkin.bench.dataless.grammar import short
from modelkin.bench.dataless.member import Kind, Member

_COLOURS = ("#0072b2", "#e69f00", "#009e73", "#d55e00", "#b06fd8", "#7f7f7f")
"""After Okabe and Ito (2008), the violet lightened to be seen on black."""
_MARKS = {
    "cnn": ("o", "CNN"),
    "svm": ("^", "SVM"),
    "dcgan": ("s", "DCGAN"),
    "cramer": ("D", "Cramér"),
}


def colours(members: tuple[Member, ...]) -> dict[str, str]:
    """Colour of each image set."""
    names = dict.fromkeys(member.data for member in members)
    return {name: _COLOURS[place % len(_COLOURS)] for place, name in enumerate(names)}


def mark(member: Member) -> tuple[str, str]:
    """Mark of the sort of model, in the notation of matplotlib, and its name."""
    return _MARKS[member.arch if member.kind is Kind.GAN else member.kind.value]


def set_name(data: str) -> str:
    """Name of an image set as people write it."""
    return {
        "mnist": "MNIST",
        "fashion_mnist": "Fashion-MNIST",
        "notmnist": "notMNIST",
        "usps": "USPS",
        "cifar10": "CIFAR-10",
    }.get(short(data), short(data))
