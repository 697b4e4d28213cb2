"""Every error that modelkin raises on purpose.

ModelkinError                      .hint: what to do next; .exit_code: for the command line
├─ ModelError
│  ├─ ModelNotFoundError           no such file, folder or function
│  ├─ UnknownFormatError           no format recognises the file
│  ├─ AmbiguousFormatError         two formats claim it
│  ├─ UnsafeModelError             loading would run code
│  ├─ MissingDependencyError       an extra is not installed (also an ImportError)
│  ├─ BrokenModelError             recognised, but it cannot be loaded
│  ├─ SignatureError               how to feed the model is unknown or contradictory
│  └─ PredictionError              raised, wrong shape, NaN
│     └─ ConstantAnswersError      one and the same answer to every query
├─ QueryError
│  ├─ BudgetError                  too small or exhausted
│  └─ PoolError                    a pool cannot be made or read
├─ IncompatibleError               different queries, modality or access (also a ValueError)
├─ UnknownNameError                no part of that name (also a LookupError)
├─ UsageError                      contradictory or malformed options
│  └─ DeviationError               other than what was committed to
└─ StoreError
   ├─ SchemaVersionError           written by another version
   ├─ CorruptFileError             damaged, truncated or altered
   ├─ NotReproducedError           evidence does not lead to the verdict it states
   └─ SealError                    a signature is missing, broken or of another key
"""

from typing import ClassVar

_USAGE = 2
_FAILED = 3


class ModelkinError(Exception):
    """Base of all deliberate errors.

    Args:
        message: one sentence that names the thing and says what is wrong.
        hint: what to do next.
    """

    exit_code: ClassVar[int] = _FAILED

    def __init__(self, message: str, *, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


class ModelError(ModelkinError):
    """A model cannot be opened or used."""


class ModelNotFoundError(ModelError):
    """There is no such file, folder or function."""

    exit_code = _USAGE


class UnknownFormatError(ModelError):
    """No registered format recognises the file."""

    exit_code = _USAGE


class AmbiguousFormatError(ModelError):
    """More than one format recognises the file."""

    exit_code = _USAGE


class UnsafeModelError(ModelError):
    """Loading the file would run code that it holds."""

    exit_code = _USAGE


class MissingDependencyError(ModelError, ImportError):
    """The framework that reads this format is not installed."""

    exit_code = _USAGE


class BrokenModelError(ModelError):
    """The file is of a known format and still cannot be loaded."""


class SignatureError(ModelError):
    """It is unknown or contradictory how to feed the model."""

    exit_code = _USAGE


class PredictionError(ModelError):
    """The model failed to answer, or its answers cannot be used."""


class ConstantAnswersError(PredictionError):
    """The model gave one and the same answer to every query, so nothing can be compared."""


class QueryError(ModelkinError):
    """Something is wrong with the queries."""

    exit_code = _USAGE


class BudgetError(QueryError):
    """The query budget is too small, or spent."""


class PoolError(QueryError):
    """A pool of queries cannot be made or read."""


class IncompatibleError(ModelkinError, ValueError):
    """Two things do not belong in one comparison."""

    exit_code = _USAGE


class UnknownNameError(ModelkinError, LookupError):
    """No part has that name."""

    exit_code = _USAGE


class UsageError(ModelkinError):
    """Options contradict each other or are malformed."""

    exit_code = _USAGE


class DeviationError(UsageError):
    """A run is not what a commitment says it would be."""


class StoreError(ModelkinError):
    """Something on disk cannot be read or written."""


class SchemaVersionError(StoreError):
    """Written by another version of modelkin."""


class CorruptFileError(StoreError):
    """Damaged, truncated or altered since it was written."""


class NotReproducedError(StoreError):
    """An evidence file does not lead to the verdict that it states."""


class SealError(StoreError):
    """A signature of an evidence file is missing, does not hold, or is of another key."""
