"""One step of a view."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Step:
    """What is done to every query or to every answer.

    Attributes:
        do: name of the step.
        settings: of the step, by name.
    """

    do: str
    settings: Mapping[str, float | str]

    @property
    def changes_input(self) -> bool:
        """Whether it works on the query and not on the answer."""
        return self.do in INPUT_STEPS

    @property
    def text(self) -> str:
        """As people read it."""
        return f"{self.do} {' '.join(str(value) for value in self.settings.values())}".strip()


INPUT_STEPS = ("jpeg", "posterize", "resize", "blur", "shake")
