"""Putting requests on a wire: counted before they leave, spaced out, tried again with patience."""

import datetime as dt
import time
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from typing import TypeVar

from modelkin.errors import ModelError, PredictionError
from modelkin.records import EndpointOptions

_LONGEST_WAIT = 60.0
_LONGEST_ASKED_FOR = 300.0
_T = TypeVar("_T")


class PassingError(Exception):
    """A failure that may pass: try again.

    Args:
        reason: what happened, for people.
        hint: what to do when it does not pass.
        after: seconds that the server asks to wait.
        unsent: the request never reached the wire, and costs nothing.
    """

    def __init__(
        self, reason: str, *, hint: str, after: float | None = None, unsent: bool = False
    ) -> None:
        super().__init__(reason)
        self.hint = hint
        self.after = after
        self.unsent = unsent


class Dispatcher:
    """Counts, spaces and repeats the requests to one endpoint.

    Args:
        options: tries, backoff and rate.
        where: the endpoint, as messages name it.
    """

    def __init__(self, options: EndpointOptions, where: str) -> None:
        self._options = options
        self._where = where
        self._spend: Callable[[int], None] | None = None
        self._next = 0.0
        self.sent = 0

    def meter(self, spend: Callable[[int], None]) -> None:
        """Report every spending before it happens; ``spend`` may forbid it."""
        self._spend = spend

    def run(
        self,
        attempt: Callable[[], _T],
        *,
        queries: int,
        failure: type[ModelError] = PredictionError,
    ) -> _T:
        """Make a request, again after failures that may pass.

        Args:
            attempt: puts the request on the wire once.
            queries: how many it holds; 0 for a request about the model.
            failure: the error to end with.

        Raises:
            ModelError: of the type ``failure``; it did not pass.
            BudgetError: the budget does not allow another try.
        """
        import tenacity

        retrying = tenacity.Retrying(
            stop=self._enough,
            wait=self._wait,
            retry=tenacity.retry_if_exception_type(PassingError),
            reraise=True,
        )
        try:
            found: _T = retrying(self._once, attempt, queries)
        except PassingError as error:
            raise failure(f"{self._where} {error}{_tried(retrying)}", hint=error.hint) from error
        return found

    def _once(self, attempt: Callable[[], _T], queries: int) -> _T:
        if self._options.rate:
            time.sleep(max(0.0, self._next - time.monotonic()))
            self._next = time.monotonic() + 1 / self._options.rate
        self._count(queries)
        try:
            return attempt()
        except PassingError as error:
            if error.unsent:
                self._count(-queries)
            raise

    def _count(self, queries: int) -> None:
        if queries and self._spend is not None:
            self._spend(queries)
        self.sent += queries

    def _enough(self, state: object) -> bool:
        """All tries are used up, or the server asks for more patience than a run has."""
        outcome = getattr(state, "outcome", None)
        error = outcome.exception() if outcome else None
        after = error.after if isinstance(error, PassingError) else None
        tries = getattr(state, "attempt_number", 0)
        return tries >= self._options.tries or (after or 0.0) > _LONGEST_ASKED_FOR

    def _wait(self, state: object) -> float:
        """What the server asks for, else an exponential backoff with jitter."""
        import tenacity

        if not isinstance(state, tenacity.RetryCallState):  # pragma: no cover (tenacity's own)
            return 0.0
        error = state.outcome.exception() if state.outcome else None
        if isinstance(error, PassingError) and error.after is not None:
            return error.after
        first = self._options.backoff
        growing = tenacity.wait_exponential(
            multiplier=first, max=_LONGEST_WAIT
        ) + tenacity.wait_random(0, first)
        return float(growing(state))


def _tried(retrying: object) -> str:
    statistics = getattr(retrying, "statistics", {})
    tries = int(statistics.get("attempt_number", 1))
    return f" ({tries} tries)" if tries > 1 else ""


def seconds_asked_for(retry_after: str | None) -> float | None:
    """Read a ``Retry-After`` header: seconds, or a date."""
    if not retry_after:
        return None
    text = retry_after.strip()
    if text.isdecimal():
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=dt.UTC)
    return max(0.0, (moment - dt.datetime.now(dt.UTC)).total_seconds())
