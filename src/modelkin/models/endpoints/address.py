"""Where an endpoint is, and what its URL must not hold."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from modelkin.errors import UsageError

_WEB = ("http", "https")
_SCHEMES = (*_WEB, "grpc", "grpcs")
_SECRET = re.compile(r"key|token|secret|sig|pass|auth|credential", re.IGNORECASE)
_HINT = 'put the secret into an environment variable and pass --header "NAME=env:VARIABLE"'


@dataclass(frozen=True)
class Address:
    """A URL in parts.

    Attributes:
        scheme: http, https, grpc or grpcs.
        host: name and port.
        path: without the slash at its end.
        query: what follows the question mark, with it, or nothing.
    """

    scheme: str
    host: str
    path: str
    query: str = ""

    @property
    def root(self) -> str:
        """The server itself."""
        return f"{self.scheme}://{self.host}"

    @property
    def url(self) -> str:
        """The whole, as it is asked and shown."""
        return f"{self.root}{self.path}{self.query}"


def is_url(location: str, schemes: tuple[str, ...] = _SCHEMES) -> bool:
    """Tell a URL from a path by how it begins."""
    scheme, mark, rest = location.partition("://")
    return bool(mark and rest) and scheme.lower() in schemes


def is_web(location: str) -> bool:
    """Tell an http(s) URL."""
    return is_url(location, _WEB)


def path_of(location: str) -> str:
    """The path of a URL without the slash at its end; empty for what is no URL."""
    try:
        return urlsplit(location).path.rstrip("/") if is_web(location) else ""
    except ValueError:
        return ""


def read_address(location: str) -> Address:
    """Take a URL apart.

    Raises:
        UsageError: it names no host, or holds a secret that reports would show.
    """
    try:
        parts = urlsplit(location)
        _ = parts.port  # a malformed port raises here
    except ValueError as error:
        raise UsageError(
            f"the URL is malformed: {error}", hint="write it as http://host:port/path"
        ) from error
    if not parts.hostname:
        raise UsageError(f"'{location}' names no host", hint="write it as http://host:port/path")
    if parts.username is not None or parts.password is not None:
        raise UsageError(f"the URL of {parts.hostname} holds a user or password", hint=_HINT)
    secret = [name for name, _ in parse_qsl(parts.query) if _SECRET.search(name)]
    if secret:
        raise UsageError(f"the URL of {parts.hostname} holds '{secret[0]}'", hint=_HINT)
    return Address(
        scheme=parts.scheme.lower(),
        host=parts.netloc,
        path=parts.path.rstrip("/"),
        query=f"?{parts.query}" if parts.query else "",
    )
