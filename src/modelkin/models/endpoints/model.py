"""What all endpoints share: requests of bounded size, halved when a server refuses them."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

import numpy as np

from modelkin.errors import PredictionError
from modelkin.models.endpoints.dispatch import Dispatcher
from modelkin.models.endpoints.reading import Reader
from modelkin.models.endpoints.web import TooLargeError
from modelkin.models.pieces import require_rows
from modelkin.records import AnyArray, Batch, EndpointOptions, Signature

_USUAL = 8


class Protocolled(Protocol):
    """How one protocol puts queries into a request and reads the answer."""

    dispatcher: Dispatcher
    reader: Reader

    def ask(self, inputs: Sequence[AnyArray]) -> tuple[AnyArray, ...]:
        """Answer queries by one request.

        Raises:
            PredictionError: the request failed, or its answer cannot be read.
            TooLargeError: the server refuses so many at once.
        """
        ...


class EndpointModel:
    """A model behind a network.

    Args:
        protocol: makes and reads its requests.
        signature: as the server tells it, or as it is stated.
        options: settings of this side.
        facts: what is told to people about it.
        identity: all that decides its answers besides the URL.
        at_once: most queries that the server takes, where it says so.
    """

    def __init__(
        self,
        protocol: Protocolled,
        signature: Signature,
        options: EndpointOptions,
        *,
        facts: Mapping[str, Any],
        identity: Any = None,  # noqa: ANN401 (JSON)
        at_once: int | None = None,
    ) -> None:
        self._protocol = protocol
        self._signature = signature
        sizes = [size for size in (options.max_batch, at_once) if size]
        self.largest = min(sizes, default=_USUAL)
        self.identity = json.dumps([options.template, identity], sort_keys=True)
        self.facts = {
            "chosen": options.chosen_by,
            **facts,
            "headers": [f"{name} from {variable}" for name, variable in options.headers],
        }

    @property
    def signature(self) -> Signature:
        """With the labels that the answers have shown so far."""
        labels = self._signature.labels or self._protocol.reader.labels
        return replace(self._signature, labels=labels)

    @property
    def sent(self) -> int:
        """Queries put on the wire so far, retries included."""
        return self._protocol.dispatcher.sent

    def meter(self, spend: Callable[[int], None]) -> None:
        """Report every spending before it happens; ``spend`` may forbid it."""
        self._protocol.dispatcher.meter(spend)

    def predict(self, batch: Batch) -> tuple[AnyArray, ...]:
        """Answer in requests of at most ``largest`` queries.

        Raises:
            PredictionError: a request failed, or its answer cannot be read.
            BudgetError: the budget does not allow another request.
        """
        answered: list[tuple[AnyArray, ...]] = []
        start = 0
        while start < len(batch):
            piece = [rows[start : start + self.largest] for rows in batch.inputs]
            try:
                found = self._protocol.ask(piece)
            except TooLargeError:
                self.largest = max(1, len(piece[0]) // 2)
                continue
            require_rows(found, len(piece[0]))
            answered.append(found)
            start += len(piece[0])
        try:
            return tuple(np.concatenate(outputs) for outputs in zip(*answered, strict=True))
        except ValueError as error:
            raise PredictionError(
                f"answers to different queries have different shapes ({error})",
                hint="ask it by hand with curl; --adapter-file says where the answers are",
            ) from error
