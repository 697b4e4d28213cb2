"""Models served by MLflow, and by Amazon SageMaker in MLflow's form."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from modelkin.errors import PredictionError
from modelkin.models.endpoints.address import path_of, read_address
from modelkin.models.endpoints.model import EndpointModel
from modelkin.models.endpoints.reading import Reader
from modelkin.models.endpoints.settings import Settings, read_settings
from modelkin.models.endpoints.web import Web
from modelkin.protocols import Model, ModelFormat
from modelkin.records import AnyArray, EndpointOptions

_PATH = re.compile(r".*/invocations")


@dataclass(frozen=True)
class Mlflow(ModelFormat):
    """MLflow's scoring server over HTTP (URL, or URL/invocations)."""

    name: ClassVar[str] = "mlflow"
    loading: ClassVar[str] = "requests go to the server; nothing that it sends is run"
    sees_file: ClassVar[bool] = False
    options: EndpointOptions = EndpointOptions()

    def recognises(self, location: str, first_bytes: bytes) -> bool:
        """Tell by the path: /invocations."""
        return not first_bytes and _PATH.fullmatch(path_of(location)) is not None

    def load(self, location: str) -> Model:
        """Make sure that the server is there; it tells nothing about its model.

        Raises:
            BrokenModelError: the server cannot be reached.
            UsageError: the URL or the headers cannot be used.
        """
        address = read_address(location)
        where, settings = f"the endpoint {address.url}", read_settings(self.options.template)
        web = Web(self.options, where)
        server = address.root + address.path.removesuffix("/invocations")
        web.reach(f"{server}/ping")
        version = web.probe(f"{server}/version").decode("utf-8", "replace").strip()[:40]
        reader = Reader(where, settings)
        return EndpointModel(
            _Asker(web, f"{server}/invocations{address.query}", reader, settings, where),
            settings.signature(),
            self.options,
            facts={"server": f"MLflow {version}" if version[:1].isdigit() else "not told"},
        )


class _Asker:
    """Inputs or a data frame in, predictions out."""

    def __init__(self, web: Web, url: str, reader: Reader, settings: Settings, where: str) -> None:
        self._web = web
        self._url = url
        self._columns = settings.columns
        self._where = where
        self.reader = reader
        self.dispatcher = web.dispatcher

    def ask(self, inputs: Sequence[AnyArray]) -> tuple[AnyArray, ...]:
        rows = len(inputs[0])
        data = inputs[0].tolist()
        content: dict[str, Any] = {"inputs": data}
        if self._columns:
            content = {"dataframe_split": {"columns": list(self._columns), "data": data}}
        answer = self._web.post(self._url, json.dumps(content).encode(), "application/json", rows)
        predictions = answer.get("predictions") if isinstance(answer, dict) else answer
        if not isinstance(predictions, list | dict):
            raise PredictionError(
                f"{self._where} answered without 'predictions'",
                hint="name its protocol with --adapter, or ask it by hand with curl",
            )
        if isinstance(predictions, dict):  # several outputs, each a column
            names = sorted(predictions)
            return tuple(self.reader.outputs(predictions[name], rows)[0] for name in names)
        return self.reader.outputs(predictions, rows)
