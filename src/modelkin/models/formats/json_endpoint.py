"""Any other endpoint that takes and gives JSON, described by a small file."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from modelkin.errors import PredictionError
from modelkin.models.endpoints.address import is_web, read_address
from modelkin.models.endpoints.model import EndpointModel
from modelkin.models.endpoints.pictures import as_base64
from modelkin.models.endpoints.placeholders import filled, takes_many
from modelkin.models.endpoints.probing import tells_protocol
from modelkin.models.endpoints.reading import Reader, reordered
from modelkin.models.endpoints.settings import Settings, read_settings, wrong
from modelkin.models.endpoints.web import Web
from modelkin.models.extras import require
from modelkin.protocols import Model, ModelFormat
from modelkin.records import AnyArray, EndpointOptions


@dataclass(frozen=True)
class JsonEndpoint(ModelFormat):
    """Custom JSON over HTTP: a request with placeholders, answers found by JMESPath."""

    name: ClassVar[str] = "json_endpoint"
    loading: ClassVar[str] = "requests go to the server; nothing that it sends is run"
    sees_file: ClassVar[bool] = False
    options: EndpointOptions = EndpointOptions()

    def recognises(self, location: str, first_bytes: bytes) -> bool:
        """Tell an http(s) URL whose path is that of no protocol."""
        return not first_bytes and is_web(location) and not tells_protocol(location)

    def load(self, location: str) -> Model:
        """Read the description; the server is not asked before the first query.

        Raises:
            SignatureError: the description is missing or malformed.
            UsageError: the URL or the headers cannot be used.
        """
        address = read_address(location)
        where, settings = f"the endpoint {address.url}", read_settings(self.options.template)
        if settings.request is None:
            raise wrong(
                f"{where} is to be asked in JSON of its own, and nobody says how: state "
                '"request" and "response" in --adapter-file'
            )
        many = takes_many(settings.request)
        web, reader = Web(self.options, where), Reader(where, settings)
        asker = _Asker(web, address.url, reader, settings, where)
        return EndpointModel(
            asker,
            settings.signature(),
            self.options,
            facts={"transport": f"pictures as {settings.images}"},
            at_once=None if many else 1,
        )


class _Asker:
    """A filled request, and the answers that an expression finds."""

    def __init__(self, web: Web, url: str, reader: Reader, settings: Settings, where: str) -> None:
        self._web = web
        self._url = url
        self._settings = settings
        self._where = where
        self._many = takes_many(settings.request)
        self._response = _compiled(settings.response)
        self._ids = _compiled(settings.ids)
        self.reader = reader
        self.dispatcher = web.dispatcher

    def ask(self, inputs: Sequence[AnyArray]) -> tuple[AnyArray, ...]:
        rows = len(inputs[0])
        ids = [str(row) for row in range(rows)]
        content = filled(self._settings.request, [self._query(one) for one in inputs[0]], ids)
        answer = self._web.post(self._url, json.dumps(content).encode(), "application/json", rows)
        answers = self._found(self._response, answer)
        if answers is None:
            raise PredictionError(
                f"{self._where} answered nothing where '{self._settings.response}' looks: "
                f"{self._web.hidden(json.dumps(answer))[:200]}",
                hint='write "response" in --adapter-file so that it finds the answers '
                "(https://jmespath.org)",
            )
        if not self._many:
            return self.reader.outputs([_bare(answers)], 1)
        if self._settings.ids is not None and isinstance(answers, list):
            answers = reordered(answers, self._found(self._ids, answer), ids, self._where)
        return self.reader.outputs(answers, rows)

    def _query(self, values: AnyArray) -> Any:  # noqa: ANN401 (JSON)
        arrays = self._settings.images == "arrays" or values.ndim < 2  # noqa: PLR2004 (a plane)
        return values.tolist() if arrays else as_base64(values, self._settings)

    def _found(self, expression: Any, answer: Any) -> Any:  # noqa: ANN401 (JSON)
        if expression is None:
            return answer
        try:
            return expression.search(answer)
        except Exception as error:
            raise PredictionError(
                f"{self._where} answered what '{self._settings.response}' cannot search: "
                f"{type(error).__name__}",
                hint='correct "response" in --adapter-file (https://jmespath.org)',
            ) from error


def _bare(answer: Any) -> Any:  # noqa: ANN401 (JSON)
    """The one answer, where an expression such as ``predictions[*].scores`` gives a list of it."""
    nested = isinstance(answer, list) and len(answer) == 1 and isinstance(answer[0], list | dict)
    return answer[0] if nested else answer


def _compiled(expression: str | None) -> Any:  # noqa: ANN401 (untyped)
    if expression is None:
        return None
    jmespath = require("jmespath", None)
    try:
        return jmespath.compile(expression)
    except jmespath.exceptions.JMESPathError as error:
        reason = str(error).splitlines()[0]
        raise wrong(f"'{expression}' in the adapter file is no JMESPath: {reason}") from error
