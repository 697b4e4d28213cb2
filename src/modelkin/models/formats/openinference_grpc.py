"""Endpoints of the Open Inference Protocol over gRPC, by NVIDIA's client."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

import numpy as np

from modelkin.errors import BrokenModelError, ModelError, PredictionError, UsageError
from modelkin.models.endpoints.address import is_url, read_address
from modelkin.models.endpoints.dispatch import Dispatcher, PassingError
from modelkin.models.endpoints.model import EndpointModel
from modelkin.models.endpoints.oip import datatype_of, in_order, rows_at_once, shown, tensor_specs
from modelkin.models.endpoints.reading import Reader
from modelkin.models.endpoints.secrets import hide, read_headers
from modelkin.models.endpoints.settings import read_settings
from modelkin.models.endpoints.web import TooLargeError
from modelkin.models.extras import require
from modelkin.protocols import Model, ModelFormat
from modelkin.records import AnyArray, EndpointOptions

_PASSING = ("UNAVAILABLE", "DEADLINE_EXCEEDED", "RESOURCE_EXHAUSTED", "ABORTED")
_SHOWN = 200
_T = TypeVar("_T")


@dataclass(frozen=True)
class OpeninferenceGrpc(ModelFormat):
    """Open Inference Protocol v2 over gRPC (grpc://host:port/MODEL, grpcs:// with TLS)."""

    name: ClassVar[str] = "openinference_grpc"
    extensions: ClassVar[tuple[str, ...]] = ()
    extra: ClassVar[str | None] = "grpc"
    loading: ClassVar[str] = "the server's metadata are read; nothing that it sends is run"
    sees_file: ClassVar[bool] = False
    options: EndpointOptions = EndpointOptions()

    def recognises(self, location: str, first_bytes: bytes) -> bool:
        """Tell by the scheme."""
        return not first_bytes and is_url(location, ("grpc", "grpcs"))

    def load(self, location: str) -> Model:
        """Read the model's metadata.

        Raises:
            MissingDependencyError: tritonclient is not installed.
            BrokenModelError: the server or the model cannot be reached.
            UsageError: the URL or the headers cannot be used.
        """
        client = require("tritonclient.grpc", self.extra)
        address = read_address(location)
        name, _, version = address.path.strip("/").partition("/")
        if not name or "/" in version:
            raise UsageError(
                f"'{location}' does not name a model", hint="write grpc://host:port/MODEL[/VERSION]"
            )
        where, settings = f"the endpoint {address.url}", read_settings(self.options.template)
        channel = _Channel(client, address.host, self.options, where, tls=address.scheme == "grpcs")
        metadata = channel.metadata(name, version)
        inputs = tensor_specs(metadata.get("inputs"), where)
        outputs = tensor_specs(metadata.get("outputs"), where)
        reader = Reader(where, settings)
        asker = _Asker(channel, reader, (name, version))
        asker.names = tuple(spec.name for spec in inputs)
        asker.wanted = settings.outputs or tuple(spec.name for spec in outputs)
        return EndpointModel(
            asker,
            settings.signature(inputs, outputs),
            self.options,
            facts={"model": name, "platform": metadata.get("platform")},
            identity=metadata,
            at_once=rows_at_once(inputs),
        )


class _Channel:
    """A gRPC client with our patience."""

    def __init__(
        self,
        client: Any,  # noqa: ANN401 (untyped)
        host: str,
        options: EndpointOptions,
        where: str,
        *,
        tls: bool,
    ) -> None:
        self.parts = client
        self.where = where
        self.headers = read_headers(options)
        self.timeout = options.timeout
        self.dispatcher = Dispatcher(options, where)
        self.server = client.InferenceServerClient(url=host, ssl=tls)

    def metadata(self, name: str, version: str) -> dict[str, Any]:
        """What the server says about the model."""

        def attempt() -> dict[str, Any]:
            found: dict[str, Any] = self.server.get_model_metadata(
                name,
                version,
                headers=self.headers,
                as_json=True,
                client_timeout=self.timeout,
            )
            return found

        return self.dispatcher.run(
            lambda: self._judged(attempt, BrokenModelError, many=False),
            queries=0,
            failure=BrokenModelError,
        )

    def infer(self, attempt: Callable[[], _T], rows: int) -> _T:
        """Put queries on the wire."""
        return self.dispatcher.run(
            lambda: self._judged(attempt, PredictionError, many=rows > 1), queries=rows
        )

    def _judged(self, attempt: Callable[[], _T], failure: type[ModelError], *, many: bool) -> _T:
        utils = require("tritonclient.utils", "grpc")
        try:
            return attempt()
        except utils.InferenceServerException as error:
            status = str(error.status() or "").removeprefix("StatusCode.")
            says = hide(str(error.message()), self.headers)[:_SHOWN]
            if status in _PASSING:
                raise PassingError(
                    f"answered {status}: {says}",
                    hint="check that the server runs; what it answered so far is kept",
                    unsent="failed to connect" in says.lower(),
                ) from error
            if many and ("batch" in says.lower() or "larger than max" in says.lower()):
                raise TooLargeError from error
            raise failure(
                f"{self.where} answered {status or 'an error'}: {says}",
                hint="check the model's name in the URL, and credentials with --header",
            ) from error


class _Asker:
    """Tensors in, tensors out, as bytes."""

    names: tuple[str, ...] = ()
    wanted: tuple[str, ...] = ()

    def __init__(self, channel: _Channel, reader: Reader, model: tuple[str, str]) -> None:
        self._channel = channel
        self._model = model
        self.reader = reader
        self.dispatcher = channel.dispatcher

    def ask(self, inputs: Sequence[AnyArray]) -> tuple[AnyArray, ...]:
        parts, rows = self._channel.parts, len(inputs[0])
        names = self.names or tuple(f"input-{place}" for place in range(len(inputs)))
        tensors = []
        for name, values in zip(names, inputs, strict=True):
            tensor = parts.InferInput(name, list(values.shape), datatype_of(values))
            tensor.set_data_from_numpy(np.ascontiguousarray(values))
            tensors.append(tensor)
        asked = [parts.InferRequestedOutput(name) for name in self.wanted] or None

        def attempt() -> Any:  # noqa: ANN401 (untyped)
            return self._channel.server.infer(
                self._model[0],
                tensors,
                model_version=self._model[1],
                outputs=asked,
                headers=self._channel.headers,
                client_timeout=self._channel.timeout,
            )

        answer = self._channel.infer(attempt, rows)
        found: dict[str, AnyArray] = {}
        for output in answer.get_response().outputs:
            found[output.name] = self._read(answer.as_numpy(output.name), rows)
        return tuple(in_order(found, self.wanted, self._channel.where))

    def _read(self, values: Any, rows: int) -> AnyArray:  # noqa: ANN401 (untyped)
        if values is None:
            raise PredictionError(
                f"{self._channel.where} answered a tensor without data",
                hint="update the server, or ask it over HTTP",
            )
        if values.dtype == object:  # BYTES
            texts = [one.decode() if isinstance(one, bytes) else str(one) for one in values.ravel()]
            return self.reader.outputs(texts, rows)[0]
        return shown(values, values.dtype.name, rows)
