"""One HTTP client for one endpoint: limits, status codes, and errors that keep secrets."""

import functools
import json
import re
import time
import weakref
from collections.abc import Callable
from typing import Any

from modelkin.errors import BrokenModelError, ModelError, PredictionError
from modelkin.models.endpoints.dispatch import Dispatcher, PassingError, seconds_asked_for
from modelkin.models.endpoints.secrets import hide, read_headers
from modelkin.models.extras import require
from modelkin.records import EndpointOptions

_MOST_BYTES = 64 * 2**20
_SHOWN = 200
_BUSY, _TOO_LARGE, _REDIRECT, _REFUSED, _SERVER = 429, 413, 300, 400, 500
_UNWELCOME = (401, 403, 429)
_ABOUT_SIZE = re.compile(
    r"batch|too (large|big|many|long)|exceed|maximum|payload|at most|one (row|instance|query)",
    re.IGNORECASE,
)
_ABOUT_SIZE_CODES = (400, 422)
_KEPT = "what it answered so far is kept; run the same command again"
_HINTS = {
    401: 'it wants other credentials: pass --header "Authorization=env:VARIABLE", or check them',
    403: 'the credentials are refused: check the variable of --header "Authorization=env:VARIABLE"',
    404: "check the path and the model's name in the URL, or name the protocol with --adapter",
    405: "the server speaks another protocol: name it with --adapter",
    413: "one query alone is too large for it: ask a smaller size, or images as JPEG",
}


@functools.cache
def _trusted() -> Any:  # noqa: ANN401 (an SSLContext)
    """The certificates that all connections are verified with; reading them takes a while."""
    return require("httpx", None).create_ssl_context()


class TooLargeError(Exception):
    """The server refuses so many queries at once."""


class Web:
    """Sends requests to one endpoint over connections that are kept open.

    Args:
        options: headers, timeout, tries and rate.
        where: the endpoint, as messages name it.
    """

    def __init__(self, options: EndpointOptions, where: str) -> None:
        self._httpx = require("httpx", None)
        self._headers = read_headers(options)
        self._timeout = options.timeout
        self._where = where
        self._client = self._httpx.Client(
            headers={"Accept": "application/json", **self._headers},
            timeout=options.timeout,
            verify=_trusted(),
        )
        self.dispatcher = Dispatcher(options, where)
        weakref.finalize(self, self._client.close)

    def about(self, url: str) -> Any:  # noqa: ANN401 (JSON)
        """Read what the server says about the model; None where it says nothing.

        Raises:
            BrokenModelError: it cannot be reached, refuses, or answers no JSON.
        """

        def attempt() -> bytes | None:
            return self._once("GET", url, missing=(404, 405, 501), failure=BrokenModelError)

        body = self.dispatcher.run(attempt, queries=0, failure=BrokenModelError)
        return None if body is None else self._decoded(body, BrokenModelError)

    def reach(self, url: str) -> None:
        """Make sure that a server answers at all, whatever it says.

        Raises:
            BrokenModelError: it cannot be reached, or refuses the credentials.
        """
        missing = tuple(code for code in range(_REDIRECT, _SERVER) if code not in _UNWELCOME)
        self.dispatcher.run(
            lambda: self._once("GET", url, missing=missing, failure=BrokenModelError),
            queries=0,
            failure=BrokenModelError,
        )

    def probe(self, url: str) -> bytes:
        """Ask once, without patience; empty for anything but a good answer."""
        try:
            return self._once("GET", url, failure=BrokenModelError) or b""
        except (PassingError, ModelError):
            return b""

    def post(self, url: str, content: bytes, kind: str, queries: int) -> Any:  # noqa: ANN401
        """Send queries and read the JSON that comes back.

        Raises:
            PredictionError: it failed, also after patience.
            TooLargeError: it refuses so many at once.
            BudgetError: the budget does not allow another try.
        """

        def attempt() -> bytes | None:
            return self._once("POST", url, content=content, kind=kind, many=queries > 1)

        return self._decoded(self.dispatcher.run(attempt, queries=queries) or b"", PredictionError)

    def _decoded(self, body: bytes, failure: type[ModelError]) -> Any:  # noqa: ANN401 (JSON)
        try:
            return json.loads(body)
        except (ValueError, RecursionError) as error:
            raise failure(
                f"{self._where} answered no JSON, or JSON cut short{self._said(body)}",
                hint="check with curl what it answers; another protocol is named by --adapter",
            ) from error

    def _once(
        self,
        method: str,
        url: str,
        *,
        content: bytes | None = None,
        kind: str = "application/json",
        missing: tuple[int, ...] = (),
        many: bool = False,
        failure: type[ModelError] = PredictionError,
    ) -> bytes | None:
        headers = {"Content-Type": kind} if content is not None else {}
        try:
            with self._client.stream(method, url, content=content, headers=headers) as found:
                body = self._limited(found.iter_bytes, failure)
                if found.status_code in missing:
                    return None
                after = found.headers.get("retry-after")
                self._judge(found.status_code, body, after, many=many, failure=failure)
                return body
        except (self._httpx.ConnectError, self._httpx.ConnectTimeout) as error:
            raise PassingError(
                f"cannot be reached ({self._short(error)})",
                hint="check that the server runs and that host and port are right",
                unsent=True,
            ) from error
        except self._httpx.TimeoutException as error:
            raise self._slow() from error
        except self._httpx.TransportError as error:
            raise PassingError(
                f"broke the connection off ({self._short(error)})", hint=f"see its log; {_KEPT}"
            ) from error
        except (self._httpx.InvalidURL, self._httpx.HTTPError) as error:
            raise failure(
                f"{self._where} cannot be asked: {self._short(error)}",
                hint="check the URL and the server's log",
            ) from error

    def _limited(self, chunks: Callable[[], Any], failure: type[ModelError]) -> bytes:
        """The body, unless it takes too long or is too much for memory."""
        started, pieces, size = time.monotonic(), [], 0
        for piece in chunks():
            pieces.append(piece)
            size += len(piece)
            if size > _MOST_BYTES:
                raise failure(
                    f"{self._where} answered more than {_MOST_BYTES // 2**20} MiB to one request",
                    hint="ask fewer at once with --max-batch, or check that the URL is right",
                )
            if time.monotonic() - started > self._timeout:
                raise self._slow()
        return b"".join(pieces)

    def _slow(self) -> PassingError:
        return PassingError(
            f"gave no whole answer within {self._timeout:g} s",
            hint=f"raise --timeout or lower --max-batch; {_KEPT}",
        )

    def _judge(
        self, status: int, body: bytes, after: str | None, *, many: bool, failure: type[ModelError]
    ) -> None:
        """Tell good answers from refusals that last and failures that may pass."""
        if status < _REDIRECT:
            return
        says = self._said(body)
        if status == _BUSY or status >= _SERVER:
            wait = seconds_asked_for(after)
            asks = "" if wait is None else f" and asks to wait {wait:g} s"
            raise PassingError(
                f"answered {status}{asks}{says}",
                hint=f"lower --rate or --max-batch; {_KEPT}"
                if status == _BUSY
                else f"see the server's log; {_KEPT}",
                after=wait,
            )
        about_size = status in _ABOUT_SIZE_CODES and _ABOUT_SIZE.search(says)
        if many and (status == _TOO_LARGE or about_size):
            raise TooLargeError
        if status < _REFUSED:
            raise failure(
                f"{self._where} answered {status}: it is somewhere else",
                hint="name the final URL; redirects are not followed, for they would carry secrets",
            )
        raise failure(
            f"{self._where} answered {status}{says}",
            hint=_HINTS.get(
                status,
                "compare the request with what the model takes: modelkin "
                "inspect URL, and --adapter-file for its own form",
            ),
        )

    def _said(self, body: bytes) -> str:
        text = " ".join(self.hidden(body[: 20 * _SHOWN].decode("utf-8", "replace")).split())
        return f": {text[:_SHOWN]}" if text else ""

    def hidden(self, text: str) -> str:
        """A text of the server's without our secrets, should it echo them."""
        return hide(text, self._headers)

    def _short(self, error: Exception) -> str:
        return self.hidden(str(error))[:_SHOWN] or type(error).__name__
