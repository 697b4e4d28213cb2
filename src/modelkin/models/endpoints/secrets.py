"""Header values that come from the environment and go nowhere but into requests."""

import json
import os
from collections.abc import Mapping
from urllib.parse import quote

from modelkin.errors import UsageError
from modelkin.records import EndpointOptions

_HIDDEN = "[secret]"
_LEAST = 4


def read_headers(options: EndpointOptions) -> dict[str, str]:
    """The headers with their values.

    Raises:
        UsageError: an environment variable is not set, or holds what no header can.
    """
    found: dict[str, str] = {}
    for name, variable in options.headers:
        value = os.environ.get(variable, "")
        if not value:
            raise UsageError(
                f"the header '{name}' is to come from the environment variable '{variable}', "
                "which is not set",
                hint=f"export {variable}=... before the command",
            )
        if not value.isascii() or not value.isprintable():
            raise UsageError(
                f"the environment variable '{variable}' holds characters that no header can",
                hint="check it for a line break at its end",
            )
        found[name] = value
    return found


def hide(text: str, headers: Mapping[str, str]) -> str:
    """Blot out every header value and each word of it, also as JSON and URLs write them."""
    plain = {word for value in headers.values() for word in (value, *value.split())}
    words = plain | {json.dumps(word)[1:-1] for word in plain} | {quote(word) for word in plain}
    for word in sorted(words, key=len, reverse=True):
        if len(word) >= _LEAST:
            text = text.replace(word, _HIDDEN)
    return text
