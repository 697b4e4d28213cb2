"""TensorFlow Serving's REST interface, which KServe's first protocol shares."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from modelkin.errors import BrokenModelError, PredictionError
from modelkin.models.endpoints.address import path_of, read_address
from modelkin.models.endpoints.model import EndpointModel
from modelkin.models.endpoints.oip import rows_at_once
from modelkin.models.endpoints.pictures import as_base64
from modelkin.models.endpoints.reading import Reader
from modelkin.models.endpoints.settings import Settings, read_settings
from modelkin.models.endpoints.web import Web
from modelkin.protocols import Model, ModelFormat
from modelkin.records import AnyArray, EndpointOptions, TensorSpec

_PATH = re.compile(
    r"(?P<model>.*/v1/models/[^/:]+(/(versions|labels)/[^/:]+)?)(:predict|/metadata)?"
)
_DTYPES = {
    "DT_FLOAT": "float32",
    "DT_DOUBLE": "float64",
    "DT_HALF": "float16",
    "DT_UINT8": "uint8",
    "DT_INT8": "int8",
    "DT_INT16": "int16",
    "DT_UINT16": "uint16",
    "DT_INT32": "int32",
    "DT_INT64": "int64",
    "DT_BOOL": "bool",
    "DT_STRING": "bytes",
}


@dataclass(frozen=True)
class Tfserving(ModelFormat):
    """TensorFlow Serving and KServe v1 over HTTP (URL/v1/models/NAME)."""

    name: ClassVar[str] = "tfserving"
    loading: ClassVar[str] = "the server's metadata are read; nothing that it sends is run"
    sees_file: ClassVar[bool] = False
    options: EndpointOptions = EndpointOptions()

    def recognises(self, location: str, first_bytes: bytes) -> bool:
        """Tell by the path: /v1/models/NAME."""
        return not first_bytes and _PATH.fullmatch(path_of(location)) is not None

    def load(self, location: str) -> Model:
        """Read the model's signature, where the server tells it.

        Raises:
            BrokenModelError: the server or the model cannot be reached.
            UsageError: the URL or the headers cannot be used.
        """
        address = read_address(location)
        where, settings = f"the endpoint {address.url}", read_settings(self.options.template)
        found = _PATH.fullmatch(address.path)
        if found is None:
            raise BrokenModelError(
                f"{where} does not name a model", hint=f"write {address.root}/v1/models/NAME"
            )
        web, url = Web(self.options, where), address.root + found.group("model")
        metadata = web.about(f"{url}/metadata{address.query}")
        if metadata is None and web.about(url + address.query) is None:
            raise BrokenModelError(
                f"{where} has no model there: metadata and status are both missing",
                hint="check the model's name in the URL, or name the protocol with --adapter",
            )
        name, inputs, outputs = _signature(metadata, where)
        reader = Reader(where, settings)
        asker = _Asker(web, f"{url}:predict{address.query}", reader, settings)
        asker.signature_name = name
        asker.names = tuple(spec.name for spec in inputs)
        asker.wanted = tuple(spec.name for spec in outputs)
        asker.where = where
        if settings.images != "arrays":
            inputs = ()
        return EndpointModel(
            asker,
            settings.signature(inputs, outputs),
            self.options,
            facts={"signature": name or "not told", "transport": settings.images},
            identity=metadata,
            at_once=rows_at_once(inputs),
        )


class _Asker:
    """Instances in, predictions out."""

    names: tuple[str, ...] = ()
    wanted: tuple[str, ...] = ()
    signature_name: str | None = None
    where = ""

    def __init__(self, web: Web, url: str, reader: Reader, settings: Settings) -> None:
        self._web = web
        self._url = url
        self._settings = settings
        self.reader = reader
        self.dispatcher = web.dispatcher

    def ask(self, inputs: Sequence[AnyArray]) -> tuple[AnyArray, ...]:
        rows = len(inputs[0])
        content: dict[str, Any] = {"instances": [self._instance(inputs, i) for i in range(rows)]}
        if self.signature_name is not None:
            content["signature_name"] = self.signature_name
        answer = self._web.post(self._url, json.dumps(content).encode(), "application/json", rows)
        predictions = answer.get("predictions") if isinstance(answer, dict) else None
        if not isinstance(predictions, list):
            raise PredictionError(
                f"{self.where} answered without 'predictions'",
                hint="name its protocol with --adapter, or ask it by hand with curl",
            )
        if len(self.wanted) > 1:
            return self._by_name(predictions, rows)
        return self.reader.outputs(predictions, rows)

    def _by_name(self, predictions: Sequence[Any], rows: int) -> tuple[AnyArray, ...]:
        """Several outputs; TensorFlow Serving then names them in every prediction."""
        for name in self.wanted:
            if not all(isinstance(one, dict) and name in one for one in predictions):
                raise PredictionError(
                    f"{self.where} answered without the output '{name}' that it declares",
                    hint="ask it by hand with curl, or describe it as --adapter json",
                )
        return tuple(
            self.reader.outputs([one[name] for one in predictions], rows)[0] for name in self.wanted
        )

    def _instance(self, inputs: Sequence[AnyArray], row: int) -> Any:  # noqa: ANN401 (JSON)
        if self._settings.images != "arrays":
            picture = {"b64": as_base64(inputs[0][row], self._settings)}
            return {self.names[0]: picture} if self.names else picture
        if len(inputs) == 1:
            return inputs[0][row].tolist()
        return {name: values[row].tolist() for name, values in zip(self.names, inputs, strict=True)}


def _signature(
    metadata: Any,  # noqa: ANN401 (JSON)
    where: str,
) -> tuple[str | None, tuple[TensorSpec, ...], tuple[TensorSpec, ...]]:
    """Name, inputs and outputs of the signature to ask; nothing where nothing is told."""
    if metadata is None:
        return None, (), ()
    try:
        known: Mapping[str, Any] = metadata["metadata"]["signature_def"]["signature_def"]
        usable = [name for name, one in known.items() if one.get("inputs") and one.get("outputs")]
        name = "serving_default" if "serving_default" in usable else min(usable)
        return name, _specs(known[name]["inputs"]), _specs(known[name]["outputs"])
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise BrokenModelError(
            f"{where} describes its signature in another form than TensorFlow Serving's "
            f"({type(error).__name__}: {error})",
            hint="name its protocol with --adapter",
        ) from error


def _specs(tensors: Mapping[str, Any]) -> tuple[TensorSpec, ...]:
    return tuple(
        TensorSpec(
            name=name,
            shape=tuple(_size(one) for one in tensors[name].get("tensor_shape", {}).get("dim", ())),
            dtype=_DTYPES[tensors[name]["dtype"]],
        )
        for name in sorted(tensors)
    )


def _size(dim: Mapping[str, Any]) -> int | None:
    size = int(dim.get("size", -1))
    return size if size >= 0 else None
