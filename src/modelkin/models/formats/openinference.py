"""Endpoints of the Open Inference Protocol, version 2: MLServer, KServe, Triton, OpenVINO."""

import json
import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from modelkin.errors import BrokenModelError, PredictionError
from modelkin.models.endpoints.address import Address, path_of, read_address
from modelkin.models.endpoints.model import EndpointModel
from modelkin.models.endpoints.oip import (
    datatype_of,
    in_order,
    read_output,
    rows_at_once,
    tensor_specs,
)
from modelkin.models.endpoints.reading import Reader
from modelkin.models.endpoints.settings import read_settings
from modelkin.models.endpoints.web import Web
from modelkin.protocols import Model, ModelFormat
from modelkin.records import AnyArray, EndpointOptions

_PATH = re.compile(
    r"(?P<base>.*?)/v2(/models/(?P<name>[^/]+)(/versions/(?P<version>[^/]+))?(/infer)?)?"
)
_NAMES_SHOWN = 8


@dataclass(frozen=True)
class Openinference(ModelFormat):
    """Open Inference Protocol v2 over HTTP (URL, or URL/v2/models/NAME)."""

    name: ClassVar[str] = "openinference"
    loading: ClassVar[str] = "the server's metadata are read; nothing that it sends is run"
    sees_file: ClassVar[bool] = False
    options: EndpointOptions = EndpointOptions()

    def recognises(self, location: str, first_bytes: bytes) -> bool:
        """Tell by the path: /v2 or /v2/models/NAME."""
        return not first_bytes and _PATH.fullmatch(path_of(location)) is not None

    def load(self, location: str) -> Model:
        """Read the model's metadata.

        Raises:
            BrokenModelError: the server or the model cannot be reached.
            UsageError: the URL or the headers cannot be used.
        """
        address = read_address(location)
        where, settings = f"the endpoint {address.url}", read_settings(self.options.template)
        web = Web(self.options, where)
        url = _model_url(address, web)
        metadata = web.about(url + address.query)
        if not isinstance(metadata, dict):
            raise BrokenModelError(
                f"{where} has no metadata of the Open Inference Protocol",
                hint="check the model's name in the URL, or name the protocol with --adapter",
            )
        inputs = tensor_specs(metadata.get("inputs"), where)
        outputs = tensor_specs(metadata.get("outputs"), where)
        if settings.outputs:
            outputs = tuple(spec for spec in outputs if spec.name in settings.outputs)
        wanted = settings.outputs or tuple(spec.name for spec in outputs)
        reader = Reader(where, settings)
        asker = _Asker(web, f"{url}/infer{address.query}", reader)
        asker.names = tuple(spec.name for spec in inputs)
        asker.wanted, asker.stated = wanted, bool(settings.outputs)
        asker.where = where
        return EndpointModel(
            asker,
            settings.signature(inputs, outputs),
            self.options,
            facts={"model": metadata.get("name"), "platform": metadata.get("platform")},
            identity=metadata,
            at_once=rows_at_once(inputs),
        )


class _Asker:
    """Tensors in, tensors out."""

    names: tuple[str, ...] = ()
    wanted: tuple[str, ...] = ()
    stated = False
    where = ""

    def __init__(self, web: Web, url: str, reader: Reader) -> None:
        self._web = web
        self._url = url
        self.reader = reader
        self.dispatcher = web.dispatcher

    def ask(self, inputs: Sequence[AnyArray]) -> tuple[AnyArray, ...]:
        rows, request = len(inputs[0]), uuid.uuid4().hex
        names = self.names or tuple(f"input-{place}" for place in range(len(inputs)))
        content: dict[str, Any] = {
            "id": request,
            "inputs": [
                _tensor(name, values, exact=not self.names)
                for name, values in zip(names, inputs, strict=True)
            ],
        }
        if self.stated:
            content["outputs"] = [{"name": name} for name in self.wanted]
        answer = self._web.post(self._url, json.dumps(content).encode(), "application/json", rows)
        tensors = answer.get("outputs") if isinstance(answer, dict) else None
        if not isinstance(tensors, list) or not all(isinstance(one, dict) for one in tensors):
            raise PredictionError(
                f"{self.where} answered without 'outputs', which the protocol demands",
                hint="name its protocol with --adapter, or ask it by hand with curl",
            )
        if answer.get("id") not in {None, "", request}:
            raise PredictionError(
                f"{self.where} answered another request than the one it was sent",
                hint="look for a cache or a broken proxy before the server",
            )
        found = {
            str(tensor.get("name")): read_output(tensor, rows, self.reader, self.where)
            for tensor in tensors
        }
        return tuple(in_order(found, self.wanted, self.where))


def _tensor(name: str, values: AnyArray, *, exact: bool) -> dict[str, Any]:
    """An input; rows to a model that declares none keep every bit as 64-bit floats."""
    flat_rows = 2
    if exact and values.ndim == flat_rows and values.dtype == np.float32:
        values = values.astype(np.float64)
    return {
        "name": name,
        "shape": list(values.shape),
        "datatype": datatype_of(values),
        "data": values.ravel().tolist(),
    }


def _model_url(address: Address, web: Web) -> str:
    """Where the model itself is; a server that holds only one need not be told its name."""
    found = _PATH.fullmatch(address.path)
    base, name, version = found.group("base", "name", "version") if found else (None, None, None)
    server = address.root + (address.path if base is None else base)
    if name is None:
        name = _only_model(server, address, web)
    of_version = f"/versions/{version}" if version else ""
    return f"{server}/v2/models/{name}{of_version}"


def _only_model(server: str, address: Address, web: Web) -> str:
    index: Any = None
    try:
        index = web.post(f"{server}/v2/repository/index{address.query}", b"{}", _JSON, 0)
    except PredictionError:
        index = web.about(f"{server}/v2/models{address.query}")  # KServe lists its models there
        index = index.get("models") if isinstance(index, dict) else None
    entries = index if isinstance(index, list) else []
    names = sorted({_entry_name(one) for one in entries} - {""})
    if len(names) == 1:
        return names[0]
    listed = f"it holds {', '.join(names[:_NAMES_SHOWN])}" if names else "it lists none"
    raise BrokenModelError(
        f"the endpoint {address.url} does not say which model is meant ({listed})",
        hint=f"name it: {server}/v2/models/{names[0] if names else 'NAME'}",
    )


def _entry_name(entry: Any) -> str:  # noqa: ANN401 (JSON)
    return str(entry.get("name", "")) if isinstance(entry, dict) else str(entry)


_JSON = "application/json"
