"""How much a model may use before it is given up."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Limits of the worker process around a file model.

    Attributes:
        seconds: wall time of loading, and of answering one batch.
        memory_gib: data memory of the process.
    """

    seconds: float = 120.0
    memory_gib: float = 8.0
