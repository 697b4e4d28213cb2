"""Which protocol a server speaks: by the shape of its URL, else by a cheap request."""

import dataclasses
import json
import re
from typing import Any

from modelkin.errors import UnknownFormatError, UsageError
from modelkin.models.endpoints.address import is_web, path_of, read_address
from modelkin.models.endpoints.web import Web
from modelkin.protocols import ModelFormat
from modelkin.records import EndpointOptions
from modelkin.registry import names, part

_SHAPES = re.compile(
    r".*(/v2|/v2/models/.+|/v1/models/[^/:]+.*|/invocations|/predictions/[^/]+(/[^/]+)?)"
)
_VERSION = re.compile(rb"\s*\d+\.\d+[\w.]*\s*")
_SPELLINGS = {"json": "json_endpoint"}
ADAPTERS = ("openinference", "openinference_grpc", "tfserving", "mlflow", "torchserve", "json")


def tells_protocol(location: str) -> bool:
    """Whether the path of a URL is that of a known protocol."""
    return is_web(location) and _SHAPES.fullmatch(path_of(location)) is not None


def adapter_name(stated: str) -> str:
    """The format behind a name on the command line.

    Raises:
        UsageError: there is no such adapter.
    """
    name = stated.replace("-", "_")
    name = _SPELLINGS.get(name, name)
    known = name in names("format") and not part(ModelFormat, name).sees_file  # type: ignore[type-abstract]
    if not known:
        raise UsageError(f"there is no adapter '{stated}'", hint=f"known: {', '.join(ADAPTERS)}")
    return name


def probed(location: str, options: EndpointOptions) -> str:
    """Ask a server whose URL tells nothing which protocol it speaks.

    Raises:
        UnknownFormatError: no answer is telling.
        UsageError: the URL or the headers cannot be used.
    """
    address = read_address(location)
    web = Web(dataclasses.replace(options, tries=1), f"the endpoint {address.url}")
    server = address.root + address.path
    web.reach(server if address.path else f"{server}/")
    about = _json(web.probe(f"{server}/v2"))
    if isinstance(about, dict) and {"name", "version"} & set(about):
        return "openinference"
    if _VERSION.fullmatch(web.probe(f"{server}/version")):
        return "mlflow"
    models = _json(web.probe(f"{server}/v1/models"))
    listed = models.get("models", []) if isinstance(models, dict) else []
    raise UnknownFormatError(
        f"the endpoint {address.url} does not tell which protocol it speaks",
        hint=f"name its model: {server}/v1/models/{listed[0]}"
        if listed
        else f"name the model in the URL, pass --adapter ({', '.join(ADAPTERS)}), or describe "
        "request and response in --adapter-file",
    )


def _json(body: bytes) -> Any:  # noqa: ANN401 (JSON)
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
