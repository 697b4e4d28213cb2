"""Exit codes of the command line."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from modelkin.records import Verdict

NOT_FOUND, RELATED, USAGE, FAILED, UNDECIDED = range(5)


def exit_code(verdict: "Verdict") -> int:
    """The exit code that a verdict stands for."""
    return {"related": RELATED, "no-evidence": NOT_FOUND, "inconclusive": UNDECIDED}[verdict]
