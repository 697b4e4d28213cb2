"""From a path or a name to a model: which format it is, and whether it may be loaded."""

import dataclasses
from typing import Any, cast

from modelkin.errors import (
    UnknownFormatError,
    UnsafeModelError,
)
from modelkin.models.endpoints.address import is_url
from modelkin.models.endpoints.probing import adapter_name, probed
from modelkin.models.loading import load_model
from modelkin.models.recognising import names_no_file, only_one, recognised
from modelkin.protocols import Model, ModelFormat
from modelkin.records import EndpointOptions
from modelkin.registry import part


def find_format(
    location: str,
    *,
    format_name: str | None = None,
    allow_code: bool = False,
    endpoint: EndpointOptions | None = None,
) -> ModelFormat:
    """Find the format of a model, and refuse it if loading would run its code.

    Args:
        location: a path, a URL, or a name such as ``module:function``.
        format_name: the format to use instead of looking for one.
        allow_code: accept files that run code when loaded.
        endpoint: how to talk to a URL.

    Raises:
        ModelNotFoundError: there is no such file or function.
        UnknownFormatError: no format recognises it.
        AmbiguousFormatError: several do.
        UnsafeModelError: loading it would run code, and that is not allowed.
        UnknownNameError: there is no format of that name.
    """
    options = endpoint or EndpointOptions()
    if is_url(location):
        chosen, options = _protocol(location, format_name or options.adapter, options)
    else:
        chosen = recognised(location, format_name)
    chosen = _handed(chosen, allow_code=allow_code, options=options)
    if chosen.runs_code and not allow_code:
        raise UnsafeModelError(
            f"'{location}' is a {chosen.name} file: {chosen.loading}",
            hint="convert it to a safe format (skops for scikit-learn; torch.export or "
            "safetensors for PyTorch; ONNX for any), or pass --allow-code if you trust it",
        )
    return chosen


def open_format(
    location: str,
    *,
    format_name: str | None = None,
    allow_code: bool = False,
    endpoint: EndpointOptions | None = None,
) -> tuple[ModelFormat, Model]:
    """Find the format of a model and load it in this process; raises what both steps raise."""
    chosen = find_format(
        location, format_name=format_name, allow_code=allow_code, endpoint=endpoint
    )
    return chosen, load_model(chosen, location)


def _handed(chosen: ModelFormat, **given: object) -> ModelFormat:
    """The format with those of the given settings that it has a field for."""
    fields = {field.name for field in dataclasses.fields(chosen)} & given.keys()
    made = cast("type[Any]", type(chosen))(**{name: given[name] for name in fields})
    return cast("ModelFormat", made)


def _protocol(
    location: str, stated: str | None, options: EndpointOptions
) -> tuple[ModelFormat, EndpointOptions]:
    """The format of a URL, and the options with a note how it was chosen."""
    if stated is not None:
        name, how = adapter_name(stated), "named"
    else:
        claims = names_no_file(location)
        if not claims:
            raise UnknownFormatError(
                f"no format talks to '{location}'", hint="write it as http://host:port/path"
            )
        name, how = only_one(claims, location).name, "by the URL's shape"
        if name == "json_endpoint" and '"request"' not in options.template:
            name, how = probed(location, options), "by asking the server"
    found = part(ModelFormat, name)()  # type: ignore[type-abstract]
    return found, dataclasses.replace(options, chosen_by=how)
