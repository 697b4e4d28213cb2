"""How one verb is shown."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Verb:
    """One row of the table of verbs.

    Attributes:
        section: heading under which ``modelkin --help`` lists it.
        name: as typed.
        run: the function behind it; its docstring opens the help.
        short: one line for the list of verbs.
        examples: command lines without the name of the program.
    """

    section: str
    name: str
    run: Callable[..., None]
    short: str
    examples: tuple[str, ...]

    @property
    def epilog(self) -> str:
        """The examples, each on a line of its own (a backspace forbids to join them)."""
        title = "Example:" if len(self.examples) == 1 else "Examples:"
        return "\n".join(("\b", title, *(f"  modelkin {line}" for line in self.examples)))
