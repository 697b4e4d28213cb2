"""Models served by TorchServe."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np

from modelkin.errors import BrokenModelError
from modelkin.models.endpoints.address import path_of, read_address
from modelkin.models.endpoints.model import EndpointModel
from modelkin.models.endpoints.pictures import encoded
from modelkin.models.endpoints.reading import Reader
from modelkin.models.endpoints.settings import Settings, read_settings
from modelkin.models.endpoints.web import Web
from modelkin.protocols import Model, ModelFormat
from modelkin.records import AnyArray, EndpointOptions

_PATH = re.compile(r".*/predictions/[^/]+(/[^/]+)?")
_PICTURE_RANK = 3


@dataclass(frozen=True)
class Torchserve(ModelFormat):
    """TorchServe's inference interface over HTTP (URL/predictions/NAME), one query a request."""

    name: ClassVar[str] = "torchserve"
    loading: ClassVar[str] = "requests go to the server; nothing that it sends is run"
    sees_file: ClassVar[bool] = False
    options: EndpointOptions = EndpointOptions()

    def recognises(self, location: str, first_bytes: bytes) -> bool:
        """Tell by the path: /predictions/NAME."""
        return not first_bytes and _PATH.fullmatch(path_of(location)) is not None

    def load(self, location: str) -> Model:
        """Make sure that the server is there; it tells nothing about its model.

        Raises:
            BrokenModelError: the server cannot be reached, or no model is named.
            UsageError: the URL or the headers cannot be used.
        """
        address = read_address(location)
        where, settings = f"the endpoint {address.url}", read_settings(self.options.template)
        if _PATH.fullmatch(address.path) is None:
            raise BrokenModelError(
                f"{where} does not name a model", hint=f"write {address.root}/predictions/NAME"
            )
        web = Web(self.options, where)
        web.reach(f"{address.root}{address.path.partition('/predictions/')[0]}/ping")
        settings = _with_pictures(settings)
        reader = Reader(where, settings)
        return EndpointModel(
            _Asker(web, address.url, reader, settings),
            settings.signature(),
            self.options,
            facts={"transport": f"pictures as {settings.images}, rows as JSON"},
            at_once=1,
        )


class _Asker:
    """A picture as the body, or numbers as {"data": [...]}; one answer out."""

    def __init__(self, web: Web, url: str, reader: Reader, settings: Settings) -> None:
        self._web = web
        self._url = url
        self._settings = settings
        self.reader = reader
        self.dispatcher = web.dispatcher

    def ask(self, inputs: Sequence[AnyArray]) -> tuple[AnyArray, ...]:
        query = inputs[0][0]
        if query.ndim == _PICTURE_RANK:
            body, kind = encoded(query, self._settings), f"image/{self._settings.images}"
        else:
            body, kind = json.dumps({"data": query.tolist()}).encode(), "application/json"
        answer: Any = self._web.post(self._url, body, kind, 1)
        if isinstance(answer, list) and len(answer) == 1 and not np.isscalar(answer[0]):
            answer = answer[0]
        return self.reader.outputs([answer], 1)


def _with_pictures(settings: Settings) -> Settings:
    """Its handlers decode files, so that arrays of pixels are no choice."""
    return replace(settings, images="png") if settings.images == "arrays" else settings
