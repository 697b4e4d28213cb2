"""Which copies to make: kinds, each in graded strengths, from hardly changed to nearly useless."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from modelkin.errors import UnknownNameError

Setting = float | str


@dataclass(frozen=True, kw_only=True)
class Strength:
    """One copy to make.

    Attributes:
        kind: sort of the change.
        settings: how strong.
    """

    kind: str
    settings: Mapping[str, Setting]

    @property
    def name(self) -> str:
        """Stem of its file."""
        values = [str(value).replace(" ", "-") for value in self.settings.values()]
        return "-".join([self.kind, *values])


_LEVELS: Mapping[str, tuple[Mapping[str, Setting], ...]] = {
    "int8": ({"how": "static"}, {"how": "dynamic"}, {"how": "weights"}),
    "fp16": ({},),
    "int4": ({"scale": "channel"}, {"scale": "tensor"}),
    "pruned": tuple({"share": share} for share in (0.1, 0.2, 0.3, 0.5, 0.7)),
    "noised": tuple({"sd": sd} for sd in (0.01, 0.03, 0.1, 0.2, 0.3)),
    "recompressed": tuple({"quality": quality} for quality in (90, 60, 30)),
    "resized": tuple({"factor": factor} for factor in (0.75, 0.5)),
    "blurred": tuple({"radius": radius} for radius in (0.5, 1.0)),
    "shaken": tuple({"sd": sd} for sd in (0.02, 0.05)),
    "rounded": tuple({"decimals": decimals} for decimals in (3, 2, 1)),
    "tempered": tuple({"temperature": temperature} for temperature in (0.5, 2.0)),
    "fine-tuned": tuple({"rate": rate} for rate in (1e-4, 1e-3, 3e-3)),
    "distilled": tuple({"queries": queries} for queries in (1000, 4000)),
}
KINDS = tuple(_LEVELS)
VIEW_STEPS: Mapping[str, str] = {
    "recompressed": "jpeg",
    "resized": "resize",
    "blurred": "blur",
    "shaken": "shake",
    "rounded": "round",
    "tempered": "temper",
}
"""Kinds that are views of the source, with the step of the view."""
WEIGHT_KINDS = ("int8", "fp16", "int4", "pruned", "noised")


def strengths(kinds: Sequence[str]) -> tuple[Strength, ...]:
    """All copies of the given kinds; all kinds where none is given.

    Raises:
        UnknownNameError: there is no such kind.
    """
    for kind in kinds:
        if kind not in _LEVELS:
            raise UnknownNameError(
                f"there is no kind of copy named '{kind}'", hint=f"known: {', '.join(KINDS)}"
            )
    chosen = [kind for kind in KINDS if not kinds or kind in kinds]
    return tuple(
        Strength(kind=kind, settings=settings) for kind in chosen for settings in _LEVELS[kind]
    )
