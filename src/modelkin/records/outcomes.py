"""What can become of one item of a run."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Skipped:
    """Left out on purpose.

    Attributes:
        subject: what was left out.
        reason: why.
    """

    subject: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Failed:
    """Could not be done; the run went on.

    Attributes:
        subject: what failed.
        error: class name of the error.
        reason: what went wrong.
        hint: what to do next.
    """

    subject: str
    error: str
    reason: str
    hint: str
