"""Loading a model by its format; apart from opening, so that worker processes start faster."""

from modelkin.errors import BrokenModelError, ModelkinError
from modelkin.protocols import Model, ModelFormat

_LONGEST_REASON = 200


def load_model(chosen: ModelFormat, location: str) -> Model:
    """Load a model by its format, in this process.

    Raises:
        BrokenModelError: it cannot be loaded.
        MissingDependencyError: its framework is not installed.
    """
    try:
        return chosen.load(location)
    except ModelkinError:
        raise
    except Exception as error:
        reason = f"{type(error).__name__}: {error}".splitlines()[0][:_LONGEST_REASON]
        raise BrokenModelError(
            f"'{location}' cannot be loaded as {chosen.name}: {reason}",
            hint="check that it opens in its own framework, in the version it was saved by",
        ) from error
